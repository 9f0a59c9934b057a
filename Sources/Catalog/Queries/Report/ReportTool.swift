/// A tool and its calls in a span of time.
package struct ReportTool: Sendable, Hashable {
    package var name: String
    package var calls: Int64 = 0
    /// Calls with a result.
    package var paired: Int64 = 0
    /// Failed or interrupted.
    package var errors: Int64 = 0
    /// A person said no.
    package var denied: Int64 = 0
    /// Percentiles of the duration in nanoseconds, by nearest rank; nil when no duration is known.
    package var median: Int64?
    package var p95: Int64?
    package var p99: Int64?
    /// Calls of more than ten minutes: they include waiting for a person.
    package var waiting: Int64 = 0

    /// 0 to 1 (formula 10); nil without a paired call.
    package var successRate: Double? {
        paired > 0 ? 1 - Double(errors) / Double(paired) : nil
    }

    /// Ten minutes in nanoseconds.
    static let longest: Int64 = 600_000_000_000

    /// Takes the durations of its calls.
    mutating func take(_ durations: [Int64]) {
        guard !durations.isEmpty else { return }
        var ranks = Ranks(durations)
        median = ranks.percentile(50)
        p95 = ranks.percentile(95)
        p99 = ranks.percentile(99)
        waiting = Int64(durations.count { $0 > ReportTool.longest })
    }
}
