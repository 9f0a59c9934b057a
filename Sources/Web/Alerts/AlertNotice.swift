import Core

/// What is told of a rule.
struct AlertNotice: Sendable, Hashable {
    var rule: AlertRule
    /// Nil when it holds no more.
    var cause: AlertCause?
    var since: WallTime

    /// The message: `text` is where chat programs look for it.
    func message(receiver: String, now: WallTime) -> [UInt8] {
        var json = JSONBuffer()
        let said = cause.map { "\(rule.name): \($0.text)" } ?? "\(rule.name): over"
        json.object { json in
            json.string("text", "Tailship on \(receiver): \(said)")
            json.string("state", cause == nil ? "resolved" : "firing")
            json.object("alert") { json in
                let alert = Alert(
                    id: "rule-\(rule.id)",
                    kind: rule.kind.rawValue,
                    severity: "warning",
                    text: said,
                    since: since,
                    link: rule.kind.link
                )
                alert.write(&json)
            }
            json.number("threshold", rule.threshold)
            json.string("receiver", receiver)
            json.time("at", now)
        }
        return json.bytes
    }
}
