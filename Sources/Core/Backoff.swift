/// Waits between attempts: doubling from a first to a longest wait, of which the
/// second half is random.
package struct Backoff: Hashable, Sendable {
    package let first: Duration
    package let longest: Duration
    private var attempts: Int64 = 0

    package init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// The wait before the next attempt, between half and the whole of the doubled wait.
    ///
    /// - Parameter random: any random number; the same number gives the same jitter.
    /// - Returns: how long to wait.
    package mutating func next(random: UInt64) -> Duration {
        let (doubled, overflow) = first.nanoseconds.multipliedReportingOverflow(by: 1 << attempts)
        let ceiling = overflow ? longest.nanoseconds : min(longest.nanoseconds, doubled)
        attempts = min(attempts + 1, 30)
        let half = ceiling / 2
        return .nanoseconds(half + Int64(random % UInt64(max(1, half))))
    }

    /// The connection worked; the next wait is the first again.
    package mutating func reset() { attempts = 0 }
}
