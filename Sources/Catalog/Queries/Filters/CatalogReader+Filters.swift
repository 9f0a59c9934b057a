import Core
import SQL
import Transcripts

extension CatalogReader {
    /// The conditions of a filter on rows of a shape.
    ///
    /// - Throws: `.usage` for a value that its field cannot have, or a field that such rows have not; `.input` for a
    ///   session that there is not.
    package func conditions(
        _ filter: RowFilter,
        _ shape: RowShape
    ) throws(OperatorError) -> Conditions {
        var conditions = Conditions()
        for term in filter.terms { try add(term, shape, &conditions) }
        conditions.within(filter.span, shape.time)
        return conditions
    }

    /// A condition that rows with a column `session` are of sessions that the filter lets through, whatever its span.
    package func scope(_ filter: RowFilter, _ column: String) throws(OperatorError) -> Conditions {
        guard !filter.terms.isEmpty else { return Conditions() }
        let sessions = try conditions(RowFilter(filter.terms), .sessions)
        return Conditions(
            "\(column) IN (SELECT s.id FROM sessions s \(sessions.from(.sessions)) \(sessions.sql))",
            sessions.values
        )
    }

    private func add(
        _ term: FilterTerm,
        _ shape: RowShape,
        _ conditions: inout Conditions
    ) throws(OperatorError) {
        var parts: [String] = []
        var values: [SQLValue] = []
        for one in term.alternatives {
            let (sql, more) = try condition(one, shape, &conditions.joins)
            parts.append(sql)
            values += more
        }
        let sql = parts.count == 1 ? parts[0] : parts.map { "(\($0))" }.joined(separator: " OR ")
        conditions.add(sql, values, isNegated: term.isNegated)
    }

    private func condition(
        _ term: FilterTerm,
        _ shape: RowShape,
        _ joins: inout Set<RowShape.Join>
    ) throws(OperatorError) -> (sql: String, values: [SQLValue]) {
        let value = SQLValue.text(term.value)
        func of(_ join: RowShape.Join, _ sql: String) -> (String, [SQLValue]) {
            joins.insert(join)
            return (sql, [value])
        }
        switch term.field {
        case .agent: return of(.agent, Conditions.matches("a.name", term))
        case .owner: return of(.owner, Conditions.matches("o.name", term))
        case .project: return of(.session, Conditions.matches("s.project", term))
        case .branch: return of(.session, Conditions.matches("s.git_branch", term))
        case .title: return of(.session, "s.title LIKE '%' || ? || '%'")
        case .session:
            joins.insert(.session)
            let id = SQLValue.integer(try session(matching: term.value).id)
            return ("s.id = ? OR s.parent = ? AND s.lineage = 'subagent'", [id, id])
        case .cost:
            joins.insert(.session)
            let (comparison, micros) = try FilterValue.cost(term.value)
            return ("s.cost \(comparison) ?", [.integer(micros)])
        case .within: return try sessions(within: term, shape)
        case .path, .file, .command: return CallFilter.condition(term, shape)
        case .program, .host, .duration, .errorClass:
            return try CallFilter.rows(asked: term, shape, &joins)
        case .has: return (try PropertyFilter.condition(term, shape, &joins), [])
        case .grade, .outcome, .integrity, .peak, .pressure:
            return try CourseFilter.condition(term, shape, &joins)
        case .rule: return PropertyFilter.rule(term, shape)
        case .tag: return try TagFilter.condition(term, shape)
        case .tool, .name, .model, .role, .kind, .language, .speaker:
            let condition = try RowColumnFilter.condition(term, shape, &joins)
            return (condition, Array(repeating: value, count: condition.count { $0 == "?" }))
        }
    }

    /// Rows of sessions that have all of what the value says.
    private func sessions(
        within term: FilterTerm,
        _ shape: RowShape
    ) throws(OperatorError) -> (sql: String, values: [SQLValue]) {
        let query = try SearchQuery(term.value) { _, _ in nil }
        guard query.words.isEmpty, !query.filter.terms.isEmpty else {
            throw OperatorError(
                .usage,
                "within:\(TerminalText.line(term.value)) is no field of sessions",
                remedy: "For example: within:\"model:claude-opus-* has:error\""
            )
        }
        let scope = try scope(query.filter, shape == .sessions ? "s.id" : "x.session")
        return (scope.condition, scope.values)
    }
}
