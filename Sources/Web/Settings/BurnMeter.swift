import Catalog
import Core
import SQL

/// Measures what is spent now, and what that comes to.
struct BurnMeter {
    struct Sum {
        var cost: Int64 = 0
        var tokens: Int64 = 0
    }

    let context: RequestContext
    let filter: RowFilter
    let zone: LocalZone

    private static let hour: Int64 = 3_600_000_000_000

    func sum(_ terms: [FilterTerm], since: WallTime) throws(APIError) -> Sum {
        let conditions = try Router.responses(
            context,
            RowFilter(terms, span: TimeSpan(since: since))
        )
        return try context.rows(
            """
            SELECT SUM(r.cost), SUM(r.input_tokens + r.output_tokens + r.cache_write_5m_tokens
                + r.cache_write_1h_tokens + r.cache_read_tokens)
            FROM responses r \(conditions.sql)
            """,
            conditions.values
        ) { Sum(cost: $0.int(0), tokens: $0.int(1)) }.first ?? Sum()
    }

    func sum(last seconds: Int64) throws(APIError) -> Sum {
        try sum(filter.terms, since: context.now + .seconds(-seconds))
    }

    /// What a period has cost, and what it comes to at the rate of the last hour.
    func spent(
        _ period: BudgetPeriod,
        perHour: Int64
    ) throws(APIError) -> (spent: Int64, forecast: Int64) {
        try spent(period, filter.terms, perHour: perHour)
    }

    private func spent(
        _ period: BudgetPeriod,
        _ terms: [FilterTerm],
        perHour: Int64
    ) throws(APIError) -> (spent: Int64, forecast: Int64) {
        let (start, end) = period.bounds(at: context.now, zone)
        let spent = try sum(terms, since: start).cost
        let now = context.now.nanoseconds
        let left: Double
        let rate: Double
        if period == .day {
            left = Double(end.nanoseconds - now)
            rate = Double(perHour) / Double(BurnMeter.hour)
        } else {
            // An hour says nothing of a week: the mean of the period so far, of a day at least.
            left = Double(end.nanoseconds - now)
            rate = Double(spent) / Double(max(now - start.nanoseconds, 24 * BurnMeter.hour))
        }
        return (spent, spent + Int64(max(0, left) * rate))
    }

    /// Nil for a budget of somebody else's.
    func state(of budget: Budget) throws(APIError) -> BudgetState? {
        if let owner = context.identity.scope, budget.scope["owner"] != owner { return nil }
        let terms = budget.scope.sorted { $0.key < $1.key }.compactMap { field, value in
            FilterField(rawValue: field).map { FilterTerm($0, value) }
        }
        let hour = try sum(terms, since: context.now + .seconds(-3600)).cost
        let (spent, forecast) = try spent(budget.period, terms, perHour: hour)
        return BudgetState(budget: budget, spent: spent, forecast: forecast)
    }

    /// The block of five hours that began with the hour of its first response, while it lasts.
    func block(_ json: inout JSONBuffer) throws(APIError) {
        let length = 5 * BurnMeter.hour
        let since = context.now.nanoseconds - 2 * length
        let conditions = try Router.responses(
            context,
            RowFilter(filter.terms, span: TimeSpan(since: WallTime(nanoseconds: since)))
        )
        var start: Int64 = 0
        var (first, last, cost, tokens): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
        try context.forEach(
            """
            SELECT r.timestamp, r.cost, r.input_tokens + r.output_tokens + r.cache_write_5m_tokens
                + r.cache_write_1h_tokens + r.cache_read_tokens
            FROM responses r \(conditions.sql) ORDER BY r.timestamp
            """,
            conditions.values
        ) { row in
            let time = row.int(0)
            if start == 0 || time >= start + length || time - last >= length {
                start = time - time % BurnMeter.hour
                (first, cost, tokens) = (time, 0, 0)
            }
            last = time
            cost += row.int(1)
            tokens += row.int(2)
        }
        let end = start + length
        guard start > 0, end > context.now.nanoseconds else { return json.null("block") }
        let minutes = max(1, Double(last - first) / 60e9)
        let rate = Double(cost) / minutes
        let left = Double(end - context.now.nanoseconds) / 60e9
        json.object("block") { json in
            json.time("start", WallTime(nanoseconds: start))
            json.time("end", WallTime(nanoseconds: end))
            json.number("cost", cost)
            json.number("tokens", tokens)
            json.number("cost_per_hour", Int64(rate * 60))
            json.number("tokens_per_minute", Int64(Double(tokens) / minutes))
            json.number("projected_cost", cost + Int64(rate * left))
        }
    }
}
