/// An amount that is not to be exceeded.
struct Budget: Sendable, Hashable {
    var id: String
    var name: String
    var period: BudgetPeriod
    /// Millionths of a dollar.
    var limit: Int64
    /// What it is about: "project", "owner", "model".
    var scope: [String: String]

    init?(_ tree: JSONTree) {
        guard let name = tree["name"]?.text, !name.isEmpty, name.utf8.count <= 200,
            let period = BudgetPeriod(rawValue: tree["period"]?.text ?? ""),
            let limit = tree["limit"]?.number, limit > 0, limit < 9e15
        else { return nil }
        id = tree["id"]?.text ?? ""
        self.name = name
        self.period = period
        self.limit = Int64(limit)
        scope = [:]
        for field in ["project", "owner", "model"] {
            if let value = tree["scope"]?[field]?.text, !value.isEmpty { scope[field] = value }
        }
    }

    func write(_ json: inout JSONBuffer) {
        json.string("id", id)
        json.string("name", name)
        json.string("period", period.rawValue)
        json.number("limit", limit)
        json.object("scope") { json in
            for (field, value) in scope.sorted(by: { $0.key < $1.key }) {
                json.member(named: field) { $0.string(nil, value) }
            }
        }
    }
}
