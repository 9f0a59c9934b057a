import Core
import SQL

extension CatalogReader {
    /// Costs of what the filter lets through, parts of the calendar in order, anything else dearest first.
    ///
    /// Responses that are errors do not count. Of what is no part of the calendar there are `limit` at most.
    package func costs(
        by grouping: CostGrouping,
        _ filter: RowFilter,
        zone: LocalZone = .utc,
        limit: Int = .max
    ) throws(OperatorError) -> [CostRow] {
        if memo != nil {
            return try rememberedCosts(by: grouping, filter, zone: zone, limit: limit)
        }
        let conditions = try responses(filter)
        let isBySession = grouping == .session
        let sql = """
            \(isBySession ? CatalogReader.tree : "")
            SELECT \(grouping.key), \(UsageSum.columns)
            FROM responses r
            LEFT JOIN sessions s ON s.id = r.session
            LEFT JOIN agents a ON a.agent = r.agent
            LEFT JOIN owners o ON o.owner = r.owner
            \(isBySession ? "LEFT JOIN tree t ON t.id = r.session" : "")
            \(conditions.sql)
            GROUP BY 1 ORDER BY \(grouping.order) \(grouping.isOfTime ? "" : "LIMIT \(limit)")
            """
        if grouping.isOfTime {
            let quarters = try rows(sql, conditions.values) {
                ($0.optionalInt(0), UsageSum($0, from: 1))
            }
            return CatalogReader.calendar(quarters, grouping, zone)
        }
        guard isBySession else {
            return try rows(sql, conditions.values) {
                CostRow(key: $0.text(0), usage: UsageSum($0, from: 1))
            }
        }
        let sums = try rows(sql, conditions.values) { ($0.int(0), UsageSum($0, from: 1)) }
        var costs: [CostRow] = []
        for (id, usage) in sums {
            let name = try name(ofSession: id)
            costs.append(
                CostRow(key: name?.short ?? "(none)", title: name?.title, usage: usage)
            )
        }
        return costs
    }

    /// All of it.
    package func usage(_ filter: RowFilter) throws(OperatorError) -> UsageSum {
        if memo != nil {
            var sum = UsageSum()
            try forEachUsage(filter) { sum += $0.sum }
            return sum
        }
        let conditions = try responses(filter)
        return try rows(
            "SELECT \(UsageSum.columns) FROM responses r \(conditions.sql)",
            conditions.values
        ) { UsageSum($0, from: 0) }.first ?? UsageSum()
    }

    /// A model is asked of the response, anything else of its session.
    private func responses(_ filter: RowFilter) throws(OperatorError) -> Conditions {
        var conditions = Conditions("r.error = 0")
        conditions.within(filter.span, "r.timestamp")
        for term in filter.terms where term.field == .model {
            conditions.add(
                Conditions.matches("r.model", term),
                [.text(term.value)],
                isNegated: term.isNegated
            )
        }
        let rest = RowFilter(filter.terms.filter { $0.field != .model })
        conditions.add(try scope(rest, "r.session"))
        return conditions
    }

    static func calendar(
        _ quarters: [(Int64?, UsageSum)],
        _ grouping: CostGrouping,
        _ zone: LocalZone
    ) -> [CostRow] {
        var rows: [CostRow] = []
        for (quarter, usage) in quarters {
            let name =
                quarter.map {
                    grouping.name(WallTime(nanoseconds: $0 * CostGrouping.quarter), zone)
                } ?? "(no time)"
            if let last = rows.last, last.key == name {
                rows[rows.count - 1].usage += usage
            } else {
                rows.append(CostRow(key: name, usage: usage))
            }
        }
        return rows
    }

    /// Each session with the one that it is a subagent of, over any number of steps.
    static let tree = """
        WITH RECURSIVE tree(id, root) AS (
            SELECT id, id FROM sessions s
            WHERE lineage IS NOT 'subagent' OR NOT EXISTS (
                SELECT 1 FROM sessions p WHERE p.id = s.parent)
            UNION
            SELECT s.id, tree.root FROM sessions s JOIN tree ON s.parent = tree.id
            WHERE s.lineage = 'subagent'
        )
        """
}
