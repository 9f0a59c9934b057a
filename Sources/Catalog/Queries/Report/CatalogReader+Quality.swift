import Core
import SQL
import Transcripts

extension CatalogReader {
    /// How well the work went.
    package func quality(_ filter: RowFilter) throws(OperatorError) -> ReportQuality {
        var quality = ReportQuality()
        try forEach(CatalogReader.done, filter) { row in
            quality.editTurns += Int(row.int(0))
            quality.oneShotTurns += Int(row.int(1))
            quality.prompts += Int(row.int(2))
            quality.interruptions += Int(row.int(3))
            quality.reads += Int(row.int(4))
            quality.rereads += Int(row.int(5))
        }
        return quality
    }

    /// What a session's turns come to.
    static let done = SessionQuestion(
        tables: ["messages", "tool_usage", "file_access"],
        reduce: { _, rows in
            var meter = QualityMeter()
            for row in rows { meter.add(event(row.text(2), row.text(3))) }
            meter.endSession()
            let quality = meter.quality
            let numbers = [
                quality.editTurns, quality.oneShotTurns, quality.prompts, quality.interruptions,
                quality.reads, quality.rereads,
            ]
            return [numbers.map { .integer(Int64($0)) }]
        },
        sql: { within in
            """
            SELECT s.id, m.timestamp, 0, m.kind, NULL, m.id \(SessionQuestion.sessions)
            CROSS JOIN messages m ON m.session = s.id AND \(within("m.timestamp"))
            WHERE m.retracted = 0 AND m.kind IN ('prompt', 'subagent_prompt', 'interruption')
            UNION ALL SELECT s.id, u.timestamp, 1, 'command', u.command, u.id
            \(SessionQuestion.sessions)
            CROSS JOIN tool_usage u ON u.session = s.id AND \(within("u.timestamp"))
            WHERE u.category = 'shell' AND u.command IS NOT NULL
            UNION ALL SELECT s.id, f.timestamp, 2, f.operation || ' ' || COALESCE(f.range, ''),
                f.path, f.id \(SessionQuestion.sessions)
            CROSS JOIN file_access f ON f.session = s.id AND \(within("f.timestamp"))
            WHERE f.operation IN ('read', 'write', 'edit', 'delete')
            ORDER BY 1, 2, 3, 6
            """
        }
    )

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
