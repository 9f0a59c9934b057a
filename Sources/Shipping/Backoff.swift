import Core

/// Waits between attempts to connect: doubling with full jitter, from a first to a longest wait.
package struct Backoff: Hashable, Sendable {
    package let first: Duration
    package let longest: Duration
    private var attempts = 0

    package init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// The wait before the next attempt, between half and the whole of the doubled wait.
    ///
    /// - Parameter random: any random number; the same number gives the same jitter.
    package mutating func next(random: UInt64) -> Duration {
        let doubled = min(
            longest.nanoseconds,
            first.nanoseconds.multipliedReportingOverflow(by: 1 << Int64(min(attempts, 30)))
                .partialValue)
        let ceiling = doubled > 0 ? doubled : longest.nanoseconds
        attempts += 1
        let half = ceiling / 2
        return .nanoseconds(half + Int64(random % UInt64(max(1, half))))
    }

    /// The connection worked; the next wait is the first again.
    package mutating func reset() { attempts = 0 }
}
