import Catalog
import Core
import SQL

/// What holds now: what the receiver itself notices, and the rules that people set.
struct AlertBoard {
    let context: RequestContext
    let facts: ReceiverFacts
    let meter: BurnMeter

    init(_ context: RequestContext) throws(APIError) {
        self.context = context
        facts = context.site.seams.receiver.facts()
        let zone = try context.parameters.zone()
        meter = BurnMeter(context: context, filter: RowFilter(), zone: zone)
    }

    func alerts() throws(APIError) -> [Alert] {
        var alerts = trouble()
        let book = SettingsBook(context.site)
        for budget in try book.budgets() {
            guard let state = try meter.state(of: budget) else { continue }
            if let alert = alert(state) { alerts.append(alert) }
        }
        // Budgets tell of themselves.
        for rule in try book.alerts()
        where rule.isEnabled && rule.kind != .budget && context.maySee(rule.scope) {
            guard let cause = try cause(rule) else { continue }
            alerts.append(
                Alert(
                    id: "rule-\(rule.id)",
                    kind: rule.kind.rawValue,
                    severity: "warning",
                    text: "\(rule.name): \(cause.text)",
                    since: context.site.alerts.since(rule.id),
                    link: rule.kind.link
                )
            )
        }
        return alerts
    }

    // MARK: What needs no rule

    private func trouble() -> [Alert] {
        var alerts: [Alert] = []
        if facts.window.bytes == 0 {
            alerts.append(
                Alert(
                    id: "paused",
                    kind: "disk",
                    severity: "critical",
                    text: "agents are paused: \(facts.window.text)",
                    link: "/fleet"
                )
            )
        }
        if facts.rowsFailure != nil {
            alerts.append(
                Alert(
                    id: "rows",
                    kind: "ingest",
                    severity: "critical",
                    text: "rows cannot be written",
                    link: "/fleet"
                )
            )
        }
        for agent in context.agents(facts) where agent.cloned != nil && agent.revoked == nil {
            alerts.append(
                Alert(
                    id: "clone-\(agent.id)",
                    kind: "fleet",
                    severity: "warning",
                    text: "two machines use the identity of \(agent.name)",
                    since: agent.cloned,
                    link: "/fleet"
                )
            )
        }
        for consumer in context.site.seams.consumers.consumers()
        where [.failed, .stalled, .stopped].contains(consumer.state) {
            alerts.append(
                Alert(
                    id: "consumer-\(consumer.name)",
                    kind: "lag",
                    severity: consumer.state == .failed ? "critical" : "warning",
                    text: "consumer \(consumer.name) is \(consumer.state.rawValue)",
                    since: consumer.lastErrorAt,
                    link: "/consumers"
                )
            )
        }
        return alerts
    }

    private func alert(_ state: BudgetState) -> Alert? {
        guard state.state != "ok" || state.willExceed else { return nil }
        let percent = Int((state.share * 100).rounded())
        return Alert(
            id: "budget-\(state.budget.id)",
            kind: "budget",
            severity: state.state == "critical" ? "critical" : "warning",
            text: state.state == "ok"
                ? "budget \(state.budget.name) will be exceeded"
                : "budget \(state.budget.name) is used to \(percent) %",
            link: "/analytics/cost"
        )
    }
}
