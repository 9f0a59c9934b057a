import Core
import Platform
import Synchronization
import Transcripts

/// The thread that turns the archive into rows, behind the archivist and in nobody's way.
///
/// It is told which streams changed; the bytes wait in the archive, so however slow it is, nothing else is.
final class Ingest: Sendable {
    /// Who works on the rows that are in place.
    struct Desk {
        let worker: IngestWorker
        let keeper: Housekeeper
    }

    typealias Reopen = @Sendable (PriceTable) throws(OperatorError) -> Desk

    private struct State {
        var scheduler = IngestScheduler()
        /// What came since `collect`, for rows that are made anew; nil when none are.
        var collected: [StreamID: IngestSource]?
        /// Of the table in use.
        var prices = PriceTable.standard
        var hasNewPrices = false
        var isPauseWanted = false
        var isPaused = false
        /// Whether the thread is there.
        var isRunning = false
        var lastRows: WallTime?
        var orders: [@Sendable (Housekeeper) throws(OperatorError) -> Void] = []
        var isClosed = false
        var failure: String?
    }

    /// How long a catalog that refuses is left alone.
    private static let delay: Duration = .seconds(1)
    /// Between two parts of work that can wait: other programs, and readers of the rows, have theirs.
    private static let pause: Duration = .milliseconds(10)
    /// How long after the last change it is quiet.
    private static let calm: Duration = .seconds(2)
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
        let now = Clock.wall()
        state.withLock { state in
            for source in sources where state.scheduler.changed(source, at: now) {
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

    /// The bytes of these streams are gone, or will be in a moment.
    func letGo(_ streams: some Sequence<StreamID>) {
        state.withLock { state in
            for stream in streams {
                state.scheduler.letGo(stream)
                state.collected?[stream] = nil
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
    var pendingCount: Int { state.withLock { $0.scheduler.count } }

    /// Bytes of the archive that have no rows yet, since when the oldest of them wait, and when rows were last made.
    var backlog: (bytes: UInt64, streams: Int, since: WallTime?, lastRows: WallTime?) {
        state.withLock { state in
            let (bytes, since) = state.scheduler.backlog
            return (bytes, state.scheduler.count, since, state.lastRows)
        }
    }

    /// Hands the worker and the keeper of its catalog to their thread.
    ///
    /// - Parameters:
    ///   - desk: of the rows that are in place.
    ///   - reopen: makes another one when others may have taken their place.
    ///   - committed: called on the thread when the keeper may have changed rows, and when others took their place.
    func start(
        _ desk: Desk,
        reopen: @escaping Reopen,
        committed: @escaping @Sendable () -> Void = {}
    ) {
        let box = Handover(desk)
        state.withLock { $0.isRunning = true }
        // People wait for rows a moment longer than for acks.
        let thread = Thread.spawn(name: "ingest", niceness: 10) { [self] in
            serve(box, reopen, committed)
            state.withLock { $0.isRunning = false }
            paused.notify()
        }
        self.thread.withLock { $0 = thread }
    }

    /// Ends after the piece at hand; what is left is found at the next start.
    func stop() {
        state.withLock { $0.isClosed = true }
        signal.notify()
        thread.withLock { $0.take() }?.join()
    }

    // MARK: While rows are made anew

    /// From now on what comes is remembered for `takeChanges` too, and nothing is erased or retired.
    func collect() { state.withLock { $0.collected = [:] } }

    /// What came since the last call.
    func takeChanges() -> [IngestSource] {
        state.withLock { state in
            guard let collected = state.collected else { return [] }
            state.collected = [:]
            return Array(collected.values)
        }
    }

    /// What waited to be erased or retired is gone on with.
    func endCollecting() {
        state.withLock { $0.collected = nil }
        signal.notify()
    }

    /// Waits until the rows are closed; nothing is written until they are opened again.
    ///
    /// - Returns: false when the thread has ended.
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

    private func waitForResume() {
        state.withLock { $0.isPaused = true }
        paused.notify()
        while state.withLock({ $0.isPauseWanted }) { resumed.wait() }
        state.withLock { state in
            state.isPaused = false
            state.hasNewPrices = true
        }
    }

    // MARK: The thread

    /// What is to be done at once.
    private struct Work {
        var turn: IngestTurn?
        var orders: [@Sendable (Housekeeper) throws(OperatorError) -> Void]
        var isClosing: Bool
    }

    private func serve(_ box: Handover<Desk>, _ reopen: Reopen, _ committed: () -> Void) {
        var desk = box.take()
        var lastChange = Clock.monotonic()
        while true {
            if state.withLock({ $0.isPauseWanted }) {
                desk = nil
                waitForResume()
                lastChange = Clock.monotonic()
            }
            let work = nextWork()
            if work.isClosing { return }
            if work.turn != nil { lastChange = Clock.monotonic() }
            let current: Desk
            var mayRest = true
            do throws(OperatorError) {
                if let desk {
                    current = desk
                } else {
                    current = try reopen(prices)
                    desk = current
                    committed()
                }
                mayRest = try !self.work(current, work)
                state.withLock { $0.failure = nil }
            } catch {
                // Orders say what is to be, so that one may be taken twice.
                state.withLock { $0.orders = work.orders + $0.orders }
                fail(error)
                _ = signal.wait(timeout: Ingest.delay)
                continue
            }
            rest(current, since: lastChange, mayRest, committed)
        }
    }

    private func nextWork() -> Work {
        state.withLock { state in
            if state.isClosed { return Work(turn: nil, orders: [], isClosing: true) }
            defer { state.orders = [] }
            return Work(turn: state.scheduler.next(), orders: state.orders, isClosing: false)
        }
    }

    /// True when more is to be done at once.
    private func work(_ desk: Desk, _ work: Work) throws(OperatorError) -> Bool {
        let prices = state.withLock { state in
            defer { state.hasNewPrices = false }
            return state.hasNewPrices ? state.prices : nil
        }
        let worker = desk.worker
        if let prices { try worker.use(prices) }
        for order in work.orders { try order(desk.keeper) }
        if let turn = work.turn {
            finish(try worker.take(turn, interruptions: interruptions))
        }
        if worker.isRepricing { try worker.reprice(now: Clock.wall()) }
        let hasBackfill = state.withLock { $0.scheduler.hasBackfill }
        let hasMore = hasBackfill ? false : try worker.settle(now: Clock.wall())
        return hasMore || worker.isRepricing
    }

    /// Lines that come while a long turn is taken have theirs in between.
    private var interruptions: IngestWorker.Interruptions {
        IngestWorker.Interruptions(signal: signal) { [self] in
            state.withLock { $0.scheduler.urgent() }
        } finished: { [self] outcomes in
            finish(outcomes)
        } isOver: { [self] in
            state.withLock { $0.isClosed }
        }
    }

    /// Does a part of what can wait, then waits for what there is to do.
    private func rest(
        _ desk: Desk,
        since lastChange: Instant,
        _ mayRest: Bool,
        _ committed: () -> Void
    ) {
        let now = Clock.monotonic()
        let (isPauseWanted, isCollecting, isCaughtUp) = state.withLock {
            ($0.isPauseWanted, $0.collected != nil, $0.scheduler.count == 0)
        }
        guard !isPauseWanted else { return }
        var outcome = Housekeeper.Outcome.rest(.seconds(3600))
        if !isCollecting {
            outcome = desk.keeper.step(now, wall: Clock.wall(), isCaughtUp: isCaughtUp)
            if desk.keeper.isBusy { committed() }
        }
        guard mayRest, !hasWork else { return }
        if isCaughtUp, now - lastChange >= Ingest.calm { desk.worker.shortenLog() }
        switch outcome {
        case .more: _ = signal.wait(timeout: Ingest.pause)
        case .rest(let time):
            let isSettling = now - lastChange < Ingest.settling
            _ = signal.wait(
                timeout: max(.milliseconds(1), isSettling ? min(time, .seconds(2)) : time)
            )
        }
    }

    /// Whether something waits whose notice a turn may have taken.
    private var hasWork: Bool {
        state.withLock { state in
            state.scheduler.isWaiting || !state.orders.isEmpty || state.hasNewPrices
                || state.isPauseWanted || state.isClosed
        }
    }

    private func finish(_ outcomes: [IngestOutcome]) {
        guard !outcomes.isEmpty else { return }
        let now = Clock.wall()
        state.withLock { state in
            state.scheduler.finished(outcomes)
            state.lastRows = now
        }
    }

    private func fail(_ error: OperatorError) {
        let isNew = state.withLock { state in
            state.scheduler.failed()
            defer { state.failure = error.message }
            return state.failure != error.message
        }
        if isNew { Log.error(error) }
    }
}
