import Core

/// Lets so many bytes pass in a second on average, in bursts of up to a quarter of a second.
package struct RateLimiter: Sendable {
    /// Bytes a second; nil lets everything pass.
    private let rate: UInt64?
    private var allowance: Double
    private var last: Instant

    /// A limiter with a full burst in hand; a rate in bytes a second, nil for none.
    package init(bytesPerSecond rate: UInt64?, now: Instant) {
        self.rate = rate
        allowance = Double(rate ?? 0) / 4
        last = now
    }

    /// How long to wait before more may pass; zero when it may now.
    package mutating func wait(_ now: Instant) -> Duration {
        guard let rate else { return .zero }
        refill(now, rate)
        guard allowance <= 0 else { return .zero }
        return .nanoseconds(Int64((1 - allowance) / Double(rate) * 1e9)) + .milliseconds(1)
    }

    /// Notes bytes that were sent; they may overdraw the allowance, which the next wait pays.
    package mutating func passed(_ bytes: Int) { if rate != nil { allowance -= Double(bytes) } }

    private mutating func refill(_ now: Instant, _ rate: UInt64) {
        let seconds = Double(max(0, (now - last).nanoseconds)) / 1e9
        last = now
        allowance = min(Double(rate) / 4, allowance + seconds * Double(rate))
    }
}
