import Core

/// What costs are summed by.
package enum CostGrouping: String, Sendable, CaseIterable {
    case day
    /// From Monday to Sunday, called by its Monday.
    case week
    case month
    case project
    case model
    case machine
    case owner
    case tool
    case branch
    /// With its subagents.
    case session

    /// Whether the groups are parts of the calendar.
    var isOfTime: Bool { self == .day || self == .week || self == .month }

    /// What a statement groups by; of the calendar quarters of an hour, which no zone divides.
    var key: String {
        switch self {
        case .day, .week, .month: "r.timestamp / \(CostGrouping.quarter)"
        case .project: "COALESCE(s.project, '(none)')"
        case .model: "COALESCE(r.model, '(none)')"
        case .machine: "COALESCE(a.name, '(none)')"
        case .owner: "COALESCE(o.name, '(none)')"
        case .tool: "r.tool"
        case .branch: "COALESCE(s.git_branch, '(none)')"
        case .session: "COALESCE(t.root, r.session, 0)"
        }
    }

    /// A quarter of an hour in nanoseconds.
    static let quarter: Int64 = 900_000_000_000

    var order: String { isOfTime ? "1" : "SUM(r.cost) DESC, COUNT(*) DESC, 1" }

    /// The name of the part of the calendar that a moment lies in.
    func name(_ time: WallTime, _ zone: LocalZone) -> String {
        switch self {
        case .month: return String(zone.date(time).prefix(7))
        case .week:
            let day = zone.day(of: time)
            // 1970-01-01 was a Thursday.
            let monday = day - ((day + 3) % 7 + 7) % 7
            return LocalZone.utc.date(WallTime(nanoseconds: 0) + .days(monday))
        default: return zone.date(time)
        }
    }
}
