import Core
import Synchronization

/// What arrived in the last fifteen minutes, by second and agent; for rates, sparklines and the latency.
final class LiveBoard: Sendable {
    /// What one agent's records of one second add up to.
    struct Sample: Sendable, Hashable {
        var messages: Int64 = 0
        var tokens: Int64 = 0
        /// Millionths of a dollar.
        var cost: Int64 = 0

        static func += (a: inout Sample, b: Sample) {
            a.messages += b.messages
            a.tokens &+= b.tokens
            a.cost &+= b.cost
        }
    }

    /// An agent as the catalog knows it.
    struct Agent: Sendable, Hashable {
        var identity: String
        var name: String
        var owner: String
    }

    private struct Place: Hashable {
        var second: Int64
        var agent: Int64
    }

    private struct State {
        var samples: [Place: Sample] = [:]
        var agents: [Int64: Agent] = [:]
        /// Milliseconds from event to receipt, with the second of the receipt.
        var latencies: [(second: Int64, agent: Int64, milliseconds: Int64)] = []
        var online: [(second: Int64, count: Int)] = []
        var histogram = Histogram()
    }

    /// All latencies since the start, by upper bounds in seconds, each with those before it.
    struct Histogram: Sendable {
        static let bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600]
        var buckets = [Int](repeating: 0, count: bounds.count)
        var count = 0
        var sum = 0.0

        mutating func add(_ seconds: Double) {
            count += 1
            sum += seconds
            for (index, bound) in Histogram.bounds.enumerated() where seconds <= bound {
                buckets[index] += 1
            }
        }
    }

    static let seconds: Int64 = 900
    /// Latencies that are kept at most.
    private static let most = 20_000

    private let state = Mutex(State())

    func set(_ agents: [Int64: Agent]) { state.withLock { $0.agents = agents } }

    func add(_ sample: Sample, second: Int64, agent: Int64) {
        state.withLock {
            $0.samples[Place(second: second, agent: agent), default: Sample()] += sample
        }
    }

    func add(latency milliseconds: Int64, second: Int64, agent: Int64) {
        state.withLock { state in
            if state.latencies.count >= LiveBoard.most {
                state.latencies.removeFirst(LiveBoard.most / 4)
            }
            state.latencies.append((second, agent, milliseconds))
            state.histogram.add(Double(milliseconds) / 1000)
        }
    }

    /// So many agents are connected from now on.
    func setOnline(_ count: Int, second: Int64) {
        state.withLock { state in
            guard state.online.last?.count != count else { return }
            state.online.append((second, count))
            if state.online.count > 1000 { state.online.removeFirst(500) }
        }
    }

    /// Forgets what is older.
    func trim(now second: Int64) {
        let start = second - LiveBoard.seconds
        state.withLock { state in
            guard state.samples.count > 256 else { return }
            state.samples = state.samples.filter { $0.key.second > start }
            state.latencies.removeAll { $0.second <= start }
        }
    }

    // MARK: Asking

    /// The last `count` steps of so many seconds, oldest first, of an owner's agents or all.
    func series(_ owner: String?, now second: Int64, count: Int, step: Int64 = 1) -> [Sample] {
        var series = Array(repeating: Sample(), count: count)
        let start = second - Int64(count) * step
        state.withLock { state in
            for (place, sample) in state.samples where place.second > start {
                guard place.second <= second, isWanted(place.agent, owner, state) else { continue }
                series[Int((place.second - start - 1) / step)] += sample
            }
        }
        return series
    }

    /// How many agents were connected in each of the last seconds.
    func online(now second: Int64, count: Int) -> [Int] {
        let changes = state.withLock { $0.online }
        return (0..<count).map { index in
            let moment = second - Int64(count) + Int64(index) + 1
            return changes.last { $0.second <= moment }?.count ?? 0
        }
    }

    /// Percentiles of the latency by nearest rank, in milliseconds; nil without any.
    func latency(_ owner: String?, now second: Int64) -> (count: Int, percentiles: [Int64?]) {
        let start = second - LiveBoard.seconds
        let found = state.withLock { state in
            state.latencies.filter { $0.second > start && isWanted($0.agent, owner, state) }
                .map(\.milliseconds)
        }.sorted()
        let percentiles = [50, 95, 99].map { percent -> Int64? in
            found.isEmpty ? nil : found[max(0, (found.count * percent + 99) / 100 - 1)]
        }
        return (found.count, percentiles)
    }

    var histogram: Histogram { state.withLock { $0.histogram } }

    /// Each agent with its counts of messages in the last steps, and when it last sent something.
    func machines(
        _ owner: String?,
        now second: Int64,
        count: Int,
        step: Int64
    ) -> [(agent: Agent, counts: [Int64])] {
        let start = second - Int64(count) * step
        return state.withLock { state in
            var counts: [Int64: [Int64]] = [:]
            for (place, sample) in state.samples
            where place.second > start && place.second <= second {
                let index = Int((place.second - start - 1) / step)
                counts[place.agent, default: Array(repeating: 0, count: count)][index] +=
                    sample.messages
            }
            return state.agents.filter { owner == nil || $0.value.owner == owner }
                .map { ($0.value, counts[$0.key] ?? Array(repeating: 0, count: count)) }
                .sorted { ($0.0.name, $0.0.identity) < ($1.0.name, $1.0.identity) }
        }
    }

    private func isWanted(_ agent: Int64, _ owner: String?, _ state: borrowing State) -> Bool {
        owner == nil || state.agents[agent]?.owner == owner
    }
}
