import Core
import Platform

/// When the request that a thread works on must have ended; it belongs to that thread.
final class Deadline {
    private var moment: Instant?
    private(set) var isOver = false
    /// Whether nobody wants an answer any more.
    var isCalledOff: () -> Bool = { false }

    func begin(_ limit: Duration) {
        moment = Clock.monotonic() + limit
        isOver = false
    }

    func end() { moment = nil }

    func hasPassed() -> Bool {
        guard let moment, Clock.monotonic() > moment || isCalledOff() else { return false }
        isOver = true
        return true
    }
}
