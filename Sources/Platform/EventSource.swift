/// A descriptor that an event loop watches; the loop keeps it until it is cancelled.
///
/// The descriptor is not owned: cancel before closing it.
package final class EventSource {
    /// The descriptor watched.
    let descriptor: Int32
    private(set) var interest: Interest
    /// Where the poller keeps it.
    let token: UInt64
    private var poller: Poller?
    private var handler: ((Readiness) -> Void)?

    init(
        _ descriptor: Int32,
        interest: Interest,
        token: UInt64,
        poller: Poller,
        handler: @escaping (Readiness) -> Void
    ) {
        self.descriptor = descriptor
        self.interest = interest
        self.token = token
        self.poller = poller
        self.handler = handler
    }

    /// Waits for something else from now on; without interest only a hang-up or an error is told, once.
    package func update(_ interest: Interest) {
        guard interest != self.interest, let poller else { return }
        self.interest = interest
        poller.update(self)
    }

    /// Stops watching for good: the handler is never called again and is let go of.
    package func cancel() {
        guard let poller else { return }
        self.poller = nil
        poller.remove(self)
        // Last: the handler may be the descriptor's only owner.
        handler = nil
    }

    func deliver(_ events: UInt32) {
        handler?(Readiness(events: events, interest: interest))
    }
}
