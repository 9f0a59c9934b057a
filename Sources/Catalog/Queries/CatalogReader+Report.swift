import Core
import SQL

extension CatalogReader {
    /// The numbers of a span.
    package func numbers(in span: TimeSpan) throws(OperatorError) -> ReportNumbers {
        var numbers = ReportNumbers()
        var responses = Conditions("r.error = 0")
        responses.within(span, "r.timestamp")
        numbers.usage =
            try rows(
                "SELECT \(UsageSum.columns) FROM responses r \(responses.sql)",
                responses.values
            ) { UsageSum($0, from: 0) }.first ?? UsageSum()
        var messages = Conditions("m.retracted = 0")
        messages.within(span, "m.timestamp")
        let said = try rows(
            """
            SELECT COUNT(*), SUM(m.kind = 'prompt'),
                COUNT(DISTINCT CASE WHEN s.lineage IS NOT 'subagent' THEN m.session END)
            FROM messages m LEFT JOIN sessions s ON s.id = m.session \(messages.sql)
            """,
            messages.values
        ) { ($0.int(0), $0.int(1), $0.int(2)) }
        if let said = said.first { (numbers.messages, numbers.prompts, numbers.sessions) = said }
        for tool in try tools(in: span, limit: -1) {
            numbers.calls += tool.count
            numbers.errors += tool.errors
        }
        for finding in try findings(in: span, limit: -1) { numbers.findings += finding.count }
        return numbers
    }

    /// Tools by their calls, most first; a limit of -1 is none.
    package func tools(in span: TimeSpan, limit: Int64) throws(OperatorError) -> [ReportCount] {
        var conditions = Conditions("name IS NOT NULL")
        conditions.within(span, "timestamp")
        return try rows(
            """
            SELECT name, COUNT(*), COALESCE(SUM(outcome = 'error'), 0), MAX(duration)
            FROM tool_usage \(conditions.sql) GROUP BY name ORDER BY 2 DESC, 1 LIMIT ?
            """,
            conditions.values + [.integer(limit)]
        ) {
            ReportCount(
                name: $0.text(0),
                count: $0.int(1),
                errors: $0.int(2),
                slowest: $0.optionalInt(3)
            )
        }
    }

    /// What failed calls said, most frequent first.
    package func errors(in span: TimeSpan, limit: Int64) throws(OperatorError) -> [ReportCount] {
        var conditions = Conditions("outcome = 'error'")
        conditions.within(span, "timestamp")
        return try counts(
            "COALESCE(name, '?') || ': ' || COALESCE(error_class, 'error')",
            "tool_usage",
            conditions,
            limit
        )
    }

    /// Findings by kind and rule, each with one of them, masked.
    package func findings(in span: TimeSpan, limit: Int64) throws(OperatorError) -> [ReportCount] {
        var conditions = Conditions("TRUE")
        conditions.within(span, "timestamp")
        return try rows(
            """
            SELECT kind || ' ' || rule || ' (' || severity || ')', COUNT(*), MIN(masked)
            FROM findings \(conditions.sql) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?
            """,
            conditions.values + [.integer(limit)]
        ) { ReportCount(name: $0.text(0), count: $0.int(1), example: $0.text(2)) }
    }

    /// Sessions by their grade, of those that ended in the span.
    package func grades(in span: TimeSpan) throws(OperatorError) -> [ReportCount] {
        var conditions = Conditions("grade IS NOT NULL AND lineage IS NOT 'subagent'")
        conditions.within(span, "ended")
        return try counts("grade", "sessions", conditions, 10, order: "1")
    }

    /// Messages by the domain that was found in them.
    package func domains(in span: TimeSpan, limit: Int64) throws(OperatorError) -> [ReportCount] {
        var conditions = Conditions("m.retracted = 0")
        conditions.within(span, "m.timestamp")
        let tables = "tags t JOIN messages m ON m.id = t.message"
        return try counts("t.domain_chain", tables, conditions, limit)
    }

    /// Messages by who speaks.
    package func speakers(in span: TimeSpan) throws(OperatorError) -> [ReportCount] {
        var conditions = Conditions("retracted = 0 AND kind IN ('prompt', 'text')")
        conditions.within(span, "timestamp")
        return try counts("COALESCE(model, role)", "messages", conditions, 20)
    }

    private func counts(
        _ name: String,
        _ tables: String,
        _ conditions: Conditions,
        _ limit: Int64,
        order: String = "2 DESC, 1"
    ) throws(OperatorError) -> [ReportCount] {
        try rows(
            """
            SELECT \(name), COUNT(*) FROM \(tables) \(conditions.sql)
            GROUP BY 1 ORDER BY \(order) LIMIT ?
            """,
            conditions.values + [.integer(limit)]
        ) { ReportCount(name: $0.text(0), count: $0.int(1)) }
    }
}
