import Core
import SQL
import Transcripts

extension CatalogReader {
    /// How well the work went.
    package func quality(_ filter: RowFilter) throws(OperatorError) -> ReportQuality {
        let said = try source(
            "messages m",
            filter,
            where: "m.retracted = 0 AND m.kind IN ('prompt', 'subagent_prompt', 'interruption')"
        )
        let ran = try source(
            "tool_usage u",
            filter,
            where: "u.category = 'shell' AND u.command IS NOT NULL"
        )
        let touched = try source(
            "file_access f",
            filter,
            where: "f.operation IN ('read', 'write', 'edit', 'delete')"
        )
        var meter = QualityMeter()
        var session: Int64?
        try forEach(
            """
            SELECT s.id, m.timestamp, 0, m.kind, NULL, m.id \(said.sql)
            UNION ALL SELECT s.id, u.timestamp, 1, 'command', u.command, u.id \(ran.sql)
            UNION ALL SELECT s.id, f.timestamp, 2, f.operation || ' ' || COALESCE(f.range, ''),
                f.path, f.id \(touched.sql)
            ORDER BY 1, 2, 3, 6
            """,
            said.values + ran.values + touched.values
        ) { row in
            if session != row.int(0) { meter.endSession() }
            session = row.int(0)
            meter.add(CatalogReader.event(row.text(3), row.text(4)))
        }
        meter.endSession()
        return meter.quality
    }

    private static func event(_ what: String, _ subject: String) -> QualityMeter.Event {
        switch what {
        case "prompt": return .prompt
        case "subagent_prompt": return .turn
        case "interruption": return .interruption
        case "command": return .command(subject)
        default:
            let parts = what.split(separator: " ", maxSplits: 1)
            return parts.first == "read"
                ? .read(path: subject, range: parts.count > 1 ? String(parts[1]) : "")
                : .change(path: subject)
        }
    }
}
