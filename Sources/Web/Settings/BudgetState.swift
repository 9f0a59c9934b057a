import Core

/// How a budget stands (formula 7).
struct BudgetState: Sendable, Hashable {
    var budget: Budget
    var spent: Int64
    var forecast: Int64

    var share: Double { Double(spent) / Double(max(1, budget.limit)) }

    var state: String { share >= 1 ? "critical" : share >= 0.8 ? "warn" : "ok" }

    var willExceed: Bool { forecast > budget.limit }

    func write(_ json: inout JSONBuffer) {
        json.string("id", budget.id)
        json.string("name", budget.name)
        json.string("period", budget.period.rawValue)
        json.number("limit", budget.limit)
        json.number("spent", spent)
        json.number("share", share)
        json.string("state", state)
        json.bool("will_exceed", willExceed)
        json.number("forecast", forecast)
    }
}
