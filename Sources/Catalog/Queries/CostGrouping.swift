/// What costs are summed by.
package enum CostGrouping: String, Sendable, CaseIterable {
    /// Of UTC.
    case day
    case project
    case model
    case machine
    /// With its subagents.
    case session

    var key: String {
        switch self {
        case .day: "COALESCE(date(r.timestamp / 1000000000, 'unixepoch'), '(no time)')"
        case .project: "COALESCE(s.project, '(none)')"
        case .model: "COALESCE(r.model, '(none)')"
        case .machine: "COALESCE(a.name, '(none)')"
        case .session: "COALESCE(t.root, r.session, 0)"
        }
    }

    var order: String {
        switch self {
        case .day: "1"
        default: "SUM(r.cost) DESC, COUNT(*) DESC, 1"
        }
    }
}
