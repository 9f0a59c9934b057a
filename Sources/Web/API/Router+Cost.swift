import Catalog
import Core
import SQL
import Transcripts

/// What it costs: sums, reconciliation, burn rate, budgets.
extension Router {
    static var costRoutes: [Route] {
        [
            .get(
                "/api/analytics/cost",
                .viewerAggregate,
                Parameters.filters.union(["by", "and", "compare"]),
                .catalog,
                cost
            ),
            .get(
                "/api/analytics/reconciliation",
                .viewerAggregate,
                Parameters.filters,
                .catalog,
                reconciliation
            ),
            .get("/api/analytics/burn", .viewerAggregate, Parameters.filters, .live, burn),
        ]
    }

    // MARK: Sums

    private static func cost(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let by = try context.parameters.choice("by", or: CostGrouping.day)
        guard by != .session || context.identity.role >= .viewerOwn else {
            throw .forbidden("sessions are content")
        }
        let zone = try context.parameters.zone()
        _ = try compared(context, &json) { (context, filter, json) throws(APIError) in
            let shown = try rows(context, filter, by, zone, &json)
            var rest = try summary(context, filter, &json)
            rest -= shown
            if rest.responses > 0 {
                json.object("rest") { UsageRow.write(rest, &$0) }
            } else {
                json.null("rest")
            }
        }
    }

    /// Rows that are told; what the others come to is told in one.
    private static let mostRows = 500

    private static func rows(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ by: CostGrouping,
        _ zone: LocalZone,
        _ json: inout JSONBuffer
    ) throws(APIError) -> UsageSum {
        let rows = try context.reading { (catalog) throws(OperatorError) in
            try catalog.costs(by: by, filter, zone: zone, limit: mostRows)
        }
        var parts: [String: [CostRow]] = [:]
        if context.parameters["and"] != nil {
            guard context.parameters["and"] == "model", [.day, .week, .month].contains(by) else {
                throw .usage("and=model splits days, weeks and months")
            }
            parts = try byModel(context, filter, by, zone)
        }
        json.array("rows") { json in
            for row in rows {
                json.object { json in
                    json.string("key", row.key == "(none)" ? nil : row.key)
                    json.string("title", row.title)
                    UsageRow.write(row.usage, &json)
                    guard let parts = parts[row.key] else { return }
                    json.array("parts") { json in
                        for part in parts { json.object { writePart(part, &$0) } }
                    }
                }
            }
        }
        return rows.reduce(into: UsageSum()) { $0 += $1.usage }
    }

    private static func writePart(_ part: CostRow, _ json: inout JSONBuffer) {
        json.string("key", part.key == "(none)" ? nil : part.key)
        json.number("cost", part.usage.cost)
        json.number("tokens", part.usage.tokens)
        json.number("unpriced", part.usage.unpriced)
    }

    private static func byModel(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ by: CostGrouping,
        _ zone: LocalZone
    ) throws(APIError) -> [String: [CostRow]] {
        let models = try context.reading { (catalog) throws(OperatorError) in
            try catalog.costsOfModels(by: by, filter, zone: zone, limit: .max)
        }
        var parts: [String: [CostRow]] = [:]
        for (model, rows) in models {
            for row in rows {
                var part = row
                part.key = model
                parts[row.key, default: []].append(part)
            }
        }
        return parts
    }

    private static func summary(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) -> UsageSum {
        var summary = CostSummary()
        try context.reading { (catalog) throws(OperatorError) in
            try catalog.forEachUsage(filter) { summary.add($0) }
        }
        summary.write(context.site.seams.prices, &json)
        return summary.total
    }

    /// The responses that a filter lets through; a model is asked of the response.
    static func responses(
        _ context: RequestContext,
        _ filter: RowFilter
    ) throws(APIError) -> Conditions {
        var conditions = Conditions("r.error = 0")
        conditions.within(filter.span, "r.timestamp")
        for term in filter.terms where term.field == .model {
            let isPattern = term.value.contains("*") || term.value.contains("?")
            conditions.add(
                "r.model \(isPattern ? "GLOB" : "=") ?",
                [.text(term.value)],
                isNegated: term.isNegated
            )
        }
        let rest = RowFilter(filter.terms.filter { $0.field != .model })
        conditions.add(
            try context.reading { (catalog) throws(OperatorError) in
                try catalog.scope(rest, "r.session")
            }
        )
        return conditions
    }

    /// Writes what the cache saved (formulas 4 and 5): what would be paid if nothing were cached, less what is.
    static func cache(
        _ context: RequestContext,
        _ conditions: Conditions,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var (read, all, savings): (Int64, Int64, Int64) = (0, 0, 0)
        let prices = context.site.seams.prices
        try context.forEach(
            """
            SELECT r.model, r.speed, r.geography, r.timestamp / 86400000000000, SUM(r.input_tokens),
                SUM(r.output_tokens), SUM(r.cache_write_5m_tokens), SUM(r.cache_write_1h_tokens),
                SUM(r.cache_read_tokens), SUM(r.cost)
            FROM responses r \(conditions.sql) GROUP BY 1, 2, 3, 4
            """,
            conditions.values
        ) { row in
            read += row.int(8)
            all += row.int(4) + row.int(6) + row.int(7) + row.int(8)
            guard let model = row.optionalText(0), !row.isNull(9) else { return }
            // The whole of the group is no request: what one of them pays is asked of an average one.
            var usage = TokenUsage()
            usage.input = row.int(4)
            usage.cacheWrite5m = row.int(6)
            usage.cacheWrite1h = row.int(7)
            usage.cacheRead = row.int(8)
            savings += Savings.of(
                usage,
                model: model,
                speed: row.optionalText(1),
                geography: row.optionalText(2),
                at: row.isNull(3)
                    ? nil : WallTime(nanoseconds: row.int(3) * 86_400_000_000_000),
                prices
            )
        }
        json.object("cache") { json in
            json.number("hit_rate", all > 0 ? Double(read) / Double(all) : nil)
            json.number("savings", savings)
        }
    }

    // MARK: Reconciliation

    private static func reconciliation(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.filter()
        let wanted = RowFilter(
            filter.terms.filter { [.agent, .owner, .tool].contains($0.field) },
            span: filter.span
        )
        guard wanted.terms.count == filter.terms.count else {
            throw .usage("files are filtered by agent, owner and tool only")
        }
        head(context, filter.span, &json)
        let files = try fileConditions(wanted)
        var rows: [[SQLValue]] = []
        try context.forEach(
            """
            SELECT f.source, f.tool, a.name, COUNT(*), SUM(f.held), SUM(f.lines), SUM(f.entries),
                SUM(f.malformed), SUM(f.recovered), SUM(f.unknown), f.agent
            FROM files f LEFT JOIN agents a ON a.agent = f.agent
            LEFT JOIN owners o ON o.owner = f.owner \(files.sql)
            GROUP BY f.source, f.tool, f.agent ORDER BY 4 DESC, 1, 2, 3
            """,
            files.values
        ) { rows.append($0.values()) }
        let firsts = try firstEntries(context, files)
        let counted = try countedResponses(context, files)
        var total = [Int64](repeating: 0, count: Reconciled.names.count)
        json.array("rows") { json in
            for row in rows {
                let key = Reconciled.key(row[0].text, row[1].text, row[10].integer)
                let numbers = Reconciled.numbers(row, firsts[key] ?? 0, counted[key] ?? [0, 0, 0])
                for (index, number) in numbers.enumerated() { total[index] += number }
                json.object { json in
                    json.string("source", row[0].text)
                    json.string("tool", row[1].text)
                    json.string("machine", row[2].text)
                    Reconciled.write(numbers, &json)
                }
            }
        }
        json.object("total") { Reconciled.write(total, &$0) }
    }

    /// Conditions on `f`, with `a` and `o`.
    private static func fileConditions(_ filter: RowFilter) throws(APIError) -> Conditions {
        var conditions = Conditions("f.expired = 0")
        conditions.within(filter.span, "f.changed")
        for term in filter.terms {
            let column =
                term.field == .agent ? "a.name" : term.field == .owner ? "o.name" : "f.tool"
            let isPattern = term.value.contains("*") || term.value.contains("?")
            conditions.add(
                "\(column) \(isPattern ? "GLOB" : "=") ?",
                [.text(term.value)],
                isNegated: term.isNegated
            )
        }
        return conditions
    }

    /// Records that are no copies, by source.
    private static func firstEntries(
        _ context: RequestContext,
        _ files: Conditions
    ) throws(APIError) -> [String: Int64] {
        var firsts: [String: Int64] = [:]
        try context.forEach(
            """
            SELECT f.source, f.tool, f.agent, SUM(f.entries - (
                SELECT COUNT(*) FROM entries e WHERE e.file = f.id AND e.first <> e.seq))
            FROM files f LEFT JOIN agents a ON a.agent = f.agent
            LEFT JOIN owners o ON o.owner = f.owner \(files.sql) GROUP BY 1, 2, 3
            """,
            files.values
        ) { firsts[Reconciled.key($0.text(0), $0.text(1), $0.int(2))] = $0.int(3) }
        return firsts
    }

    private static func countedResponses(
        _ context: RequestContext,
        _ files: Conditions
    ) throws(APIError) -> [String: [Int64]] {
        let pairs = try context.rows(
            """
            SELECT f.id, f.source, f.tool, f.agent FROM files f
            LEFT JOIN agents a ON a.agent = f.agent LEFT JOIN owners o ON o.owner = f.owner
            \(files.sql)
            """,
            files.values
        ) { ($0.int(0), Reconciled.key($0.text(1), $0.text(2), $0.int(3))) }
        let keys = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        var counted: [String: [Int64]] = [:]
        func add(_ file: Int64, _ numbers: [Int64]) {
            guard let key = keys[file] else { return }
            let former = counted[key] ?? [0, 0, 0]
            counted[key] = zip(former, numbers).map { $0 + $1 }
        }
        try context.forEach(PageQuestions.responsesOfFiles, RowFilter()) { row in
            add(row.int(0), [row.int(1), row.int(2), row.int(3)])
        }
        // Those of no session.
        try context.forEach(
            """
            SELECT e.file, COUNT(*), SUM(r.cost), SUM(r.cost IS NULL)
            FROM responses r JOIN entries e ON e.seq = r.entry
            WHERE r.session IS NULL AND r.error = 0 GROUP BY 1
            """
        ) { row in add(row.int(0), [row.int(1), row.int(2), row.int(3)]) }
        return counted
    }
}
