/// What clocks of a place show: the offset from UTC, which may change with the season.
package struct LocalZone: Sendable {
    /// Seconds east of UTC, and what the zone is called then ("CET").
    package struct Offset: Sendable, Hashable {
        package var seconds: Int64
        package var name: String

        package init(seconds: Int64, name: String) {
            self.seconds = seconds
            self.name = name
        }
    }

    /// The offset at a time.
    package let offset: @Sendable (WallTime) -> Offset

    package init(_ offset: @escaping @Sendable (WallTime) -> Offset) { self.offset = offset }

    package static let utc = LocalZone { _ in Offset(seconds: 0, name: "UTC") }

    /// The zone's name at a time; an offset instead of a name has "UTC" before it ("UTC+03").
    package func name(at time: WallTime) -> String {
        let name = offset(time).name
        let isOffset = name.isEmpty || name.first == "+" || name.first == "-"
        return isOffset ? "UTC" + name : name
    }

    /// What the clock shows, as if it were UTC.
    private func shown(_ time: WallTime) -> WallTime { time + .seconds(offset(time).seconds) }

    /// Days from 1970-01-01 to the date that the calendar shows.
    package func day(of time: WallTime) -> Int64 {
        let length: Int64 = 86_400_000_000_000
        let (days, rest) = shown(time).nanoseconds.quotientAndRemainder(dividingBy: length)
        return rest < 0 ? days - 1 : days
    }

    /// When a day of the calendar begins: midnight, or where a clock leaves that out, what follows.
    package func start(ofDay day: Int64) -> WallTime {
        let midnight = WallTime(nanoseconds: 0) + .days(day)
        var time = midnight
        // The offset is that of the time which is sought.
        for _ in 0..<2 {
            time = midnight + .seconds(-offset(time).seconds)
        }
        return time
    }

    /// "2026-11-21 06:42".
    package func minute(_ time: WallTime) -> String {
        let text = shown(time).iso8601
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }

    /// "06:42:10".
    package func second(_ time: WallTime) -> String {
        String(shown(time).iso8601.dropFirst(11).prefix(8))
    }

    /// "2026-11-21".
    package func date(_ time: WallTime) -> String { String(shown(time).iso8601.prefix(10)) }

    /// "2026-11-21T06:42:00+01:00", the moment with the offset that it has here.
    package func iso8601(_ time: WallTime) -> String {
        let seconds = offset(time).seconds
        guard seconds != 0 else { return time.iso8601 }
        let minutes = seconds.magnitude / 60
        func two(_ value: UInt64) -> String { (value < 10 ? "0" : "") + String(value) }
        let sign = seconds < 0 ? "-" : "+"
        return shown(time).iso8601.dropLast() + "\(sign)\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
