import Catalog
import Core
import SQL

/// The endpoints that dashboards of earlier loggers ask, with the columns of their tables.
extension Router {
    static var classicRoutes: [Route] {
        let parameters = Parameters.filters.union(Parameters.page)
        return ClassicTable.all.map { table in
            .get("/api/\(table.name)", .viewerOwn, parameters, .catalog) {
                context,
                json throws(APIError) in
                try table.write(context, &json)
            }
        } + [
            .get(
                "/api/claude-cost-analysis",
                .viewerAggregate,
                Parameters.filters.union(["by"]),
                .catalog,
                costAnalysis
            )
        ]
    }

    private static func costAnalysis(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.span()
        let by = try context.parameters.choice("by", or: CostGrouping.day)
        guard by != .session else { throw .usage("by is no session here") }
        let zone = try context.parameters.zone()
        let rows = try context.reading { (catalog) throws(OperatorError) in
            try catalog.costs(by: by, filter, zone: zone, limit: 1000)
        }
        json.array("data") { json in
            for row in rows {
                json.object { json in
                    json.string("period", row.key)
                    json.number("responses", row.usage.responses)
                    json.number("input_tokens", row.usage.input)
                    json.number("output_tokens", row.usage.output)
                    json.number("cache_read_tokens", row.usage.cacheRead)
                    json.number(
                        "cache_write_tokens",
                        row.usage.cacheWrite5m + row.usage.cacheWrite1h
                    )
                    json.number("total_tokens", row.usage.tokens)
                    json.number("cost_usd", Double(row.usage.cost) / 1_000_000)
                    json.number("unpriced", row.usage.unpriced)
                }
            }
        }
        json.number("total", rows.count)
        json.null("next")
    }
}
