import Core
import Platform

/// When the numbers are told again: at most four times a second, and less often where they take long.
struct LiveNumbersClock {
    private static let least = Duration.milliseconds(250)
    /// How many times as long as they take nothing is told.
    private static let share: Int64 = 20

    /// When they are wanted; nil while nothing changed.
    private(set) var due: Instant?
    private var earliest = Instant.zero

    /// Something changed.
    mutating func want(_ now: Instant) {
        if due == nil { due = max(now, earliest) }
    }

    func isDue(_ now: Instant) -> Bool { due.map { $0 <= now } ?? false }

    mutating func done(_ now: Instant, took: Duration) {
        due = nil
        let pause = max(
            LiveNumbersClock.least.nanoseconds,
            took.nanoseconds * LiveNumbersClock.share
        )
        earliest = now + .nanoseconds(min(pause, 5_000_000_000))
    }

    /// Nobody watches.
    mutating func forget() { due = nil }

    /// Minutes east of UTC; nil is the receiver's own zone.
    static func zone(_ minutes: Int64?) -> LocalZone {
        guard let minutes else { return .current }
        return LocalZone { _ in LocalZone.Offset(seconds: minutes * 60, name: "") }
    }
}
