import Core
import Synchronization

/// Counts answers and how long they took, for `/metrics`.
final class RequestMeter: Sendable {
    struct Count: Sendable {
        var seconds = 0.0
        /// By `buckets`, each with those before it.
        var buckets = [Int](repeating: 0, count: RequestMeter.buckets.count)
        var statuses: [UInt32: Int] = [:]

        var total: Int { statuses.values.reduce(0, +) }
    }

    /// Upper bounds in seconds.
    static let buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 1, 10]

    private let counts = Mutex<[String: Count]>([:])

    /// `pattern`: the route's; empty for what found none.
    func count(_ pattern: String, _ status: UInt32, _ time: Duration) {
        let seconds = Double(time.nanoseconds) / 1e9
        counts.withLock { counts in
            counts[pattern, default: Count()].seconds += seconds
            counts[pattern]?.statuses[status, default: 0] += 1
            for (index, bound) in RequestMeter.buckets.enumerated() where seconds <= bound {
                counts[pattern]?.buckets[index] += 1
            }
        }
    }

    var all: [(pattern: String, count: Count)] {
        counts.withLock { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }
}
