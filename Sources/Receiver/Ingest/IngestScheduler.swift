import Core

/// Whose rows are made next: files that are being written first, then what else came, the last written first.
///
/// Nothing tells which bytes a tool wrote just now, so it is concluded. A stream is live when one of these holds:
///
/// - its file was being written when the archive began with it, a moment ago;
/// - it had rows of all its bytes, and a little came;
/// - it waits, was quiet for a while, and a little came;
/// - it was live before.
///
/// Live streams take turns, each of a bounded part. While they have some without end, the backfill has its share: a
/// turn after several of theirs, and a piece of its turn between any two of theirs (`urgent`).
struct IngestScheduler {
    private enum Lane {
        case live
        case backfill
    }

    /// A stream that has bytes or facts to be brought into rows.
    private struct Waiting {
        var source: IngestSource
        var lane: Lane
        var since: WallTime
    }

    /// What is remembered of a stream that may grow.
    private struct Known {
        /// Bytes that have rows.
        var rows: UInt64
        var isLive: Bool
    }

    /// Turns of live streams after which the backfill has one.
    static let liveTurns = 7
    /// Streams of a turn.
    static let turnStreams = 64
    /// Bytes of a live turn, about: other live streams wait for it.
    static let liveBytes: UInt64 = 1 << 20
    /// Bytes of a turn of the backfill, about: erasing and the like wait for it.
    static let backfillBytes: UInt64 = 8 << 20
    /// Bytes that may be lines written just now; files that are shipped as a whole come in pieces of more.
    static let littleBytes: UInt64 = 64 << 10
    /// Between the file's last change and the archive's first knowledge of it, and from then on.
    static let birth: Duration = .seconds(60)
    /// Files that are shipped as a whole come without such a break, as a rule.
    static let quiet: Duration = .seconds(1)

    private var waiting: [StreamID: Waiting] = [:]
    /// In the driver's hands.
    private var working: [StreamID: Waiting] = [:]
    private var known: [StreamID: Known] = [:]
    /// Streams whose bytes are gone: there is nothing to read any more.
    private var gone: Set<StreamID> = []
    /// In the order of their turns; may name streams that do not wait there any more, as `backfill` may.
    private var live: [StreamID] = []
    private var backfill = SourceHeap()
    /// Since the backfill had one, or did not want one.
    private var turnsOfLive = 0

    // MARK: What is known of it

    /// Streams whose rows are behind, those in the driver's hands too.
    var count: Int { waiting.count + working.count }

    /// Whether there are turns to take.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Whether streams wait that nobody is writing to now.
    var hasBackfill: Bool {
        mutating get {
            dropStale()
            return backfill.first != nil
        }
    }

    /// Bytes of the archive that have no rows yet, and since when the oldest of them wait.
    var backlog: (bytes: UInt64, since: WallTime?) {
        var bytes: UInt64 = 0
        var since: WallTime?
        for stream in [waiting.values, working.values].joined() {
            bytes += work(stream.source)
            since = min(since ?? stream.since, stream.since)
        }
        return (bytes, since)
    }

    private func work(_ source: IngestSource) -> UInt64 {
        let rows = known[source.stream]?.rows ?? 0
        return source.held > rows ? source.held - rows : 0
    }

    // MARK: What happens

    /// The stream has new bytes or another state; false when it is gone.
    @discardableResult
    mutating func changed(_ source: IngestSource, at now: WallTime) -> Bool {
        let stream = source.stream
        guard !gone.contains(stream) else { return false }
        let lane = lane(of: source, at: now)
        let former = waiting[stream]
        waiting[stream] = Waiting(source: source, lane: lane, since: former?.since ?? now)
        if former?.lane != lane { queue(source, lane) }
        return true
    }

    /// The bytes of this stream are gone, or will be in a moment.
    mutating func letGo(_ stream: StreamID) {
        gone.insert(stream)
        waiting[stream] = nil
    }

    /// What was handed out has come this far, durably.
    mutating func finished(_ outcomes: [IngestOutcome]) {
        for outcome in outcomes {
            let stream = outcome.source.stream
            guard let former = working.removeValue(forKey: stream) else { continue }
            let isOver = outcome.isDone && outcome.source.isClosed
            known[stream] =
                isOver ? nil : Known(rows: outcome.rows, isLive: former.lane == .live)
            if !outcome.isDone { waitAgain(former) }
        }
    }

    /// Nothing came of what is in the driver's hands, as far as it was not told.
    mutating func failed() {
        for former in working.values { waitAgain(former) }
        working = [:]
    }

    /// What came meanwhile is newer.
    private mutating func waitAgain(_ former: Waiting) {
        let stream = former.source.stream
        guard !gone.contains(stream) else { return }
        if let newer = waiting[stream] {
            waiting[stream]?.since = min(newer.since, former.since)
        } else {
            waiting[stream] = former
            queue(former.source, former.lane)
        }
    }

    // MARK: What to do

    /// Whose turn it is, when nothing is in the driver's hands; nil when nothing waits.
    mutating func next() -> IngestTurn? {
        let hasBackfill = hasBackfill
        if !hasBackfill { turnsOfLive = 0 }
        if turnsOfLive < IngestScheduler.liveTurns, let turn = urgent() {
            turnsOfLive += 1
            return turn
        }
        turnsOfLive = 0
        return hasBackfill ? backfillTurn() : urgent()
    }

    /// Whose turn it is between two pieces of a turn of the backfill; nil for that itself.
    mutating func urgent() -> IngestTurn? {
        var sources: [IngestSource] = []
        var held: [StreamID] = []
        var bytes: UInt64 = 0
        var index = 0
        while index < live.count, sources.count < IngestScheduler.turnStreams,
            bytes < IngestScheduler.liveBytes
        {
            let stream = live[index]
            index += 1
            guard let next = waiting[stream], next.lane == .live else { continue }
            guard working[stream] == nil else {
                held.append(stream)
                continue
            }
            bytes += work(next.source)
            sources.append(take(next))
        }
        live.replaceSubrange(..<index, with: held)
        guard !sources.isEmpty else { return nil }
        return IngestTurn(sources: sources, limit: IngestScheduler.liveBytes)
    }

    private mutating func backfillTurn() -> IngestTurn {
        var sources: [IngestSource] = []
        var bytes: UInt64 = 0
        while sources.count < IngestScheduler.turnStreams, bytes < IngestScheduler.backfillBytes,
            hasBackfill, let stream = backfill.first, let next = waiting[stream]
        {
            backfill.removeFirst()
            bytes += work(next.source)
            sources.append(take(next))
        }
        return IngestTurn(sources: sources, limit: IngestScheduler.backfillBytes)
    }

    private mutating func take(_ next: Waiting) -> IngestSource {
        waiting[next.source.stream] = nil
        working[next.source.stream] = next
        return next.source
    }

    private mutating func queue(_ source: IngestSource, _ lane: Lane) {
        switch lane {
        case .live: live.append(source.stream)
        case .backfill: backfill.insert(source.stream, written: source.written)
        }
    }

    private mutating func dropStale() {
        while let stream = backfill.first, waiting[stream]?.lane != .backfill {
            backfill.removeFirst()
        }
    }

    // MARK: Lanes

    private func lane(of source: IngestSource, at now: WallTime) -> Lane {
        isLive(source, at: now) ? .live : .backfill
    }

    private func isLive(_ source: IngestSource, at now: WallTime) -> Bool {
        let known = known[source.stream]
        let former = waiting[source.stream] ?? working[source.stream]
        if let former {
            if former.lane == .live { return true }
        } else if let known, source.held <= known.rows {
            // Not a byte is new: whoever waits for lines does not wait for this.
            return false
        }
        if known?.isLive == true || isBeingBorn(source, at: now) { return true }
        if let former {
            let hasGrown = former.source.held < source.held
            return hasGrown && source.held - former.source.held <= IngestScheduler.littleBytes
                && source.received - former.source.received >= IngestScheduler.quiet
        }
        return known.map { source.held - $0.rows <= IngestScheduler.littleBytes } ?? false
    }

    /// Whether its file was being written when the archive began with it, just now.
    private func isBeingBorn(_ source: IngestSource, at now: WallTime) -> Bool {
        let birth = IngestScheduler.birth
        let before = source.began - source.modified
        return now - source.began <= birth && before <= birth && before >= .zero - birth
    }
}
