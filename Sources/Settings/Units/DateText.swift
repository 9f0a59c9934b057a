import Core

/// Reads dates as people write them.
package struct DateText {
    let now: WallTime
    let zone: LocalZone

    package init(now: WallTime, zone: LocalZone) {
        self.now = now
        self.zone = zone
    }

    /// The moment of a day, of a day with a time, of "today", "yesterday" or "now", or of an age ("7d"); nil for
    /// anything else.
    ///
    /// A day is its beginning, or with `isEnd` its end. All is of the zone, unless the text has an offset.
    package func time(_ text: String, isEnd: Bool) -> WallTime? {
        let today = zone.day(of: now)
        switch text {
        case "now": return now
        case "today": return zone.start(ofDay: today + (isEnd ? 1 : 0))
        case "yesterday": return zone.start(ofDay: today - (isEnd ? 0 : 1))
        default: break
        }
        if text.utf8.count == 10, let midnight = WallTime(iso8601: text + "T00:00Z") {
            return zone.start(ofDay: LocalZone.utc.day(of: midnight) + (isEnd ? 1 : 0))
        }
        if let shown = WallTime(iso8601: text + "Z") {
            // No offset: what a clock here shows.
            let midnight = LocalZone.utc.day(of: shown)
            let start = zone.start(ofDay: midnight)
            let guess = start + (shown - (WallTime(nanoseconds: 0) + .days(midnight)))
            return guess + .seconds(zone.offset(start).seconds - zone.offset(guess).seconds)
        }
        if let time = WallTime(iso8601: text) { return time }
        if let age = DurationText.duration(from: text), age > .zero {
            return WallTime(nanoseconds: now.nanoseconds &- age.nanoseconds)
        }
        return nil
    }
}
