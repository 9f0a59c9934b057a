import SQL

/// What reports and the page ask of sessions.
extension CatalogReader {
    /// All of them.
    package static let questions = [
        said, calls, durations, failures, usage, spoken, done, prompted, reads, retries,
    ]

    /// Messages, prompts, whether it is a subagent, and nanoseconds in which something was said.
    package static let said = SessionQuestion(
        tables: ["messages"],
        sql: { within in
            """
            SELECT id, COUNT(*), SUM(kind = 'prompt'), lineage IS 'subagent',
                SUM(MIN(gap, 300000000000))
            FROM (
                SELECT s.id AS id, s.lineage AS lineage, m.kind AS kind, m.timestamp - LAG(m.timestamp)
                    OVER (PARTITION BY m.session ORDER BY m.timestamp) AS gap
                \(SessionQuestion.sessions)
                CROSS JOIN messages m ON m.session = s.id AND \(within("m.timestamp"))
                WHERE m.retracted = 0
            ) GROUP BY id ORDER BY id
            """
        }
    )

    /// Calls by tool: name, calls, those with a result, failed or interrupted, denied.
    package static let calls = SessionQuestion(
        """
        u.name, COUNT(*), COUNT(u.outcome), SUM(u.outcome \(CallOutcome.failed)),
        SUM(u.outcome = 'denied')
        """,
        of: "tool_usage u",
        where: "u.name IS NOT NULL",
        by: "u.name"
    )

    /// Name and duration of each call, by name.
    static let durations = SessionQuestion(
        "u.name, u.duration",
        of: "tool_usage u",
        where: "u.name IS NOT NULL AND u.duration IS NOT NULL",
        order: "u.name"
    )

    /// Failed calls: class of the error, name of the tool, how many.
    static let failures = SessionQuestion(
        "COALESCE(u.error_class, 'other'), u.name, COUNT(*)",
        of: "tool_usage u",
        where: "u.name IS NOT NULL AND u.outcome \(CallOutcome.failed)",
        by: "2, u.name"
    )
}
