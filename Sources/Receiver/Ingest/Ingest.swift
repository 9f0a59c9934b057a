import Core
import Platform
import Synchronization
import Transcripts

/// The thread that turns the archive into rows, behind the archivist and in nobody's way.
///
/// It is told which streams changed; the bytes wait in the archive, so however slow it is, nothing else is.
final class Ingest: Sendable {
    private struct State {
        var pending: [StreamID: IngestSource] = [:]
        var prices: PriceTable?
        /// Streams whose bytes are gone: there is nothing to read any more.
        var gone: Set<StreamID> = []
        /// When each of them began to wait.
        var since: [StreamID: WallTime] = [:]
        /// Bytes of each that have rows, as far as it was seen.
        var taken: [StreamID: UInt64] = [:]
        /// What is being taken now.
        var turn: [IngestSource] = []
        var lastRows: WallTime?
        var orders: [@Sendable (Housekeeper) throws(OperatorError) -> Void] = []
        var isClosed = false
        var failure: String?
    }

    /// Streams of one turn, newest first, after which those that were written meanwhile have theirs.
    private static let turn = 64
    /// How long a catalog that refuses is left alone.
    private static let delay: Duration = .seconds(1)
    /// Between two parts of work that can wait: other programs, and readers of the rows, have theirs.
    private static let pause: Duration = .milliseconds(10)
    /// How long after the last change sessions may still wait to be settled.
    private static let settling: Duration = .seconds(90)

    private let state = Mutex(State())
    private let signal = Signal()
    private let thread = Mutex<Thread?>(nil)

    // MARK: From other threads

    /// These streams have new bytes or another state.
    func changed(_ sources: [IngestSource]) {
        guard !sources.isEmpty else { return }
        let now = Clock.wall()
        state.withLock { state in
            for source in sources where !state.gone.contains(source.stream) {
                state.pending[source.stream] = source
                if state.since[source.stream] == nil { state.since[source.stream] = now }
            }
        }
        signal.notify()
    }

    /// Responses are priced by this table from now on, those that are stored too.
    func use(_ prices: PriceTable) {
        state.withLock { $0.prices = prices }
        signal.notify()
    }

    /// The bytes of these streams are gone, or will be in a moment.
    func letGo(_ streams: some Sequence<StreamID>) {
        state.withLock { state in
            for stream in streams {
                state.gone.insert(stream)
                state.pending[stream] = nil
            }
        }
    }

    /// Does `body` on the thread that writes the rows, between two turns.
    func order(_ body: @escaping @Sendable (Housekeeper) throws(OperatorError) -> Void) {
        state.withLock { $0.orders.append(body) }
        signal.notify()
    }

    /// Has the thread look for what there is to do.
    func wake() { signal.notify() }

    /// Why rows cannot be written, while they cannot.
    var currentFailure: String? { state.withLock { $0.failure } }

    /// Streams whose rows are behind.
    var pendingCount: Int { state.withLock { $0.pending.count } }

    /// Bytes of the archive that have no rows yet, since when the oldest of them wait, and when rows were last made.
    var backlog: (bytes: UInt64, streams: Int, since: WallTime?, lastRows: WallTime?) {
        state.withLock { state in
            var bytes: UInt64 = 0
            let waiting = Array(state.pending.values) + state.turn
            for source in waiting {
                let taken = state.taken[source.stream] ?? 0
                bytes += source.held > taken ? source.held - taken : 0
            }
            return (bytes, waiting.count, state.since.values.min(), state.lastRows)
        }
    }

    /// Hands the worker and the keeper of its catalog to their thread; `committed` is called there when the keeper may
    /// have changed rows.
    func start(
        _ worker: IngestWorker,
        _ keeper: Housekeeper,
        committed: @escaping @Sendable () -> Void = {}
    ) {
        let box = Handover((worker, keeper))
        // People wait for rows a moment longer than for acks.
        let thread = Thread.spawn(name: "ingest", niceness: 10) { [self] in
            if let (worker, keeper) = box.take() { serve(worker, keeper, committed) }
        }
        self.thread.withLock { $0 = thread }
    }

    /// Ends after the turn at hand; what is left is found at the next start.
    func stop() {
        state.withLock { $0.isClosed = true }
        signal.notify()
        thread.withLock { $0.take() }?.join()
    }

    // MARK: The thread

    private func serve(
        _ worker: IngestWorker,
        _ keeper: Housekeeper,
        _ committed: () -> Void
    ) {
        var lastChange = Clock.monotonic()
        while true {
            let (sources, orders, isClosing) = state.withLock { state in
                let newest = state.pending.values.sorted { $0.received > $1.received }
                let turn = Array(newest.prefix(Ingest.turn))
                for source in turn { state.pending[source.stream] = nil }
                state.turn = turn
                defer { state.orders = [] }
                return (turn, state.orders, state.isClosed)
            }
            if isClosing { return }
            if !sources.isEmpty { lastChange = Clock.monotonic() }
            do throws(OperatorError) {
                if let prices = state.withLock({ $0.prices.take() }) { try worker.use(prices) }
                for order in orders { try order(keeper) }
                if !sources.isEmpty { try worker.take(sources) }
                finish(sources)
                if worker.isRepricing { try worker.reprice(now: Clock.wall()) }
                if sources.count < Ingest.turn { _ = try worker.settle(now: Clock.wall()) }
                state.withLock { $0.failure = nil }
            } catch {
                // Orders say what is to be, so that one may be taken twice.
                state.withLock { $0.orders = orders + $0.orders }
                fail(error, sources)
                _ = signal.wait(timeout: Ingest.delay)
                continue
            }
            guard !worker.isRepricing else { continue }
            rest(keeper, since: lastChange, committed)
        }
    }

    /// Does a part of what can wait, then waits for what there is to do.
    private func rest(_ keeper: Housekeeper, since lastChange: Instant, _ committed: () -> Void) {
        let now = Clock.monotonic()
        let outcome = keeper.step(now, wall: Clock.wall(), isCaughtUp: pendingCount == 0)
        if keeper.isBusy { committed() }
        guard pendingCount == 0 else { return }
        switch outcome {
        case .more: _ = signal.wait(timeout: Ingest.pause)
        case .rest(let time):
            let isSettling = now - lastChange < Ingest.settling
            _ = signal.wait(
                timeout: max(.milliseconds(1), isSettling ? min(time, .seconds(2)) : time)
            )
        }
    }

    private func finish(_ sources: [IngestSource]) {
        guard !sources.isEmpty else { return }
        let now = Clock.wall()
        state.withLock { state in
            for source in sources {
                // What is closed never comes again.
                state.taken[source.stream] = source.isClosed ? nil : source.held
                if state.pending[source.stream] == nil { state.since[source.stream] = nil }
            }
            state.turn = []
            state.lastRows = now
        }
    }

    private func fail(_ error: OperatorError, _ sources: [IngestSource]) {
        let isNew = state.withLock { state in
            state.turn = []
            // What came meanwhile is newer.
            for source in sources
            where state.pending[source.stream] == nil && !state.gone.contains(source.stream) {
                state.pending[source.stream] = source
            }
            defer { state.failure = error.message }
            return state.failure != error.message
        }
        if isNew { Log.error(error) }
    }
}
