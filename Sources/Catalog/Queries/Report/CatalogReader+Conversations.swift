import Core
import SQL

extension CatalogReader {
    /// What the classic rules say of the prompts and answers that the filter lets through.
    ///
    /// Who speaks is of people their owner's name, of models the model's.
    package func conversations(_ filter: RowFilter) throws(OperatorError) -> ReportConversations {
        var meter = ConversationMeter()
        try forEach(CatalogReader.spoken, filter) { row in
            meter.add(counted: row.text(0), row.text(1), row.int(2))
        }
        return meter.finish()
    }

    /// What is said in a session: what is counted, its name, how often.
    static let spoken = SessionQuestion(
        """
        m.timestamp,
        \(Speaker.name("m")), t.domain_chain, t.ace_tier, t.task_category, t.shl, t.keywords
        """,
        of: "messages m",
        joining: """
            LEFT JOIN tags t ON t.id = m.id LEFT JOIN owners o ON o.owner = m.owner
            """,
        where: "m.retracted = 0 AND \(Speaker.isSpoken("m"))",
        order: "m.timestamp, m.block, m.id"
    ) { session, rows in
        var meter = ConversationMeter()
        for row in rows {
            let tags = row.optionalText(2).map {
                ConversationMeter.Tags(
                    domain: $0,
                    tier: row.text(3),
                    task: row.optionalText(4),
                    shl: row.text(5),
                    keywords: row.text(6)
                )
            }
            meter.add(
                ConversationMeter.Message(
                    session: session,
                    time: row.optionalInt(0).map { WallTime(nanoseconds: $0) },
                    speaker: row.text(1),
                    tags: tags
                )
            )
        }
        return meter.counted().map { [.text($0.what), .text($0.name), .integer($0.count)] }
    }
}
