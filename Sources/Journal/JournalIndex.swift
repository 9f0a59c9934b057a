import Synchronization

/// Which segments there are, how much of each is durable, and what of them could not be read: all that the
/// writer and the reader share.
///
/// Thread-safe.
package final class JournalIndex: Sendable {
    struct Segment: Sendable {
        let number: UInt64
        /// The last durable sequence in it; 0 when it holds no valid record.
        var lastSequence: UInt64
        /// Bytes that are durable and may be read.
        var end: UInt64
        /// Bytes that it takes.
        var fileBytes: UInt64
        /// Whether nothing will be added.
        var isSealed: Bool
    }

    private struct State {
        var segments: [Segment] = []
        var durableSequence: UInt64 = 0
        var damage: [DamagedRange] = []
        /// How many of `damage` were given by `takeNewDamage`.
        var toldDamage = 0
    }

    /// Damaged ranges that are remembered; of a disk that fails wholly no more need be known.
    private static let damageLimit = 1000

    private let state: Mutex<State>

    init(segments: [Segment], durableSequence: UInt64, damage: [DamagedRange] = []) {
        state = Mutex(State(segments: segments, durableSequence: durableSequence))
        note(damage)
    }

    /// Every record up to this sequence is durable, unless it was given up.
    package var durableSequence: UInt64 { state.withLock { $0.durableSequence } }

    /// Bytes of all segments together, for `journal_limit`.
    package var bytesOnDisk: UInt64 {
        state.withLock { $0.segments.reduce(0) { $0 + $1.fileBytes } }
    }

    /// The number of segments.
    package var segmentCount: Int { state.withLock { $0.segments.count } }

    /// Where no valid record was found, when the journal was opened and while it was read since.
    package var damage: [DamagedRange] { state.withLock { $0.damage } }

    /// What of `damage` was not given by this before.
    package func takeNewDamage() -> [DamagedRange] {
        state.withLock { state in
            let new = state.damage[state.toldDamage...]
            state.toldDamage = state.damage.count
            return Array(new)
        }
    }

    /// Remembers damage; what is known already, as it is read twice, is passed over.
    func note(_ ranges: some Sequence<DamagedRange>) {
        state.withLock { state in
            for range in ranges where state.damage.count < JournalIndex.damageLimit {
                if !state.damage.contains(range) { state.damage.append(range) }
            }
        }
    }

    func append(_ segment: Segment) {
        state.withLock {
            $0.segments.append(segment)
            $0.durableSequence = max($0.durableSequence, segment.lastSequence)
        }
    }

    /// Publishes how far the last segment is durable.
    func advance(to sequence: UInt64, end: UInt64) {
        state.withLock {
            guard let last = $0.segments.indices.last else { return }
            $0.segments[last].lastSequence = sequence
            $0.segments[last].end = end
            $0.segments[last].fileBytes = end
            $0.durableSequence = sequence
        }
    }

    func seal() {
        state.withLock {
            guard let last = $0.segments.indices.last else { return }
            $0.segments[last].isSealed = true
        }
    }

    /// The first segment with a number from `number` on that holds, or will hold, more than `sequence`.
    func segment(from number: UInt64, after sequence: UInt64) -> Segment? {
        state.withLock { state in
            state.segments.first {
                $0.number >= number && (!$0.isSealed || $0.lastSequence > sequence)
            }
        }
    }

    func segment(_ number: UInt64) -> Segment? {
        state.withLock { state in state.segments.first { $0.number == number } }
    }

    /// The oldest segment, when it is sealed and holds nothing beyond `sequence`.
    func oldestReleasable(upTo sequence: UInt64) -> UInt64? {
        state.withLock { state in
            guard let first = state.segments.first, first.isSealed, first.lastSequence <= sequence
            else { return nil }
            return first.number
        }
    }

    func remove(_ number: UInt64) {
        state.withLock { state in state.segments.removeAll { $0.number == number } }
    }
}
