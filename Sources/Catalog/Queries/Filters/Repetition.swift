/// Calls that repeat the one before them, at least the third time in a row (formula 12).
enum Repetition {
    /// Which calls those are, of `tool_usage u`: at least three alike in a row, without the first.
    ///
    /// - Parameters:
    ///   - column: what of the calls is selected; it may name more than one.
    ///   - source: the calls that are looked at, all of their sessions.
    /// - Returns: a statement.
    static func calls(_ column: String, from source: String = "FROM tool_usage u") -> String {
        """
        SELECT \(column) FROM (
            SELECT *, COUNT(*) OVER alike AS run, ROW_NUMBER() OVER (
                PARTITION BY session, name, input_hash, island ORDER BY timestamp, id) AS place
            FROM (
                SELECT u.row, u.id, u.session, u.name, u.input_hash, u.timestamp,
                    ROW_NUMBER() OVER (PARTITION BY u.session ORDER BY u.timestamp, u.id)
                    - ROW_NUMBER() OVER (PARTITION BY u.session, u.name, u.input_hash
                        ORDER BY u.timestamp, u.id) AS island
                \(source) WHERE u.name IS NOT NULL AND u.input_hash IS NOT NULL
            ) WINDOW alike AS (PARTITION BY session, name, input_hash, island)
        ) WHERE run >= 3 AND place > 1
        """
    }
}

extension CatalogReader {
    /// How many calls of a session repeat the one before them.
    package static let retries = SessionQuestion(
        tables: ["tool_usage"],
        sql: { within in
            let source = SessionQuestion.sessions + " CROSS JOIN tool_usage u ON u.session = s.id"
            return """
                SELECT session, COUNT(*)
                FROM (\(Repetition.calls("session, timestamp", from: source))) u
                WHERE \(within("u.timestamp")) GROUP BY session ORDER BY session
                """
        }
    )
}
