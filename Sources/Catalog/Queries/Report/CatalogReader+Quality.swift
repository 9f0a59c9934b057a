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
        }
        try forEach(CatalogReader.prompted, filter) { row in
            quality.prompts += Int(row.int(0))
            quality.interruptions += Int(row.int(1))
        }
        try forEach(CatalogReader.reads, filter) { row in
            quality.reads += Int(row.int(1))
            quality.rereads += Int(row.int(2))
        }
        return quality
    }

    /// Prompts, and those that were interrupted.
    static let prompted = SessionQuestion(
        "COUNT(*), SUM(\(Interruption.isInterrupted("m")))",
        of: "messages m",
        where: "m.retracted = 0 AND m.kind = 'prompt'",
        by: "m.session"
    )

    /// What was read, by path: how often, and how often the same again.
    package static let reads = SessionQuestion(
        tables: ["file_access"],
        reduce: { _, rows in
            var meter = RereadMeter()
            var counts: [String: (reads: Int64, again: Int64)] = [:]
            for row in rows {
                guard let operation = FileOperation(rawValue: row.text(1)) else { continue }
                let path = row.text(0)
                let (isRead, isAgain) = meter.add(
                    path: path,
                    operation,
                    range: row.text(2),
                    isSidechain: row.int(3) != 0
                )
                // What is before the time that is asked for tells what is the same, and is not counted.
                guard isRead, row.int(4) != 0 else { continue }
                counts[path, default: (0, 0)].reads += 1
                counts[path]?.again += isAgain ? 1 : 0
            }
            return counts.map {
                [.text($0.key), .integer($0.value.reads), .integer($0.value.again)]
            }
        },
        sql: { within in
            """
            SELECT s.id, f.path, f.operation, f.range, COALESCE(t.sidechain, 0),
                \(within("f.timestamp"))
            \(SessionQuestion.sessions) CROSS JOIN file_access f ON f.session = s.id
            LEFT JOIN tool_usage t ON t.id = f.call AND t.session = s.id
            ORDER BY s.id, f.timestamp, f.id
            """
        }
    )

    /// What a session's turns come to.
    static let done = SessionQuestion(
        tables: ["messages", "tool_usage", "file_access"],
        reduce: { _, rows in
            var meter = QualityMeter()
            for row in rows { meter.add(event(row.text(2), row.text(3))) }
            meter.endSession()
            return [[.integer(Int64(meter.editTurns)), .integer(Int64(meter.oneShotTurns))]]
        },
        sql: { within in
            """
            SELECT s.id, m.timestamp, 0, 'turn', NULL, m.id \(SessionQuestion.sessions)
            CROSS JOIN messages m ON m.session = s.id AND \(within("m.timestamp"))
            WHERE m.retracted = 0 AND m.kind IN ('prompt', 'subagent_prompt')
            UNION ALL SELECT s.id, u.timestamp, 1, 'command', u.command, u.id
            \(SessionQuestion.sessions)
            CROSS JOIN tool_usage u ON u.session = s.id AND \(within("u.timestamp"))
            WHERE u.category = 'shell' AND u.command IS NOT NULL
            UNION ALL SELECT s.id, f.timestamp, 2, 'change', f.path, f.id
            \(SessionQuestion.sessions)
            CROSS JOIN file_access f ON f.session = s.id AND \(within("f.timestamp"))
            WHERE f.operation IN ('write', 'edit', 'delete')
            ORDER BY 1, 2, 3, 6
            """
        }
    )

    private static func event(_ what: String, _ subject: String) -> QualityMeter.Event {
        switch what {
        case "turn": .turn
        case "command": .command(subject)
        default: .change(path: subject)
        }
    }
}
