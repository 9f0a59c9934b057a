import Core
import SQL

extension CatalogReader {
    /// What the classic rules say of the prompts and answers that the filter lets through.
    ///
    /// Who speaks is of people their owner's name, of models the model's.
    package func conversations(_ filter: RowFilter) throws(OperatorError) -> ReportConversations {
        let spoken = try source(
            "messages m",
            filter,
            joining: "LEFT JOIN tags t ON t.id = m.id",
            where: "m.retracted = 0 AND m.kind IN ('prompt', 'text')"
        )
        var meter = ConversationMeter()
        try forEach(
            """
            SELECT s.id, m.timestamp,
                CASE m.role WHEN 'user' THEN COALESCE(o.name, 'user')
                    ELSE COALESCE(m.model, m.role) END,
                t.domain_chain, t.ace_tier, t.task_category, t.shl, t.keywords
            \(spoken.sql) ORDER BY s.id, m.timestamp, m.block, m.id
            """,
            spoken.values
        ) { row in
            let tags = row.optionalText(3).map {
                ConversationMeter.Tags(
                    domain: $0,
                    tier: row.text(4),
                    task: row.optionalText(5),
                    shl: row.text(6),
                    keywords: row.text(7)
                )
            }
            meter.add(
                ConversationMeter.Message(
                    session: row.int(0),
                    time: row.optionalTime(1),
                    speaker: row.text(2),
                    tags: tags
                )
            )
        }
        return meter.finish()
    }
}
