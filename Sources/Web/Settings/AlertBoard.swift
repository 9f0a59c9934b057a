import Catalog
import Core
import SQL

/// What holds now: what the receiver itself notices, and the rules that people set.
struct AlertBoard {
    let context: RequestContext
    private let facts: ReceiverFacts

    init(_ context: RequestContext) {
        self.context = context
        facts = context.site.seams.receiver.facts()
    }

    func alerts() throws(APIError) -> [Alert] {
        var alerts = trouble()
        let zone = try context.parameters.zone()
        let meter = BurnMeter(context: context, filter: RowFilter(), zone: zone)
        let book = SettingsBook(context.site)
        for budget in try book.budgets() {
            guard let state = try meter.state(of: budget) else { continue }
            if let alert = alert(state) { alerts.append(alert) }
        }
        for rule in try book.alerts() where rule.isEnabled {
            if let alert = try alert(rule, meter) { alerts.append(alert) }
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
        for agent in facts.agents where agent.cloned != nil && agent.revoked == nil {
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

    // MARK: Rules

    private func alert(_ rule: AlertRule, _ meter: BurnMeter) throws(APIError) -> Alert? {
        let text: String?
        switch rule.kind {
        case .cost: text = try cost(rule, meter)
        case .silence: text = silence(rule)
        case .lag: text = lag(rule)
        case .finding: text = try finding(rule)
        case .parseFailures: text = try parseFailures(rule)
        case .disk:
            text =
                Double(facts.diskAvailable) <= rule.threshold
                ? "\(ByteCount.text(facts.diskAvailable)) are free on the disk" : nil
        case .toolVersion: text = try toolVersion()
        // Budgets tell of themselves.
        case .budget: text = nil
        }
        return text.map {
            Alert(
                id: "rule-\(rule.id)",
                kind: rule.kind.rawValue,
                severity: "warning",
                text: "\(rule.name): \($0)"
            )
        }
    }

    private func cost(_ rule: AlertRule, _ meter: BurnMeter) throws(APIError) -> String? {
        let terms = ["project", "owner"].compactMap { name in
            rule.scope[name].flatMap { value in
                FilterField(rawValue: name).map { FilterTerm($0, value) }
            }
        }
        let since = BudgetPeriod.day.bounds(at: context.now, meter.zone).start
        let spent = try meter.sum(terms, since: since).cost
        return Double(spent) > rule.threshold * 1_000_000
            ? "\(spent / 1_000_000) dollars were spent today" : nil
    }

    private func silence(_ rule: AlertRule) -> String? {
        let silent = facts.agents.filter { agent in
            guard agent.revoked == nil, !agent.isConnected,
                rule.scope["agent"].map({ $0 == agent.name }) ?? true
            else { return false }
            let seen = agent.seen ?? agent.enrolled
            return Double((context.now - seen).milliseconds) / 60_000 > rule.threshold
        }
        return silent.isEmpty
            ? nil : "nothing is heard of \(silent.map(\.name).joined(separator: ", "))"
    }

    private func lag(_ rule: AlertRule) -> String? {
        let late = context.site.seams.consumers.consumers().filter { consumer in
            Double(consumer.lagSeconds) > rule.threshold
                && rule.scope["consumer"].map { $0 == consumer.name } ?? true
        }
        return late.isEmpty ? nil : "\(late.map(\.name).joined(separator: ", ")) is behind"
    }

    private func finding(_ rule: AlertRule) throws(APIError) -> String? {
        var conditions = Conditions(
            "timestamp >= ?",
            [.integer(context.now.nanoseconds - 86_400_000_000_000)]
        )
        if let severity = rule.scope["severity"] {
            conditions.add("severity = ?", [.text(severity)])
        }
        conditions.add(context.scope("owner"))
        let count = try context.count(
            "SELECT COUNT(*) FROM findings \(conditions.sql)",
            conditions.values
        )
        return Double(count) >= max(1, rule.threshold) ? "\(count) findings in 24 hours" : nil
    }

    private func parseFailures(_ rule: AlertRule) throws(APIError) -> String? {
        let counts =
            try context.rows(
                """
                SELECT SUM(entries), SUM(malformed + unknown) FROM files WHERE changed >= ?
                """,
                [.integer(context.now.nanoseconds - 86_400_000_000_000)]
            ) { ($0.int(0), $0.int(1)) }.first ?? (0, 0)
        guard counts.0 > 0, Double(counts.1) / Double(counts.0) > rule.threshold else {
            return nil
        }
        return "\(counts.1) of \(counts.0) records of today's files could not be read"
    }

    /// A version that no session had before the last day.
    private func toolVersion() throws(APIError) -> String? {
        let since = context.now.nanoseconds - 86_400_000_000_000
        let versions = try context.rows(
            """
            SELECT DISTINCT s.tool || ' ' || s.version FROM sessions s
            WHERE s.ended >= ?1 AND s.version IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM sessions o WHERE o.ended < ?1 AND o.tool = s.tool
                    AND o.version = s.version)
            ORDER BY 1 LIMIT 5
            """,
            [.integer(since)]
        ) { $0.text(0) }
        return versions.isEmpty ? nil : "new: \(versions.joined(separator: ", "))"
    }
}
