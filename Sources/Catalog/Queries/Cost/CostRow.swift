/// What one day, project, model, machine or session cost.
package struct CostRow: Sendable, Hashable {
    /// For people: of a session its short identifier.
    package var key: String
    /// Of a session.
    package var title: String?
    package var usage: UsageSum

    init(key: String, title: String? = nil, usage: UsageSum) {
        self.key = key
        self.title = title
        self.usage = usage
    }
}
