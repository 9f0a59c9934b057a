import Core
import SQL
import Transcripts

extension CatalogReader {
    /// The numbers of what the filter lets through.
    package func numbers(_ filter: RowFilter) throws(OperatorError) -> ReportNumbers {
        var numbers = ReportNumbers()
        numbers.usage = try usage(filter)
        try forEach(CatalogReader.said, filter) { row in
            guard row.int(0) > 0 else { return }
            numbers.messages += row.int(0)
            numbers.prompts += row.int(1)
            if row.int(2) != 0 { numbers.subagents += 1 } else { numbers.sessions += 1 }
            numbers.active += row.int(3)
        }
        try forEach(CatalogReader.calls, filter) { row in
            numbers.calls += row.int(1)
            numbers.errors += row.int(3)
        }
        numbers.findings = try findingCount(filter)
        return numbers
    }

    /// Tools by their calls, most first.
    package func tools(_ filter: RowFilter) throws(OperatorError) -> [ReportTool] {
        var names = TextNumbers()
        var tools: [ReportTool] = []
        try forEach(CatalogReader.calls, filter) { row in
            let number = names.number(row, 0)
            if number == tools.count { tools.append(ReportTool(name: names.texts[number])) }
            tools[number].calls += row.int(1)
            tools[number].paired += row.int(2)
            tools[number].errors += row.int(3)
            tools[number].denied += row.int(4)
        }
        var durations = [[Int64]](repeating: [], count: tools.count)
        try forEach(CatalogReader.durations, filter) { row in
            let number = names.number(row, 0)
            if number < durations.count { durations[number].append(row.int(1)) }
        }
        for (number, durations) in durations.enumerated() { tools[number].take(durations) }
        return tools.sorted { ($1.calls, $0.name) < ($0.calls, $1.name) }
    }

    /// Failed calls by what went wrong, most frequent first, each with the tools.
    package func errors(_ filter: RowFilter) throws(OperatorError) -> [ReportCount] {
        var classes: [String: [String: Int64]] = [:]
        try forEach(CatalogReader.failures, filter) { row in
            classes[row.text(0), default: [:]][row.text(1), default: 0] += row.int(2)
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
        let found = try findingConditions(filter)
        return try rows(
            """
            SELECT f.kind, f.rule, f.severity, COUNT(*), COUNT(DISTINCT f.session), MIN(f.masked)
            FROM findings f \(found.sql) GROUP BY 1, 2, 3
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

    /// How many findings the filter lets through.
    package func findingCount(_ filter: RowFilter) throws(OperatorError) -> Int64 {
        let found = try findingConditions(filter)
        return try rows("SELECT COUNT(*) FROM findings f \(found.sql)", found.values) {
            $0.int(0)
        }.first ?? 0
    }

    /// The conditions of a filter on findings `f`: rules and kinds are theirs, anything else is asked of their
    /// sessions.
    package func findingConditions(_ filter: RowFilter) throws(OperatorError) -> Conditions {
        var rest = RowFilter([], span: filter.span)
        var own = Conditions()
        for term in filter.terms {
            let kinds = ["secret", "danger", "sensitive"]
            switch (term.field, term.value) {
            case (.rule, let value):
                own.add(
                    Conditions.matches("f.rule", term),
                    [.text(value)],
                    isNegated: term.isNegated
                )
            case (.has, let kind) where kinds.contains(kind):
                own.add("f.kind = ?", [.text(kind)], isNegated: term.isNegated)
            default: rest.terms.append(term)
            }
        }
        own.add(try conditions(rest, of: "f"))
        return own
    }

    /// The conditions of a filter on rows that have `session` and `timestamp`: their sessions are let through, and
    /// their time lies in the span.
    package func conditions(
        _ filter: RowFilter,
        of alias: String
    ) throws(OperatorError) -> Conditions {
        var conditions = Conditions()
        conditions.within(filter.span, "\(alias).timestamp")
        conditions.add(try scope(filter, "\(alias).session"))
        return conditions
    }

    /// Sessions whose last activity lies in the span, by what a column says of them; "(none)" where it says
    /// nothing yet.
    package func sessions(
        _ filter: RowFilter,
        by column: SessionMark
    ) throws(OperatorError) -> [ReportCount] {
        let conditions = try listed(filter)
        return try rows(
            """
            SELECT s.\(column.rawValue), COUNT(*)
            FROM sessions s \(conditions.from(.sessions)) \(conditions.sql)
            GROUP BY 1 ORDER BY 1 IS NULL, 1
            """,
            conditions.values
        ) { ReportCount(name: $0.optionalText(0) ?? "(none)", count: $0.int(1)) }
    }

    /// What sessions are counted by.
    package enum SessionMark: String {
        case grade
        case outcome
        case integrity
    }
}
