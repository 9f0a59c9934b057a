import SQL

/// The totals of sessions, summed anew from the rows.
package enum SessionSums {
    /// The sessions whose columns are not the sums, in words.
    package static func differences(_ database: Connection) throws -> [String] {
        try sums.compactMap { column, sum in
            let wrong = try database.prepare(
                """
                SELECT s.session, s.\(column), (\(sum)) AS sum FROM sessions s
                WHERE s.\(column) IS NOT (\(sum))
                """
            ).all { "\($0.text(0)).\(column) is \($0.text(1)), the rows say \($0.text(2))" }
            return wrong.isEmpty ? nil : wrong.joined(separator: "; ")
        }
    }

    private static func responses(_ sum: String) -> String {
        "SELECT coalesce(\(sum), 0) FROM responses WHERE session = s.id AND error = 0"
    }

    private static let sums = [
        ("entries", "SELECT count(*) FROM entries WHERE session = s.id AND first = seq"),
        ("started", "SELECT min(timestamp) FROM entries WHERE session = s.id AND first = seq"),
        ("ended", "SELECT max(timestamp) FROM entries WHERE session = s.id AND first = seq"),
        ("messages", "SELECT count(*) FROM messages WHERE session = s.id AND retracted = 0"),
        (
            "prompts",
            """
            SELECT count(*) FROM messages
            WHERE session = s.id AND retracted = 0 AND kind = 'prompt'
            """
        ),
        ("responses", responses("count(*)")),
        ("input_tokens", responses("sum(input_tokens)")),
        ("output_tokens", responses("sum(output_tokens)")),
        ("cache_write_tokens", responses("sum(cache_write_5m_tokens + cache_write_1h_tokens)")),
        ("cache_read_tokens", responses("sum(cache_read_tokens)")),
        ("cost", responses("sum(cost)")),
        ("unpriced", responses("sum(cost IS NULL)")),
        (
            "models",
            """
            SELECT group_concat(model) FROM (SELECT DISTINCT model FROM responses
                WHERE session = s.id AND error = 0 AND model IS NOT NULL ORDER BY model)
            """
        ),
        ("tool_calls", "SELECT count(*) FROM tool_usage WHERE session = s.id AND name IS NOT NULL"),
        (
            "tool_errors",
            """
            SELECT count(*) FROM tool_usage WHERE session = s.id AND name IS NOT NULL
                AND outcome IN ('error', 'interrupted')
            """
        ),
        ("findings", "SELECT count(*) FROM findings WHERE session = s.id"),
        ("compactions", "SELECT count(*) FROM compactions WHERE session = s.id"),
        ("turn_time", "SELECT coalesce(sum(duration), 0) FROM turns WHERE session = s.id"),
    ]
}
