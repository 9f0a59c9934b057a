import Core
import SQL

extension CatalogReader {
    /// Costs of a span, days in order, anything else dearest first; responses that are errors do not count.
    package func costs(
        by grouping: CostGrouping,
        in span: TimeSpan
    ) throws(OperatorError) -> [CostRow] {
        var conditions = Conditions("r.error = 0")
        conditions.within(span, "r.timestamp")
        let isBySession = grouping == .session
        let sql = """
            \(isBySession ? CatalogReader.tree : "")
            SELECT \(grouping.key), \(UsageSum.columns)
            FROM responses r
            LEFT JOIN sessions s ON s.id = r.session
            LEFT JOIN agents a ON a.agent = r.agent
            \(isBySession ? "LEFT JOIN tree t ON t.id = r.session" : "")
            \(conditions.sql)
            GROUP BY 1 ORDER BY \(grouping.order)
            """
        guard isBySession else {
            return try rows(sql, conditions.values) {
                CostRow(key: $0.text(0), title: nil, usage: UsageSum($0, from: 1))
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

    /// Each session with the one that it is a subagent of, over any number of steps.
    private static let tree = """
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
