import Catalog
import Core
import Settings

/// A day, a week or a month of the calendar that a report is about.
struct ReportPeriod: Hashable {
    let every: ReceiverSettings.Reports.Period
    /// Days from 1970-01-01 to its first day.
    let firstDay: Int64

    /// The one that a moment lies in.
    init(_ every: ReceiverSettings.Reports.Period, at time: WallTime, _ zone: LocalZone) {
        self.init(every, day: zone.day(of: time))
    }

    private init(_ every: ReceiverSettings.Reports.Period, day: Int64) {
        self.every = every
        switch every {
        case .day: firstDay = day
        // 1970-01-01 was a Thursday.
        case .week: firstDay = day - ((day + 3) % 7 + 7) % 7
        case .month: firstDay = day - (CivilDate.from(days: day).day - 1)
        }
    }

    /// The one before it.
    var former: ReportPeriod { ReportPeriod(every, day: firstDay - 1) }

    /// The one behind it.
    var next: ReportPeriod {
        // The longest month has 31 days, the shortest 28.
        let days: Int64 = every == .day ? 1 : every == .week ? 7 : 31
        return ReportPeriod(every, day: firstDay + days)
    }

    func span(_ zone: LocalZone) -> TimeSpan {
        TimeSpan(since: zone.start(ofDay: firstDay), until: zone.start(ofDay: next.firstDay))
    }

    /// "day-2026-11-21", "week-2026-11-16" (its Monday), "month-2026-11".
    var name: String {
        let date = LocalZone.utc.date(WallTime(nanoseconds: 0) + .days(firstDay))
        return "\(every.rawValue)-\(every == .month ? String(date.prefix(7)) : date)"
    }

    /// The period of a name; nil for anything else.
    init?(_ every: ReceiverSettings.Reports.Period, name: String) {
        let prefix = every.rawValue + "-"
        guard name.hasPrefix(prefix) else { return nil }
        let date = name.dropFirst(prefix.count) + (every == .month ? "-01" : "")
        guard date.utf8.count == 10, let time = WallTime(iso8601: date + "T00:00Z") else {
            return nil
        }
        self.init(every, day: LocalZone.utc.day(of: time))
        guard self.name == name else { return nil }
    }

    /// The periods that are over and have no report: all since the newest of which there is one, else the last.
    ///
    /// `names` are those of the reports that there are, without their extension. A period is over a while behind its
    /// end (`grace`); of several that are missing there are so many at `most`, the last.
    static func due(
        _ every: ReceiverSettings.Reports.Period,
        _ names: [String],
        now: WallTime,
        _ zone: LocalZone,
        most: Int = 400
    ) -> [ReportPeriod] {
        let last = ReportPeriod(every, at: now - grace, zone).former
        let newest = names.compactMap { ReportPeriod(every, name: $0) }.map(\.firstDay).max()
        guard let newest else { return [last] }
        var due: [ReportPeriod] = []
        var period = last
        while period.firstDay > newest, due.count < most {
            due.append(period)
            period = period.former
        }
        return due.reversed()
    }

    /// How long after its end a period's last records may still come.
    static let grace = Duration.seconds(300)
}

extension WallTime {
    fileprivate static func - (time: WallTime, duration: Duration) -> WallTime {
        time + .nanoseconds(-duration.nanoseconds)
    }
}
