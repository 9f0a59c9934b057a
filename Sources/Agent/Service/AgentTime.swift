import Core

/// The clocks, the timers and the chance that an agent works with; it belongs to the agent's thread.
protocol AgentTime: AnyObject {
    /// Monotonic time, as of the events that are being handled.
    var now: Instant { get }
    /// Calendar time.
    var wall: WallTime { get }

    /// Runs `body` once, when `delay` has passed; never at once, even without a delay.
    @discardableResult
    func schedule(after delay: Duration, _ body: @escaping () -> Void) -> any PlannedCall
    /// Runs `body` once, when the events at hand are dealt with.
    func afterEvents(_ body: @escaping () -> Void)
    /// A random number.
    func random() -> UInt64
}

/// A call that a timer will make.
protocol PlannedCall: AnyObject {
    /// Forgets the call, if it was not made.
    func cancel()
}
