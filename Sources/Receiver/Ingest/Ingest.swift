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
        var isClosed = false
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
    private let thread = Mutex<Thread?>(nil)

    // MARK: From other threads

    /// These streams have new bytes or another state.
    func changed(_ sources: [IngestSource]) {
        guard !sources.isEmpty else { return }
        state.withLock { state in
            for source in sources { state.pending[source.stream] = source }
        }
        signal.notify()
    }

    /// Responses are priced by this table from now on, those that are stored too.
    func use(_ prices: PriceTable) {
        state.withLock { $0.prices = prices }
        signal.notify()
    }

    /// Why rows cannot be written, while they cannot.
    var currentFailure: String? { state.withLock { $0.failure } }

    /// Streams whose rows are behind.
    var pendingCount: Int { state.withLock { $0.pending.count } }

    /// Hands the worker to its thread; `committed` is called there whenever rows may have changed.
    func start(_ worker: IngestWorker, committed: @escaping @Sendable () -> Void = {}) {
        let box = Handover(worker)
        // People wait for rows a moment longer than for acks.
        let thread = Thread.spawn(name: "ingest", niceness: 10) { [self] in
            if let worker = box.take() { serve(worker, committed) }
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

    private func serve(_ worker: IngestWorker, _ committed: () -> Void) {
        var lastChange = Clock.monotonic()
        while true {
            let (sources, isClosing) = state.withLock { state in
                let newest = state.pending.values.sorted { $0.received > $1.received }
                let turn = Array(newest.prefix(Ingest.turn))
                for source in turn { state.pending[source.stream] = nil }
                return (turn, state.isClosed)
            }
            if isClosing { return }
            if !sources.isEmpty { lastChange = Clock.monotonic() }
            do throws(OperatorError) {
                if let prices = state.withLock({ $0.prices.take() }) { try worker.use(prices) }
                if !sources.isEmpty { try worker.take(sources) }
                let isRepricing = worker.isRepricing
                if isRepricing { try worker.reprice(now: Clock.wall()) }
                var hasSettled = isRepricing
                if sources.count < Ingest.turn {
                    hasSettled = try worker.settle(now: Clock.wall()) > 0 || hasSettled
                }
                if !sources.isEmpty || hasSettled { committed() }
                state.withLock { $0.failure = nil }
            } catch {
                fail(error, sources)
                _ = signal.wait(timeout: Ingest.delay)
                continue
            }
            guard pendingCount == 0, !worker.isRepricing else { continue }
            if Clock.monotonic() - lastChange < Ingest.settling {
                _ = signal.wait(timeout: .seconds(2))
            } else {
                signal.wait()
            }
        }
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
