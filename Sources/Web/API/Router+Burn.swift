import Catalog
import Core
import SQL

/// How fast money is spent, and where that leads.
extension Router {
    static func burn(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.filter()
        let zone = try context.parameters.zone()
        let meter = BurnMeter(context: context, filter: filter, zone: zone)
        json.time("as_of", context.now)
        let hour = try meter.sum(last: 3600)
        let minutes = try meter.sum(last: 600)
        json.object("last_60_min") { json in
            json.number("cost", hour.cost)
            json.number("tokens", hour.tokens)
            json.number("per_hour", hour.cost)
        }
        json.object("last_10_min") { json in
            json.number("cost", minutes.cost)
            json.number("tokens", minutes.tokens)
            json.number("per_hour", minutes.cost &* 6)
        }
        try meter.block(&json)
        let periods: [(StaticString, BudgetPeriod)] = [("today", .day), ("month", .month)]
        for (key, period) in periods {
            let (spent, forecast) = try meter.spent(period, perHour: hour.cost)
            json.object(key) { json in
                json.number("cost", spent)
                json.number("forecast", forecast)
            }
        }
        try json.array("budgets") { (json) throws(APIError) in
            for budget in try SettingsBook(context.site).budgets() {
                guard let state = try meter.state(of: budget) else { continue }
                json.object { state.write(&$0) }
            }
        }
    }
}
