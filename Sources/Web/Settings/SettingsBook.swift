import Core
import Platform

/// Budgets and alerts as people set them, kept as JSON.
struct SettingsBook {
    private let site: Site

    init(_ site: Site) { self.site = site }

    /// The most of each.
    private static let most = 100

    func budgets() throws(APIError) -> [Budget] {
        try stored("budgets").compactMap { Budget($0) }
    }

    func alerts() throws(APIError) -> [AlertRule] {
        try stored("alerts").compactMap { AlertRule($0) }
    }

    private func stored(_ name: String) throws(APIError) -> [JSONTree] {
        let text = try Router.operating { () throws(OperatorError) in
            try site.seams.notebook.setting(name)
        }
        return text.flatMap { JSONTree(Array($0.utf8)) }?.list ?? []
    }

    /// Sets all budgets.
    ///
    /// - Throws: 400 for one that is none.
    func setBudgets(_ trees: [JSONTree], by name: String) throws(APIError) {
        var budgets: [Budget] = []
        for tree in trees.prefix(SettingsBook.most + 1) {
            guard var budget = Budget(tree) else {
                throw .usage(
                    "a budget needs a name, a period (day, week, month) and a limit",
                    remedy: "The limit is in millionths of a dollar."
                )
            }
            if budget.id.isEmpty || budget.id.utf8.count > 40 { budget.id = SettingsBook.number() }
            budgets.append(budget)
        }
        try keep("budgets", budgets.count, by: name) { json in
            for budget in budgets { json.object { budget.write(&$0) } }
        }
    }

    /// Sets all alerts.
    ///
    /// - Throws: 400 for one that is none.
    func setAlerts(_ trees: [JSONTree], by name: String) throws(APIError) {
        var alerts: [AlertRule] = []
        for tree in trees.prefix(SettingsBook.most + 1) {
            guard var alert = AlertRule(tree) else {
                throw .usage(
                    "an alert needs a name, a kind and a threshold",
                    remedy: "kind is one of "
                        + AlertRule.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                )
            }
            try check(alert)
            let isKnown = alerts.contains { $0.id == alert.id }
            if alert.id.isEmpty || alert.id.utf8.count > 40 || isKnown {
                alert.id = SettingsBook.number()
            }
            alerts.append(alert)
        }
        try keep("alerts", alerts.count, by: name) { json in
            for alert in alerts { json.object { alert.write(withTarget: true, &$0) } }
        }
    }

    private func check(_ alert: AlertRule) throws(APIError) {
        if let webhook = alert.webhook, !AlertRule.isWebhook(webhook) {
            throw .usage(
                "the webhook of \(TerminalText.line(alert.name)) is no address of http or https"
            )
        }
        let commands = site.seams.alerts.commands
        if let command = alert.command, !commands.contains(command) {
            throw .usage(
                "there is no command \(TerminalText.line(command))",
                remedy: commands.isEmpty
                    ? "[command.NAME] in receiver.conf defines one."
                    : "There are: \(commands.joined(separator: ", "))"
            )
        }
    }

    private func keep(
        _ name: String,
        _ count: Int,
        by person: String,
        _ body: (inout JSONBuffer) -> Void
    ) throws(APIError) {
        guard count <= SettingsBook.most else { throw .usage("there are at most 100 \(name)") }
        var json = JSONBuffer()
        json.array(nil, body)
        let text = String(decoding: json.bytes, as: UTF8.self)
        try Router.operating { () throws(OperatorError) in
            try site.seams.notebook.set(name, text, audit: "\(count) \(name) set by \(person)")
        }
    }

    private static func number() -> String { Hex.encode(Entropy.uint64()) }
}
