import Core
import SQL

/// Usage by way of sessions, whose sums are remembered: the same as the statements over all responses give.
extension CatalogReader {
    private static let groups = """
        r.timestamp / \(CostGrouping.quarter), r.model, r.speed, r.geography, r.price_version,
        r.tool, r.agent, r.owner, r.cost IS NULL
        """
    static let usage = SessionQuestion(
        "\(groups), \(UsageSum.columns)",
        of: "responses r",
        where: "r.error = 0",
        by: groups
    )

    /// Gives `body` what was used, in parts of which each is of one session and quarter of an hour.
    package func forEachUsage(
        _ filter: RowFilter,
        _ body: (UsageGroup) -> Void
    ) throws(OperatorError) {
        let models = filter.terms.filter { $0.field == .model }
        let rest = RowFilter(filter.terms.filter { $0.field != .model }, span: filter.span)
        var isWanted: [String: Bool] = [:]
        var failure: OperatorError?
        func take(_ group: UsageGroup) {
            guard !models.isEmpty else { return body(group) }
            let name = group.model ?? ""
            if isWanted[name] == nil {
                do throws(OperatorError) {
                    isWanted[name] = try matches(group.model, models)
                } catch {
                    failure = error
                }
            }
            if isWanted[name] == true { body(group) }
        }
        try forEach(CatalogReader.usage, rest) { row in
            var group = UsageGroup(row)
            group.session = row.session
            take(group)
        }
        if let failure { throw failure }
        guard rest.terms.isEmpty else { return }
        // Those of no session are of no use to remember.
        var conditions = Conditions("r.session IS NULL AND r.error = 0")
        conditions.within(filter.span, "r.timestamp")
        for row in try alone(conditions) { take(UsageGroup(row)) }
        if let failure { throw failure }
    }

    private func alone(_ conditions: Conditions) throws(OperatorError) -> [SessionRow] {
        var buffer = CellBuffer()
        var cells: [MemoCell] = []
        var width = 0
        try forEach(
            """
            SELECT 0, \(CatalogReader.groups), \(UsageSum.columns)
            FROM responses r \(conditions.sql) GROUP BY \(CatalogReader.groups)
            """,
            conditions.values
        ) { row in
            width = row.columnCount - 1
            buffer.append(row, width, to: &cells)
        }
        return stride(from: 0, to: cells.count, by: max(1, width)).map {
            SessionRow(0, cells, at: $0, buffer.texts)
        }
    }

    /// Whether a model is what all terms ask for.
    private func matches(
        _ model: String?,
        _ terms: [FilterTerm]
    ) throws(OperatorError) -> Bool {
        for term in terms {
            let isMatch =
                try rows(
                    "SELECT ?1 \(term.isPattern ? "GLOB" : "=") ?2",
                    [SQLValue(model), .text(term.value)]
                ) { $0.bool(0) }.first ?? false
            guard isMatch != term.isNegated else { return false }
        }
        return true
    }

    // MARK: Groups

    func rememberedCosts(
        by grouping: CostGrouping,
        _ filter: RowFilter,
        zone: LocalZone,
        limit: Int
    ) throws(OperatorError) -> [CostRow] {
        if grouping.isOfTime {
            var quarters: [Int64?: UsageSum] = [:]
            try forEachUsage(filter) { quarters[$0.quarter, default: UsageSum()] += $0.sum }
            let sorted = quarters.sorted { ($0.key ?? .min) < ($1.key ?? .min) }
            return CatalogReader.calendar(sorted.map { ($0.key, $0.value) }, grouping, zone)
        }
        if grouping == .session { return try rememberedCosts(bySessionOf: filter, limit) }
        var sums: [String: UsageSum] = [:]
        let names = try names(grouping)
        try forEachUsage(filter) { group in
            let key: String
            switch grouping {
            case .model: key = group.model ?? "(none)"
            case .tool: key = group.tool
            case .machine: key = names[group.agent] ?? "(none)"
            case .owner: key = names[group.owner] ?? "(none)"
            default: key = group.session.flatMap { names[$0] } ?? "(none)"
            }
            sums[key, default: UsageSum()] += group.sum
        }
        let sorted = sums.sorted { CatalogReader.isDearer(($0.value, $0.key), ($1.value, $1.key)) }
        return sorted.prefix(limit).map { CostRow(key: $0.key, usage: $0.value) }
    }

    /// Costs by parts of the calendar of each of the dearest models.
    package func costsOfModels(
        by grouping: CostGrouping,
        _ filter: RowFilter,
        zone: LocalZone,
        limit: Int
    ) throws(OperatorError) -> [(model: String, rows: [CostRow])] {
        var models: [String: (sum: UsageSum, quarters: [Int64?: UsageSum])] = [:]
        try forEachUsage(filter) { group in
            let model = group.model ?? "(none)"
            models[model, default: (UsageSum(), [:])].sum += group.sum
            models[model]?.quarters[group.quarter, default: UsageSum()] += group.sum
        }
        let sorted = models.sorted {
            CatalogReader.isDearer(($0.value.sum, $0.key), ($1.value.sum, $1.key))
        }
        return sorted.prefix(limit).map { model, sums in
            let quarters = sums.quarters.sorted { ($0.key ?? .min) < ($1.key ?? .min) }
            return (
                model, CatalogReader.calendar(quarters.map { ($0.key, $0.value) }, grouping, zone)
            )
        }
    }

    /// What the numbers of agents, owners or sessions are called.
    private func names(_ grouping: CostGrouping) throws(OperatorError) -> [Int64: String] {
        let table: String
        switch grouping {
        case .machine: table = "SELECT agent, name FROM agents"
        case .owner: table = "SELECT owner, name FROM owners"
        case .project: table = "SELECT id, project FROM sessions WHERE project IS NOT NULL"
        case .branch: table = "SELECT id, git_branch FROM sessions WHERE git_branch IS NOT NULL"
        default: return [:]
        }
        let pairs = try rows(table) { ($0.int(0), $0.text(1)) }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    private func rememberedCosts(
        bySessionOf filter: RowFilter,
        _ limit: Int
    ) throws(OperatorError) -> [CostRow] {
        let roots = try roots()
        var sums: [Int64: UsageSum] = [:]
        try forEachUsage(filter) { group in
            let session = group.session ?? 0
            sums[roots[session] ?? session, default: UsageSum()] += group.sum
        }
        let sorted = sums.sorted { CatalogReader.isDearer(($0.value, $0.key), ($1.value, $1.key)) }
        var costs: [CostRow] = []
        for (id, usage) in sorted.prefix(limit) {
            let name = try name(ofSession: id)
            costs.append(CostRow(key: name?.short ?? "(none)", title: name?.title, usage: usage))
        }
        return costs
    }

    /// The session that each subagent works for, over any number of steps (`tree`).
    private func roots() throws(OperatorError) -> [Int64: Int64] {
        let pairs = try rows(
            """
            SELECT s.id, s.parent FROM sessions s JOIN sessions p ON p.id = s.parent
            WHERE s.parent IS NOT NULL AND s.lineage = 'subagent'
            """
        ) { ($0.int(0), $0.int(1)) }
        let parents = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        var roots: [Int64: Int64] = [:]
        for (session, parent) in parents {
            var root = parent
            var steps = 0
            while let next = parents[root], steps < parents.count {
                (root, steps) = (next, steps + 1)
            }
            // What goes in a circle works for nobody else.
            roots[session] = steps < parents.count ? root : session
        }
        return roots
    }

    /// Dearest first; what has no price at all comes behind what costs nothing.
    private static func isDearer<Key: Comparable>(
        _ one: (sum: UsageSum, key: Key),
        _ other: (sum: UsageSum, key: Key)
    ) -> Bool {
        func cost(_ sum: UsageSum) -> Int64 { sum.unpriced == sum.responses ? -1 : sum.cost }
        return (cost(other.sum), other.sum.responses, one.key)
            < (cost(one.sum), one.sum.responses, other.key)
    }
}

extension UsageGroup {
    /// Reads the columns of the question.
    fileprivate init(_ row: SessionRow) {
        self.init(
            session: nil,
            quarter: row.optionalInt(0),
            model: row.optionalText(1),
            speed: row.optionalText(2),
            geography: row.optionalText(3),
            priceVersion: row.optionalText(4),
            tool: row.text(5),
            agent: row.int(6),
            owner: row.int(7),
            isUnpriced: row.int(8) != 0,
            sum: UsageSum(row, from: 9)
        )
    }
}
