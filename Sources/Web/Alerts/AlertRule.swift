/// What somebody wants to be told of.
struct AlertRule: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        /// More dollars in a day.
        case cost
        /// A budget is used up to a share.
        case budget
        /// Minutes without a sign of an agent.
        case silence
        /// Seconds that a consumer is behind.
        case lag
        /// A finding of a severity; the threshold counts them.
        case finding
        /// A share of a day's records.
        case parseFailures = "parse_failures"
        /// A version of a tool that was never seen.
        case toolVersion = "tool_version"
        /// Bytes free, or less.
        case disk

        /// Whether it is something that happened, and not something that lasts.
        var isEvent: Bool { self == .finding || self == .toolVersion }

        /// Where the page shows more.
        var link: String {
            switch self {
            case .cost, .budget: "/analytics/cost"
            case .finding: "/analytics/security"
            case .lag: "/consumers"
            case .silence, .parseFailures, .toolVersion, .disk: "/fleet"
            }
        }
    }

    var id: String
    var name: String
    var kind: Kind
    var threshold: Double
    var scope: [String: String]
    /// Where it is posted to.
    var webhook: String?
    /// The name of a command in the configuration.
    var command: String?
    var cooldownSeconds: Int64
    var isEnabled: Bool

    init?(_ tree: JSONTree) {
        guard let name = tree["name"]?.text, !name.isEmpty, name.utf8.count <= 200,
            let kind = Kind(rawValue: tree["kind"]?.text ?? "")
        else { return nil }
        id = tree["id"]?.text ?? ""
        self.name = name
        self.kind = kind
        threshold = tree["threshold"]?.number ?? 0
        scope = [:]
        for field in ["project", "owner", "agent", "consumer", "severity", "budget"] {
            if let value = tree["scope"]?[field]?.text, !value.isEmpty { scope[field] = value }
        }
        webhook = tree["webhook"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        command = tree["command"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        let cooldown = tree["cooldown_seconds"]?.number ?? 3600
        cooldownSeconds = Int64(max(0, min(31_536_000, cooldown)).rounded())
        isEnabled = tree["enabled"] != .bool(false)
    }

    /// Whether it can be posted to.
    static func isWebhook(_ text: String) -> Bool {
        (text.hasPrefix("https://") || text.hasPrefix("http://")) && text.utf8.count <= 2000
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }

    /// A webhook's address may hold a secret: `withTarget` tells it.
    func write(withTarget: Bool, _ json: inout JSONBuffer) {
        json.string("id", id)
        json.string("name", name)
        json.string("kind", kind.rawValue)
        json.number("threshold", threshold)
        json.object("scope") { json in
            for (field, value) in scope.sorted(by: { $0.key < $1.key }) {
                json.member(named: field) { $0.string(nil, value) }
            }
        }
        json.string("webhook", withTarget ? webhook : nil)
        json.string("command", withTarget ? command : nil)
        json.number("cooldown_seconds", cooldownSeconds)
        json.bool("enabled", isEnabled)
    }
}
