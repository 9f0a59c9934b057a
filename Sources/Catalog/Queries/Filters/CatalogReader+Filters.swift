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
        let value = SQLValue.text(term.value)
        func put(_ sql: String, _ values: [SQLValue], _ join: RowShape.Join? = nil) {
            if let join { conditions.joins.insert(join) }
            conditions.add(sql, values, isNegated: term.isNegated)
        }
        switch term.field {
        case .agent: put(Conditions.matches("a.name", term), [value], .agent)
        case .owner: put(Conditions.matches("o.name", term), [value], .owner)
        case .project: put(Conditions.matches("s.project", term), [value], .session)
        case .branch: put(Conditions.matches("s.git_branch", term), [value], .session)
        case .title: put("s.title LIKE '%' || ? || '%'", [value], .session)
        case .session:
            let id = SQLValue.integer(try session(matching: term.value).id)
            put("s.id = ? OR s.parent = ? AND s.lineage = 'subagent'", [id, id], .session)
        case .cost:
            let (comparison, micros) = try FilterValue.cost(term.value)
            put("s.cost \(comparison) ?", [.integer(micros)], .session)
        case .path, .file, .command:
            let condition = CallFilter.condition(term, shape)
            put(condition.sql, condition.values)
        case .has: put(try PropertyFilter.condition(term, shape, &conditions.joins), [])
        case .tool, .name, .model, .role, .kind, .language:
            let condition = try RowColumnFilter.condition(term, shape, &conditions.joins)
            put(condition, Array(repeating: value, count: condition.count { $0 == "?" }))
        }
    }
}
