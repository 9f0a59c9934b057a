import Core
import Platform
import SQL
import Settings
import Shipping
import TLS
import Tailing

/// A running agent: one thread, one loop; files on one side, receivers on the other.
package final class AgentService: FileObserver, FolderWatcherDelegate, UplinkOwner {
    /// When the agent ends by itself.
    package enum Mode: Sendable {
        case untilStopped
        /// When everything is shipped and verified.
        case once
    }

    let settings: AgentSettings
    let context: AgentContext
    let loop: EventLoop
    private let mode: Mode
    private let locks: [FileLock]
    private var watcher: FolderWatcher?
    private(set) var uplinks: [UplinkDriver] = []
    private var control: ControlServer?
    private var flushTimer: Timer?
    private var workTimer: Timer?
    private var wakeTimer: Timer?
    private var isCheckPlanned = false
    private var exitStatus = Exit.success
    let started = Clock.monotonic()

    /// Opens the state folder and prepares everything, without looking at any file.
    package init(_ settings: AgentSettings, mode: Mode) throws(OperatorError) {
        self.settings = settings
        self.mode = mode
        Signals.block([.interrupt, .terminate, .hangup])
        let folder = StateFolder(settings.stateDirectory)
        let disk = try folder.open()
        locks = try folder.lock(settings.definitions.map(\.root))
        loop = try AgentService.system("make an event loop") { () throws(SystemError) in
            try EventLoop()
        }
        let opened = try CheckpointStore.open(folder.database, on: disk, at: Clock.wall())
        if let notice = opened.notice { Log.warning(notice) }
        let store = opened.store
        try AgentService.database { () throws(SQLError) in
            try store.configure(
                sources: settings.definitions.map(\.name),
                receivers: settings.receivers.map { ($0.name, $0.hold) }
            )
        }
        var keeping = KeeperSettings()
        keeping.heldBytes = settings.holdLimit
        let keeper = try FileKeeper(
            disk: disk,
            state: settings.stateDirectory,
            store: store,
            sources: settings.definitions.map { WatchedSource($0, holds: settings.hold) },
            settings: keeping,
            makeHasher: { ContentHasher() }
        )
        context = AgentContext(
            settings: settings,
            loop: loop,
            disk: disk,
            store: store,
            keeper: keeper
        )
        keeper.observer = self
        context.workPlanner = { [weak self] in self?.planWork() }
        for endpoint in settings.receivers {
            let number = try AgentService.database { () throws(SQLError) in
                try store.receiver(endpoint.name)
            }
            guard let number else { continue }
            let uplink = UplinkDriver(endpoint, number: number, context: context)
            uplink.owner = self
            uplinks.append(uplink)
        }
    }

    // MARK: Running

    /// Ships until a signal ends it, or until everything is shipped.
    ///
    /// - Returns: the exit status.
    package func run() throws(OperatorError) -> Int32 {
        Signals.ignoreBrokenPipe()
        if settings.lowPriority { Host.setBackgroundPriority() }
        Host.raiseDescriptorLimit()
        let signals = try AgentService.system("take signals") { () throws(SystemError) in
            [
                try Signals.handle([.interrupt, .terminate], on: loop) { [loop] _ in loop.stop() },
                try Signals.handle([.hangup], on: loop) { [weak self] _ in self?.scanAll() },
            ]
        }
        defer { for signal in signals { signal.cancel() } }
        if mode == .untilStopped { try serveControl() }
        try watch()
        attempt { () throws(SQLError) in
            let summary = try context.keeper.start(at: Clock.wall())
            Log.notice("\(summary.files) files in \(summary.folders) folders")
        }
        // The first cursors are on the disk before anything else happens.
        flush()
        if uplinks.isEmpty {
            Log.warning("no receiver is configured: files are held and nothing is shipped")
        }
        for uplink in uplinks {
            if mode == .once { uplink.verifyNow() }
            uplink.start()
        }
        planRescan()
        planWake()
        _ = ServiceManager.notify("READY=1")
        checkDone()
        loop.run()
        finish()
        return exitStatus
    }

    private func finish() {
        _ = ServiceManager.notify("STOPPING=1")
        for uplink in uplinks { uplink.stop() }
        flush()
        control?.close()
    }

    private func watch() throws(OperatorError) {
        guard mode == .untilStopped else { return }
        var roots: [String: BytePath] = [:]
        for source in context.keeper.sources { roots[source.name] = source.root }
        let watcher = try AgentService.system("watch folders") { () throws(SystemError) in
            try FolderWatcher(loop: loop, roots: roots, pollInterval: settings.pollInterval)
        }
        watcher.delegate = self
        self.watcher = watcher
    }

    var pollReasons: [String: String] { watcher?.pollReasons ?? [:] }
    var watchCount: Int { watcher?.count ?? 0 }

    // MARK: What the keeper says

    package func willList(_ folder: BytePath, of source: String) {
        watcher?.watch(folder, of: source)
    }

    package func wrote(_ stream: StreamNumber) {
        for uplink in uplinks {
            uplink.scheduler.wrote(stream)
            uplink.planPump()
        }
    }

    package func foundHistory() {
        for uplink in uplinks {
            uplink.scheduler.foundHistory()
            uplink.planPump()
        }
        planWork()
    }

    package func compared(_ stream: StreamNumber) {
        for uplink in uplinks { uplink.compared(stream) }
    }

    // MARK: What the watcher says

    func changed(_ source: String, _ path: BytePath) {
        attempt { () throws(SQLError) in
            try context.keeper.pathChanged(source, path, at: Clock.wall())
        }
        afterChange()
    }

    func mustScan(_ source: String) {
        attempt { () throws(SQLError) in
            _ = try context.keeper.scan(source, at: Clock.wall())
        }
        afterChange()
    }

    func scanAll() { for source in context.keeper.sources { mustScan(source.name) } }

    private func afterChange() {
        planFlush()
        planWork()
        planWake()
    }

    private func planRescan() {
        guard mode == .untilStopped, let interval = settings.rescan else { return }
        loop.schedule(after: interval) { [weak self] in
            self?.scanAll()
            self?.planRescan()
        }
    }

    // MARK: What the uplinks say

    func storeFailed(_ error: SQLError) {
        Log.error(OperatorError(error))
        context.keeper.forgetUncommitted()
        loop.schedule(after: .seconds(5)) { [weak self] in self?.scanAll() }
    }

    func progressed() {
        planFlush()
        guard mode == .once, !isCheckPlanned else { return }
        isCheckPlanned = true
        loop.afterEvents { [weak self] in
            self?.isCheckPlanned = false
            self?.checkDone()
        }
    }

    /// Ends a `--once` run when nothing is left to do, or nothing more can be done.
    private func checkDone() {
        guard mode == .once else { return }
        attempt { () throws(SQLError) in
            var isDone = try !context.keeper.hasWork(at: Clock.wall())
            for uplink in uplinks {
                if uplink.failures >= 3, !uplink.isShipping {
                    Log.error(
                        "receiver \(uplink.endpoint.name) cannot be reached: \(uplink.lastFailure ?? "")"
                    )
                    exitStatus = Exit.failure
                    continue
                }
                let totals = try context.store.totals(uplink.number)
                let isVerified = try uplink.isVerified()
                if !uplink.isShipping || totals.streams > 0 || !isVerified { isDone = false }
            }
            if isDone || uplinks.isEmpty { loop.stop() }
        }
    }

    // MARK: Later

    private func planFlush() {
        guard flushTimer == nil, context.store.hasChanges else { return }
        flushTimer = loop.schedule(after: .seconds(1)) { [weak self] in
            self?.flushTimer = nil
            self?.flush()
        }
    }

    private func flush() {
        attempt { () throws(SQLError) in try context.store.flush() }
    }

    /// Comparisons and copies, at the pace that the settings allow.
    private func planWork() {
        guard workTimer == nil else { return }
        let budget = 512 << 10
        let rate = mode == .once ? nil : settings.verifyRate
        let pause = rate.map { Duration.nanoseconds(Int64(Double(budget) / Double($0) * 1e9)) }
        workTimer = loop.schedule(after: pause ?? .zero) { [weak self] in
            guard let self else { return }
            self.workTimer = nil
            self.attempt { () throws(SQLError) in
                guard try self.context.keeper.work(budget, at: Clock.wall()) else { return }
                self.planWork()
            }
            self.afterWork()
        }
    }

    private func afterWork() {
        planFlush()
        planWake()
        progressed()
    }

    /// Wakes up for the next file that has been quiet long enough.
    private func planWake() {
        wakeTimer?.cancel()
        wakeTimer = nil
        attempt { () throws(SQLError) in
            let now = Clock.wall()
            var earliest: WallTime?
            for uplink in uplinks where uplink.isShipping {
                let next = try context.keeper.nextDeadline(
                    uplink.number,
                    finishedAfter: settings.finishedAfter,
                    passed: uplink.round.passed
                )
                if let next { earliest = min(earliest ?? next, next) }
            }
            guard let earliest else { return }
            let wait = max(.milliseconds(100), min(earliest - now, .seconds(3600)))
            wakeTimer = loop.schedule(after: wait) { [weak self] in self?.wake() }
        }
    }

    private func wake() {
        wakeTimer = nil
        for uplink in uplinks { uplink.planPump() }
        planWork()
        loop.schedule(after: .seconds(1)) { [weak self] in self?.planWake() }
    }

    // MARK: Control

    private func serveControl() throws(OperatorError) {
        let path = settings.controlSocket
        control = try AgentService.system("make the control socket \(path)") {
            () throws(SystemError) in
            try ControlServer(loop: loop, path: path) { [weak self] line in
                self.map { AgentControl($0).answer(line) } ?? ""
            }
        }
    }

    func attempt(_ body: () throws(SQLError) -> Void) {
        do throws(SQLError) {
            try body()
        } catch {
            storeFailed(error)
        }
    }

    static func database<Value>(
        _ body: () throws(SQLError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SQLError) {
            return try body()
        } catch {
            throw OperatorError(error)
        }
    }

    static func system<Value>(
        _ what: String,
        _ body: () throws(SystemError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw OperatorError(.fileSystem, "cannot \(what)", cause: error.description)
        }
    }
}

extension AgentService {
    /// Compares every file with what each receiver holds, now.
    func verifyAll() throws(SQLError) {
        try context.store.forgetVerifications()
        for uplink in uplinks { uplink.verifyNow() }
    }
}
