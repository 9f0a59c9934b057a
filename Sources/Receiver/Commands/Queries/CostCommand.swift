import Catalog
import Core

/// `tailship-receiver cost`: responses, tokens by class, and what they cost.
enum CostCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let grouping = try context.choice("--by", or: CostGrouping.day)
        let rows = try context.catalog.costs(by: grouping, in: try context.span())
        var total = UsageSum()
        for row in rows { total += row.usage }
        if context.isJSON { return json(rows, total, grouping, context.output) }
        guard !rows.isEmpty else {
            return context.output.line("nothing yet: no responses in this time")
        }
        var table = TextTable([
            grouping.rawValue.uppercased(), "RESPONSES", "INPUT", "OUTPUT", "CACHE WRITE 5M",
            "CACHE WRITE 1H", "CACHE READ", "COST", "UNPRICED",
        ])
        for row in rows {
            let title = row.title.map { "  " + AmountText.short($0, 40) } ?? ""
            table.add(cells(AmountText.short(row.key, 60) + title, row.usage))
        }
        table.add(cells("total", total))
        _ = context.output.write(table.text)
        if total.unpriced > 0 {
            context.output.line(
                "\(AmountText.grouped(total.unpriced)) responses are of models without a price, "
                    + "and not in the costs"
            )
        }
    }

    private static func cells(_ name: String, _ sum: UsageSum) -> [String] {
        let numbers = [
            sum.responses, sum.input, sum.output, sum.cacheWrite5m, sum.cacheWrite1h, sum.cacheRead,
        ]
        return [name] + numbers.map(AmountText.grouped) + [
            // All unpriced is not free.
            sum.unpriced == sum.responses ? "?" : AmountText.dollars(sum.cost),
            sum.unpriced == 0 ? "" : AmountText.grouped(sum.unpriced),
        ]
    }

    private static func json(
        _ rows: [CostRow],
        _ total: UsageSum,
        _ grouping: CostGrouping,
        _ output: CommandOutput
    ) {
        var writer = JSONWriter()
        writer.object { json in
            json.string("by", grouping.rawValue)
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
        output.line(writer.result)
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
