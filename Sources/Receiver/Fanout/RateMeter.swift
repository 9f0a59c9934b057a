import Core
import Platform

/// Rows a second over about the last minute.
struct RateMeter {
    private static let window = 60.0

    private var rate = 0.0
    private var last: Instant?

    mutating func add(_ count: Int, at now: Instant) {
        decay(to: now)
        rate += Double(count) / RateMeter.window
    }

    /// The rate as it is at `now`.
    mutating func value(at now: Instant) -> Double {
        decay(to: now)
        return rate
    }

    private mutating func decay(to now: Instant) {
        let passed = last.map { Double((now - $0).milliseconds) / 1000 } ?? 0
        last = now
        // The first two terms of the exponential, which is all that a display needs.
        let share = passed / RateMeter.window
        rate /= 1 + share + share * share / 2
    }
}
