import Core

/// Something that happens once, later, on an event loop.
package final class Timer {
    let deadline: Instant
    /// The order among timers of one deadline.
    let sequence: UInt64
    /// Where the queue keeps it.
    var index: Int
    private var queue: TimerQueue?
    private var body: (() -> Void)?

    init(
        deadline: Instant,
        sequence: UInt64,
        index: Int,
        queue: TimerQueue,
        _ body: @escaping () -> Void
    ) {
        self.deadline = deadline
        self.sequence = sequence
        self.index = index
        self.queue = queue
        self.body = body
    }

    /// Takes it back; nothing happens when it has fired or was cancelled.
    package func cancel() {
        guard let queue else { return }
        self.queue = nil
        body = nil
        queue.remove(self)
    }

    /// Happens; the queue has let go of it.
    func fire() {
        queue = nil
        let body = body
        self.body = nil
        body?()
    }

    func precedes(_ other: Timer) -> Bool {
        (deadline, sequence) < (other.deadline, other.sequence)
    }
}
