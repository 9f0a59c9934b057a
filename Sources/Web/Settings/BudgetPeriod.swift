import Core

/// A part of the calendar that a budget is for.
enum BudgetPeriod: String, Sendable, CaseIterable {
    case day
    case week
    case month

    /// When the period that a moment lies in began, and when it ends.
    func bounds(at time: WallTime, _ zone: LocalZone) -> (start: WallTime, end: WallTime) {
        let day = zone.day(of: time)
        switch self {
        case .day: return (zone.start(ofDay: day), zone.start(ofDay: day + 1))
        case .week:
            // 1970-01-01 was a Thursday.
            let monday = day - ((day + 3) % 7 + 7) % 7
            return (zone.start(ofDay: monday), zone.start(ofDay: monday + 7))
        case .month:
            let date = CivilDate.from(days: day)
            let first = day - Int64(date.day - 1)
            var next = first + 28
            while CivilDate.from(days: next).day != 1 { next += 1 }
            return (zone.start(ofDay: first), zone.start(ofDay: next))
        }
    }
}
