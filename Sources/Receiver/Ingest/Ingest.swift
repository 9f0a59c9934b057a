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
        /// What came since `collect`, for rows that are made anew; nil when none are.
        var collected: [StreamID: IngestSource]?
        /// Of the table in use.
        var prices = PriceTable.standard
        var hasNewPrices = false
        var isPauseWanted = false
        var isPaused = false
        var isClosed = false
        /// Whether the thread is there.
        var isRunning = false
        var failure: String?
    }

    /// Streams of one turn, newest first, after which those that were written meanwhile have theirs.
    private static let turn = 64
    /// How long a catalog that refuses is left alone.
    private static let delay: Duration = .seconds(1)
    /// How long after the last change sessions may still wait to be settled.
    private static let settling: Duration = .seconds(90)

    private let state = Mutex(State())
    private let signal = Signal()
    private let paused = Signal()
    private let resumed = Signal()
    private let thread = Mutex<Thread?>(nil)

    // MARK: From other threads

    /// These streams have new bytes or another state.
    func changed(_ sources: [IngestSource]) {
        guard !sources.isEmpty else { return }
        state.withLock { state in
            for source in sources {
                state.pending[source.stream] = source
                state.collected?[source.stream] = source
            }
        }
        signal.notify()
    }

    /// Responses are priced by this table from now on, those that are stored too.
    func use(_ prices: PriceTable) {
        state.withLock { state in
            state.prices = prices
            state.hasNewPrices = true
        }
        signal.notify()
    }

    /// The table in use.
    var prices: PriceTable { state.withLock { $0.prices } }

    /// Why rows cannot be written, while they cannot.
    var currentFailure: String? { state.withLock { $0.failure } }

    /// Streams whose rows are behind.
    var pendingCount: Int { state.withLock { $0.pending.count } }

    /// Hands the worker to its thread.
    ///
    /// - Parameters:
    ///   - worker: of the rows that are in place.
    ///   - reopen: makes another one when others may have taken their place.
    ///   - committed: called on the thread whenever rows may have changed.
    func start(
        _ worker: IngestWorker,
        reopen: @escaping @Sendable (PriceTable) throws(OperatorError) -> IngestWorker,
        committed: @escaping @Sendable () -> Void = {}
    ) {
        let box = Handover(worker)
        state.withLock { $0.isRunning = true }
        // People wait for rows a moment longer than for acks.
        let thread = Thread.spawn(name: "ingest", niceness: 10) { [self] in
            serve(box.take(), reopen, committed)
            state.withLock { $0.isRunning = false }
            paused.notify()
        }
        self.thread.withLock { $0 = thread }
    }

    /// Ends after the turn at hand; what is left is found at the next start.
    func stop() {
        state.withLock { $0.isClosed = true }
        signal.notify()
        thread.withLock { $0.take() }?.join()
    }

    // MARK: While rows are made anew

    /// From now on what comes is remembered for `takeChanges` too.
    func collect() { state.withLock { $0.collected = [:] } }

    /// What came since the last call.
    func takeChanges() -> [IngestSource] {
        state.withLock { state in
            guard let collected = state.collected else { return [] }
            state.collected = [:]
            return Array(collected.values)
        }
    }

    func endCollecting() { state.withLock { $0.collected = nil } }

    /// Waits until the rows are closed; nothing is written until `resume`. False when the thread has ended.
    func pause() -> Bool {
        state.withLock { $0.isPauseWanted = true }
        signal.notify()
        while true {
            let (isPaused, isRunning) = state.withLock { ($0.isPaused, $0.isRunning) }
            if isPaused { return true }
            guard isRunning else { return false }
            paused.wait()
        }
    }

    /// Opens the rows that are in place now, and goes on.
    func resume() {
        state.withLock { $0.isPauseWanted = false }
        resumed.notify()
    }

    private func rest() {
        state.withLock { $0.isPaused = true }
        paused.notify()
        while state.withLock({ $0.isPauseWanted }) { resumed.wait() }
        state.withLock { state in
            state.isPaused = false
            state.hasNewPrices = true
        }
    }

    // MARK: The thread

    private func serve(
        _ first: IngestWorker?,
        _ reopen: (PriceTable) throws(OperatorError) -> IngestWorker,
        _ committed: () -> Void
    ) {
        var current = first
        var lastChange = Clock.monotonic()
        while true {
            if state.withLock({ $0.isPauseWanted }) {
                current = nil
                rest()
                lastChange = Clock.monotonic()
            }
            let (sources, isClosing) = turn()
            if isClosing { return }
            if !sources.isEmpty { lastChange = Clock.monotonic() }
            do throws(OperatorError) {
                let isNew = current == nil
                let worker: IngestWorker
                if let current { worker = current } else { worker = try reopen(prices) }
                current = worker
                let hasWritten = try work(worker, sources)
                if hasWritten || isNew { committed() }
                state.withLock { $0.failure = nil }
            } catch {
                fail(error, sources)
                _ = signal.wait(timeout: Ingest.delay)
                continue
            }
            guard pendingCount == 0, current?.isRepricing != true else { continue }
            if Clock.monotonic() - lastChange < Ingest.settling {
                _ = signal.wait(timeout: .seconds(2))
            } else {
                signal.wait()
            }
        }
    }

    /// The streams of the next turn, and whether to end instead.
    private func turn() -> (sources: [IngestSource], isClosing: Bool) {
        state.withLock { state in
            let newest = state.pending.values.sorted { $0.received > $1.received }
            let turn = Array(newest.prefix(Ingest.turn))
            for source in turn { state.pending[source.stream] = nil }
            return (turn, state.isClosed)
        }
    }

    /// Writes what there is to write; false when there was nothing.
    private func work(
        _ worker: IngestWorker,
        _ sources: [IngestSource]
    ) throws(OperatorError) -> Bool {
        let prices = state.withLock { state in
            defer { state.hasNewPrices = false }
            return state.hasNewPrices ? state.prices : nil
        }
        if let prices { try worker.use(prices) }
        if !sources.isEmpty { try worker.take(sources) }
        let isRepricing = worker.isRepricing
        if isRepricing { try worker.reprice(now: Clock.wall()) }
        var hasSettled = false
        if sources.count < Ingest.turn { hasSettled = try worker.settle(now: Clock.wall()) > 0 }
        return !sources.isEmpty || isRepricing || hasSettled
    }

    private func fail(_ error: OperatorError, _ sources: [IngestSource]) {
        let isNew = state.withLock { state in
            // What came meanwhile is newer.
            for source in sources where state.pending[source.stream] == nil {
                state.pending[source.stream] = source
            }
            defer { state.failure = error.message }
            return state.failure != error.message
        }
        if isNew { Log.error(error) }
    }
}
