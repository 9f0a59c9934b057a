import Core

@testable import Agent

/// Simulated time: what happens next, in order.
final class Timeline {
    /// A call that is going to be made, unless it is cancelled.
    final class Event: PlannedCall {
        fileprivate let time: Instant
        fileprivate let order: Int
        fileprivate var body: (() -> Void)?

        fileprivate init(_ time: Instant, _ order: Int, _ body: @escaping () -> Void) {
            self.time = time
            self.order = order
            self.body = body
        }

        func cancel() { body = nil }
    }

    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    /// Events so far.
    private(set) var steps = 0
    /// Told when time has passed, before the event.
    var advanced: (() -> Void)?
    /// Sorted, the next one last.
    private var events: [Event] = []
    private var count = 0

    /// 2026-01-01 and what has passed since.
    var wall: WallTime { WallTime(nanoseconds: 1_767_225_600_000_000_000 + now.nanoseconds) }

    @discardableResult
    func schedule(after delay: Duration, _ body: @escaping () -> Void) -> Event {
        count += 1
        let event = Event(now + max(.zero, delay), count, body)
        var low = 0
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            // Later events come first; of one moment, the one that was planned last.
            if events[middle].time <= event.time { high = middle } else { low = middle + 1 }
        }
        events.insert(event, at: low)
        return event
    }

    /// Lets the next event happen; false when there is none before `limit`.
    func step(until limit: Instant) -> Bool {
        while let next = events.last, next.time <= limit {
            events.removeLast()
            guard let body = next.body else { continue }
            now = max(now, next.time)
            steps += 1
            advanced?()
            body()
            return true
        }
        now = max(now, limit)
        return false
    }

    /// Forgets everything that was going to happen.
    func clear() { events = [] }
}
