/// Whose turn it is: files being written now first, history with what is left, newest first.
///
/// One scheduler serves one receiver. The live lane is a queue in which files take turns, each in order.
/// The history lane holds one page of streams at a time, each sent whole; the rest stays in the store.
/// A live lane that never ends gives every eighth turn to history, so that neither waits for ever.
package struct LaneScheduler: Sendable {
    /// What to do next.
    package enum Turn: Hashable, Sendable {
        case live(StreamNumber)
        case history(StreamNumber)
        /// The history lane is empty: ask the store for this many due streams that come after the entry
        /// (from the newest one for nil) and call `page`.
        case fetchPage(after: HistoryEntry?, limit: Int)
        case idle
    }

    /// Streams that one page of history holds.
    package static let pageSize = 256
    /// Streams in the live lane; a file written beyond them waits in the history lane, as the newest.
    package static let liveLimit = 256
    /// Turns of the live lane after which history has one.
    package static let liveTurns = 7

    private enum Paging {
        /// The next page follows this entry; nil begins with the newest.
        case more(after: HistoryEntry?)
        /// The last page was the end.
        case ended
    }

    private var live: [StreamNumber] = []
    /// The next one stands last.
    private var history: [StreamNumber] = []
    private var paging = Paging.more(after: nil)
    private var beginsAnew = false
    private var liveSinceHistory = 0

    package init() {}

    /// Streams that wait in memory.
    package var count: Int { live.count + history.count }

    /// Whether the page in hand still has streams of the history.
    package var hasHistory: Bool { !history.isEmpty }

    /// The stream was written to: it belongs to the live lane.
    package mutating func wrote(_ stream: StreamNumber) {
        guard !live.contains(stream) else { return }
        guard live.count < LaneScheduler.liveLimit else { return foundHistory() }
        history.removeAll { $0 == stream }
        live.append(stream)
    }

    /// The store may hold due streams that no page has brought yet; it is asked again from the newest on.
    package mutating func foundHistory() {
        if history.isEmpty { paging = .more(after: nil) } else { beginsAnew = true }
    }

    /// The next turn; the answer stays the same until one of the other calls changes it.
    package var next: Turn { next(holdingHistory: false) }

    /// The next turn; history that is held back has only those that a live lane without end leaves it.
    package func next(holdingHistory: Bool) -> Turn {
        if let stream = live.first, liveSinceHistory < LaneScheduler.liveTurns {
            return .live(stream)
        }
        if holdingHistory, live.isEmpty { return .idle }
        if let stream = history.last { return .history(stream) }
        if case .more(let entry) = paging {
            return .fetchPage(after: entry, limit: LaneScheduler.pageSize)
        }
        return live.first.map { .live($0) } ?? .idle
    }

    /// The page that `fetchPage` asked for; a short one is the last.
    package mutating func page(_ entries: [HistoryEntry]) {
        paging =
            entries.count < LaneScheduler.pageSize ? .ended : .more(after: entries.last)
        let lively = Set(live)
        history = entries.reversed().map(\.stream).filter { !lively.contains($0) }
        restartIfAsked()
    }

    /// The stream had its turn; `more` says whether it has bytes left to send now.
    package mutating func served(_ stream: StreamNumber, more: Bool) {
        if let index = live.firstIndex(of: stream) {
            live.remove(at: index)
            if more { live.append(stream) }
            liveSinceHistory += 1
        } else {
            if !more { history.removeAll { $0 == stream } }
            liveSinceHistory = 0
            restartIfAsked()
        }
        if live.isEmpty { liveSinceHistory = 0 }
    }

    /// History used its turn for a stream that left the page before, or had no use for it; without this
    /// call the turn would last, and the live lane wait, until the page goes on.
    ///
    /// Returns whether the live lane goes on.
    package mutating func passedHistory() -> Bool {
        liveSinceHistory = 0
        return !live.isEmpty
    }

    /// Forgets what waits, for a new connection; everything due is found again in the store.
    package mutating func reset() { self = LaneScheduler() }

    /// A page in hand is finished before the newest are asked for again.
    private mutating func restartIfAsked() {
        guard history.isEmpty, beginsAnew else { return }
        beginsAnew = false
        paging = .more(after: nil)
    }
}
