import Catalog
import Core

/// `tailship-receiver cost`: responses, tokens by class, and what they cost.
enum CostCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let grouping = try context.choice("--by", or: CostGrouping.day)
        let filter = try context.filter()
        let rows = try context.catalog.costs(by: grouping, filter, zone: context.zone)
        var total = UsageSum()
        for row in rows { total += row.usage }
        if context.isJSON { return json(rows, total, grouping, context) }
        guard !rows.isEmpty else {
            return context.output.say(
                filter.isEmpty
                    ? "nothing yet: no responses were received"
                    : "nothing found: no responses like this; without options, cost shows all"
            )
        }
        table(rows, total, grouping, context.output)
        if total.unpriced > 0 {
            context.output.line(
                "\(AmountText.counted(total.unpriced, "response")) of models without a price: counted, "
                    + "and not in the costs"
            )
        }
    }

    private static func table(
        _ rows: [CostRow],
        _ total: UsageSum,
        _ grouping: CostGrouping,
        _ output: CommandOutput
    ) {
        let isBySession = grouping == .session
        var table = TextTable(
            columns: [
                TextTable.Column(grouping.rawValue.uppercased(), least: 12),
                TextTable.Column("COST", isNumber: true),
                TextTable.Column("UNPRICED", isNumber: true, spare: total.unpriced > 0 ? 1 : 9),
                TextTable.Column("RESPONSES", isNumber: true, spare: 2),
                TextTable.Column("INPUT", isNumber: true, spare: 6),
                TextTable.Column("OUTPUT", isNumber: true, spare: 3),
                TextTable.Column("WRITE 5M", isNumber: true, spare: 8),
                TextTable.Column("WRITE 1H", isNumber: true, spare: 7),
                TextTable.Column("CACHE READ", isNumber: true, spare: 5),
                TextTable.Column("HIT RATE", isNumber: true, spare: 4),
            ] + (isBySession ? [TextTable.Column("TITLE", least: 20)] : [])
        )
        for row in rows {
            table.add(
                cells(AmountText.short(row.key, 60), row.usage)
                    + (isBySession ? [AmountText.short(row.title ?? "-", 80)] : [])
            )
        }
        if rows.count > 1 { table.add(cells("total", total)) }
        output.table(table)
    }

    private static func cells(_ name: String, _ sum: UsageSum) -> [String] {
        let numbers = [
            sum.responses, sum.input, sum.output, sum.cacheWrite5m, sum.cacheWrite1h, sum.cacheRead,
        ]
        return [
            // All unpriced is not free.
            name, sum.unpriced == sum.responses ? "?" : AmountText.dollars(sum.cost),
            sum.unpriced == 0 ? "-" : AmountText.grouped(sum.unpriced),
        ] + numbers.map(AmountText.grouped) + [AmountText.percent(sum.cacheHitRate)]
    }

    private static func json(
        _ rows: [CostRow],
        _ total: UsageSum,
        _ grouping: CostGrouping,
        _ context: QueryContext
    ) {
        var writer = JSONWriter()
        writer.object { json in
            json.string("by", grouping.rawValue)
            json.string("zone", context.zone.name(at: context.now))
            json.array("rows") { json in
                for row in rows {
                    json.object {
                        $0.string("key", row.key)
                        if grouping == .session { $0.string("title", row.title) }
                        write(row.usage, &$0)
                    }
                }
            }
            json.object("total") { write(total, &$0) }
        }
        context.output.line(writer.result)
    }

    /// `cost_microdollars` is null where nothing has a price.
    static func write(_ sum: UsageSum, _ json: inout JSONWriter) {
        json.number("responses", sum.responses)
        json.number("input_tokens", sum.input)
        json.number("output_tokens", sum.output)
        json.number("cache_write_5m_tokens", sum.cacheWrite5m)
        json.number("cache_write_1h_tokens", sum.cacheWrite1h)
        json.number("cache_read_tokens", sum.cacheRead)
        if sum.unpriced == sum.responses, sum.responses > 0 {
            json.string("cost_microdollars", nil)
        } else {
            json.number("cost_microdollars", sum.cost)
        }
        json.number("unpriced_responses", sum.unpriced)
    }
}
