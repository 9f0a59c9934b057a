import Core
import Platform
import Synchronization
import Transcripts

/// Makes the rows anew while the receiver runs, on a thread of its own that gives way to all others.
///
/// Lines that come meanwhile go to the former rows, and to the new ones before these take their place; only for
/// that moment lines wait.
final class Rebuilder: Sendable {
    /// What it works with; all of it may be used from any thread.
    struct Parts: Sendable {
        let root: BytePath
        let disk: any Disk
        let ingest: Ingest
        /// Of an agent.
        let names: @Sendable (AgentID) -> (name: String, owner: String)
        /// Every stream of the archive, as of now; nil when the archive is closed.
        let sources: @Sendable () -> [IngestSource]?
        /// What the receiver remembers that the archive does not tell.
        let memory: @Sendable () throws(OperatorError) -> Rebuilding
        /// What must stay free on the disk.
        let minimumFree: UInt64
        /// Opens the rows that are in place.
        let open: Ingest.Reopen
    }

    private struct State {
        var progress = RebuildProgress()
        var isClosed = false
        /// Until it has tidied up after the last rebuild.
        var thread: Thread?
    }

    /// Streams that the new rows may lack when lines begin to wait.
    private static let fewStreams = 64
    private static let rounds = 20
    private static let niceness: Int32 = 19
    /// How long the former file stays for those who are just opening it.
    private static let grace: Duration = .seconds(30)

    private let parts: Parts
    private let state = Mutex(State())
    private let signal = Signal()

    init(_ parts: Parts) { self.parts = parts }

    // MARK: From other threads

    /// How far it is.
    var progress: RebuildProgress { state.withLock { $0.progress } }

    /// Begins; while a rebuild runs it goes on instead.
    func start(reason: String) {
        state.withLock { state in
            guard !state.isClosed, state.progress.state != .running else { return }
            state.progress = RebuildProgress()
            state.progress.state = .running
            state.progress.reason = reason
            state.progress.started = Clock.wall()
            if state.thread == nil {
                state.thread = Thread.spawn(name: "rebuild", niceness: Rebuilder.niceness) {
                    [self] in serve()
                }
            }
        }
        signal.notify()
    }

    /// Ends it; what it made is thrown away.
    func stop() {
        let thread = state.withLock { state in
            state.isClosed = true
            defer { state.thread = nil }
            return state.thread
        }
        signal.notify()
        thread?.join()
    }

    private var isClosed: Bool { state.withLock { $0.isClosed } }

    // MARK: The thread

    private func serve() {
        while true {
            run()
            let isOver = state.withLock { state in
                guard state.isClosed || state.progress.state != .running else { return false }
                state.thread = nil
                return true
            }
            if isOver { return }
        }
    }

    private func run() {
        let started = Clock.monotonic()
        Log.notice("the rows are made again from the archive: \(progress.reason)")
        do throws(OperatorError) {
            guard try rebuild() else {
                try CatalogFile.removeBuilding(parts.root)
                return end(.stopped)
            }
            let seconds = (Clock.monotonic() - started).components.seconds
            Log.notice("the rows are made again, in \(seconds) s")
            end(.done)
            // For those who are just opening the former file; or until the next order.
            _ = signal.wait(timeout: Rebuilder.grace)
            try CatalogFile.tidy(parts.root)
        } catch {
            Log.error(error)
            Hub.attempt("remove unfinished rows") { () throws(OperatorError) in
                try CatalogFile.removeBuilding(parts.root)
            }
            end(.failed, error.message)
        }
    }

    private func end(_ outcome: RebuildProgress.State, _ failure: String? = nil) {
        parts.ingest.endCollecting()
        state.withLock { state in
            state.progress.state = outcome
            state.progress.failure = failure
        }
    }

    /// False when it was stopped before its end.
    private func rebuild() throws(OperatorError) -> Bool {
        try CatalogFile.tidy(parts.root)
        try checkRoom(for: try CatalogFile.size(parts.root))
        // From now on what comes is known, and then what is there.
        parts.ingest.collect()
        guard let sources = parts.sources() else { return false }
        state.withLock { $0.progress.total = sources.reduce(0) { $0 + $1.held } }
        // Lines wait from its end on, and its file is closed.
        guard try make(sources) else { return false }
        defer { parts.ingest.resume() }
        try CatalogFile.exchange(parts.root)
        return true
    }

    private func make(_ sources: [IngestSource]) throws(OperatorError) -> Bool {
        let rebuild = try CatalogRebuild(
            parts.root,
            disk: parts.disk,
            prices: parts.ingest.prices,
            memory: try parts.memory(),
            niceness: Rebuilder.niceness,
            names: parts.names
        )
        guard try take(sources, rebuild), try catchUp(rebuild) else { return false }
        try rebuild.prepare()
        guard try catchUp(rebuild), parts.ingest.pause() else { return false }
        do throws(OperatorError) {
            if try finish(rebuild) { return true }
            parts.ingest.resume()
            return false
        } catch {
            parts.ingest.resume()
            throw error
        }
    }

    private func finish(_ rebuild: CatalogRebuild) throws(OperatorError) -> Bool {
        _ = try rebuild.take(parts.ingest.takeChanges())
        guard let all = parts.sources(), !isClosed else { return false }
        guard try rebuild.finish(all) else {
            throw OperatorError(
                .busy,
                "the rows changed too often while they were made again",
                remedy: "Run tailship-receiver rebuild when fewer agents ship."
            )
        }
        return true
    }

    private func take(
        _ sources: [IngestSource],
        _ rebuild: CatalogRebuild
    ) throws(OperatorError) -> Bool {
        let isAll = try rebuild.take(sources) { bytes in
            state.withLock { $0.progress.bytes += bytes }
        } mayGoOn: {
            !isClosed
        }
        try checkRoom(for: 0)
        return isAll
    }

    /// Takes what came meanwhile, until it is little.
    private func catchUp(_ rebuild: CatalogRebuild) throws(OperatorError) -> Bool {
        for _ in 0..<Rebuilder.rounds {
            let changes = parts.ingest.takeChanges()
            guard try rebuild.take(changes, mayGoOn: { !isClosed }) else { return false }
            if changes.count <= Rebuilder.fewStreams { break }
        }
        return !isClosed
    }

    private func checkRoom(for bytes: UInt64) throws(OperatorError) {
        let space = try OperatorError.system(.fileSystem, "ask for the free space") {
            () throws(SystemError) in try parts.disk.space()
        }
        guard space.available < parts.minimumFree + bytes else { return }
        throw OperatorError(
            .storage,
            "there is no room to make the rows again beside the former ones",
            remedy: "Free \(ByteCount.text(parts.minimumFree + bytes - space.available)) below "
                + "\(parts.root), then run tailship-receiver rebuild. The former rows stay."
        )
    }
}
