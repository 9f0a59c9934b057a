import Core
import Platform
import SQL
import Settings
import Shipping
import TLS
import Tailing

/// A running agent: one thread, one loop; files on one side, receivers on the other.
package final class AgentService {
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
    private let work: AgentWork
    private let watchdog = Watchdog()
    private var control: ControlServer?
    let started = Clock.monotonic()

    /// Opens the state folder and prepares everything, without looking at any file.
    package init(_ settings: AgentSettings, mode: Mode) throws(OperatorError) {
        self.settings = settings
        self.mode = mode
        Signals.block([.interrupt, .terminate, .hangup])
        let folder = StateFolder(settings.stateDirectory)
        let disk = try folder.open()
        locks = try folder.lock(settings.definitions.map(\.root))
        loop = try OperatorError.system(.fileSystem, "make an event loop") {
            () throws(SystemError) in
            try EventLoop()
        }
        let opened = try CheckpointStore.open(folder.database, on: disk, at: Clock.wall())
        if let notice = opened.notice { Log.warning(notice) }
        let store = opened.store
        try AgentService.database { () throws(SQLError) in
            try store.configure(
                sources: settings.definitions.map(\.name),
                receivers: settings.receivers.map { ($0.name, $0.hold) },
                accepts: { receiver, source in
                    settings.receivers.first { $0.name == receiver }?.sources.accepts(source)
                        ?? false
                }
            )
        }
        var keeping = KeeperSettings()
        keeping.heldBytes = settings.holdLimit
        let keeper = try FileKeeper(
            disk: disk,
            state: settings.stateDirectory,
            store: store,
            sources: settings.definitions.map { WatchedSource($0, holds: settings.hold) },
            settings: keeping
        )
        context = AgentContext(
            settings: settings,
            time: LoopTime(loop),
            connector: SecureConnector(loop: loop, disk: disk, state: settings.stateDirectory),
            store: store,
            keeper: keeper,
            trace: AckTrace.fromEnvironment(disk)
        )
        let context = context
        work = try AgentService.database { () throws(SQLError) in
            try AgentWork(context, mode: mode)
        }
    }

    var uplinks: [UplinkDriver] { work.uplinks }

    // MARK: Running

    /// Ships until a signal ends it, or until everything is shipped.
    ///
    /// - Returns: the exit status.
    package func run() throws(OperatorError) -> Int32 {
        guard mode == .untilStopped || !settings.receivers.isEmpty else {
            throw OperatorError(
                .configuration,
                "no receiver is configured: nothing can be shipped",
                remedy: "Add [receiver.NAME] with its address to agent.conf."
            )
        }
        Signals.ignoreBrokenPipe()
        if settings.lowPriority { Host.setBackgroundPriority() }
        Host.raiseDescriptorLimit()
        let signals = try OperatorError.system(.fileSystem, "take signals") {
            () throws(SystemError) in
            [
                try Signals.handle([.interrupt, .terminate], on: loop) { [loop] _ in loop.stop() },
                try Signals.handle([.hangup], on: loop) { [work] _ in work.scanAll() },
            ]
        }
        defer { for signal in signals { signal.cancel() } }
        if mode == .untilStopped { try serveControl() }
        try watch()
        work.isDone = { [loop] in loop.stop() }
        // What the start and each handshake needed is not kept in memory while files are shipped.
        work.isConnected = { Host.releaseCode() }
        Host.releaseCode()
        work.start()
        Host.releaseCode()
        _ = ServiceManager.notify("READY=1")
        watchdog.start(on: loop)
        loop.run()
        finish()
        return work.exitStatus
    }

    private func finish() {
        _ = ServiceManager.notify("STOPPING=1")
        work.stop()
        control?.close()
    }

    private func watch() throws(OperatorError) {
        guard mode == .untilStopped else { return }
        var roots: [String: BytePath] = [:]
        for source in context.keeper.sources { roots[source.name] = source.root }
        let watcher = try OperatorError.system(.fileSystem, "watch folders") {
            () throws(SystemError) in
            try FolderWatcher(loop: loop, roots: roots, pollInterval: settings.pollInterval)
        }
        watcher.delegate = work
        work.watchFolder = { [weak watcher] in watcher?.watch($0, of: $1) }
        self.watcher = watcher
    }

    var pollReasons: [String: String] { watcher?.pollReasons ?? [:] }
    var watchCount: Int { watcher?.count ?? 0 }

    /// Compares every file with what each receiver holds, now.
    func verifyAll() throws(SQLError) { try work.verifyAll() }

    func attempt(_ body: () throws(SQLError) -> Void) { work.attempt(body) }

    // MARK: Control

    private func serveControl() throws(OperatorError) {
        let path = settings.controlSocket
        control = try OperatorError.system(.fileSystem, "make the control socket \(path)") {
            () throws(SystemError) in
            try ControlServer(loop: loop, path: path) { [weak self] line in
                self.map { AgentControl($0).answer(line) } ?? ""
            }
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
}
