import Core
import SQL
import Transcripts

extension CatalogReader {
    /// The numbers of what the filter lets through.
    package func numbers(_ filter: RowFilter) throws(OperatorError) -> ReportNumbers {
        var numbers = ReportNumbers()
        numbers.usage = try usage(filter)
        let said = try source("messages m", filter, where: "m.retracted = 0")
        let counts = try rows(
            """
            SELECT COUNT(*), SUM(m.kind = 'prompt'),
                COUNT(DISTINCT CASE WHEN s.lineage IS NOT 'subagent' THEN s.id END),
                COUNT(DISTINCT CASE WHEN s.lineage IS 'subagent' THEN s.id END)
            \(said.sql)
            """,
            said.values
        ) { ($0.int(0), $0.int(1), $0.int(2), $0.int(3)) }
        if let counts = counts.first {
            (numbers.messages, numbers.prompts, numbers.sessions, numbers.subagents) = counts
        }
        numbers.active =
            try rows(
                """
                SELECT SUM(MIN(gap, 300000000000)) FROM (
                    SELECT m.timestamp - LAG(m.timestamp) OVER (
                        PARTITION BY m.session ORDER BY m.timestamp) AS gap \(said.sql)
                )
                """,
                said.values
            ) { $0.int(0) }.first ?? 0
        let calls = try source("tool_usage u", filter, where: "u.name IS NOT NULL")
        let failed = try rows(
            "SELECT COUNT(*), SUM(u.outcome IN ('error', 'interrupted')) \(calls.sql)",
            calls.values
        ) { ($0.int(0), $0.int(1)) }
        if let failed = failed.first { (numbers.calls, numbers.errors) = failed }
        let found = try source("findings f", filter)
        numbers.findings =
            try rows("SELECT COUNT(*) \(found.sql)", found.values) { $0.int(0) }.first ?? 0
        return numbers
    }

    /// Tools by their calls, most first.
    package func tools(_ filter: RowFilter) throws(OperatorError) -> [ReportTool] {
        let calls = try source("tool_usage u", filter, where: "u.name IS NOT NULL")
        var tools = try rows(
            """
            SELECT u.name, COUNT(*), COUNT(u.outcome), SUM(u.outcome IN ('error', 'interrupted')),
                SUM(u.outcome = 'denied')
            \(calls.sql) GROUP BY 1 ORDER BY 2 DESC, 1
            """,
            calls.values
        ) {
            ReportTool(
                name: $0.text(0),
                calls: $0.int(1),
                paired: $0.int(2),
                errors: $0.int(3),
                denied: $0.int(4)
            )
        }
        var durations: [String: [Int64]] = [:]
        try forEach(
            "SELECT u.name, u.duration \(calls.sql) AND u.duration IS NOT NULL",
            calls.values
        ) { durations[$0.text(0), default: []].append($0.int(1)) }
        for index in tools.indices {
            tools[index].take((durations[tools[index].name] ?? []).sorted())
        }
        return tools
    }

    /// Failed calls by what went wrong, most frequent first, each with the tools.
    package func errors(_ filter: RowFilter) throws(OperatorError) -> [ReportCount] {
        let failed = try source("tool_usage u", filter, where: "u.outcome = 'error'")
        var classes: [String: [String: Int64]] = [:]
        try forEach(
            "SELECT COALESCE(u.name, '?'), u.error_class, u.error_text \(failed.sql)",
            failed.values
        ) { row in
            let known = row.optionalText(1) ?? ErrorClass.of(text: row.text(2))
            classes[known, default: [:]][row.text(0), default: 0] += 1
        }
        return classes.map { name, tools in
            let order = tools.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            return ReportCount(
                name: name,
                count: tools.values.reduce(0, +),
                detail: order.prefix(4).map { "\($0.key) \($0.value)" }.joined(separator: ", ")
                    + (order.count > 4 ? ", …" : "")
            )
        }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// Rules that found something, the gravest first.
    package func findings(_ filter: RowFilter) throws(OperatorError) -> [ReportFinding] {
        let found = try source("findings f", filter)
        return try rows(
            """
            SELECT f.kind, f.rule, f.severity, COUNT(*), COUNT(DISTINCT f.session), MIN(f.masked)
            \(found.sql) GROUP BY 1, 2, 3
            ORDER BY CASE f.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1
                WHEN 'medium' THEN 2 ELSE 3 END, 4 DESC, 1, 2
            """,
            found.values
        ) {
            ReportFinding(
                kind: $0.text(0),
                rule: $0.text(1),
                severity: $0.text(2),
                count: $0.int(3),
                sessions: $0.int(4),
                example: $0.text(5)
            )
        }
    }

    /// Sessions whose last activity lies in the span, by what a column says of them.
    package func sessions(
        _ filter: RowFilter,
        by column: SessionMark
    ) throws(OperatorError) -> [ReportCount] {
        var conditions = try conditions(filter, .sessions)
        conditions.add("s.\(column.rawValue) IS NOT NULL AND s.lineage IS NOT 'subagent'")
        return try rows(
            """
            SELECT s.\(column.rawValue), COUNT(*)
            FROM sessions s \(conditions.from(.sessions)) \(conditions.sql) GROUP BY 1 ORDER BY 1
            """,
            conditions.values
        ) { ReportCount(name: $0.text(0), count: $0.int(1)) }
    }

    /// What sessions are counted by.
    package enum SessionMark: String {
        case grade
        case outcome
        case integrity
    }

    /// The rows of a table that the filter is about; `s` is the session, `a` the agent, `o` the owner.
    package func source(
        _ table: String,
        _ filter: RowFilter,
        joining more: String = "",
        where condition: String? = nil
    ) throws(OperatorError) -> ReportSource {
        let sessions = try conditions(RowFilter(filter.terms), .sessions)
        return ReportSource(table, sessions, filter.span, joining: more, where: condition)
    }
}
