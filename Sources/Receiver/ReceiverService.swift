import Archive
import Core
import Journal
import Platform
import SQL
import Settings
import Shipping
import TLS
import Transcripts
import Wire

/// A running receiver: opens the storage, recovers, starts the threads, and ends them in order.
package final class ReceiverService {
    let settings: ReceiverSettings
    private let disk: LinuxDisk
    private let lock: FileLock
    private let loop: EventLoop
    let hub: Hub
    private let writer: JournalWriter
    private let loops: AgentLoops
    let ingest = Ingest()
    private let rebuilder: Rebuilder
    /// Whether the rows were made by another version of this program.
    private var isRebuildDue = false
    private let reports: ReportScheduler?
    private let checkpoints: CheckpointThread?
    private let fanout: Fanout
    private let page: PageService
    private var control: ControlServer?
    private let started = Clock.monotonic()
    let index: JournalIndex

    /// Opens everything, before anything is served.
    ///
    /// - Throws: when the storage cannot be used, or another receiver uses it.
    ///
    /// `configuration` is what is in effect as text, for admins to see on the page.
    package init(
        _ settings: ReceiverSettings,
        configuration: String = ""
    ) throws(OperatorError) {
        self.settings = settings
        // Before any thread is made, so that all inherit it.
        Signals.block([.interrupt, .terminate, .hangup])
        let root = settings.storage.directory
        disk = try StorageFolder.open(root)
        lock = try StorageFolder.lock(root)
        loop = try OperatorError.system(.fileSystem, "make an event loop") {
            () throws(SystemError) in
            try EventLoop()
        }
        let prices = try PriceFile.table(settings.prices)
        let authority = try StorageFolder.authority(disk, settings)
        let storage = try RecoveredStorage(
            disk,
            segmentBytes: settings.storage.journalSegment
        )
        index = storage.journal.index
        let clerk = Clerk()
        let directory = Directory(try clerk.start(path: root.appending("receiver.db")))
        let archivist = Archivist()
        let fanout = Fanout(settings) { [ingest] rev in
            ingest.order { (keeper) throws(OperatorError) in
                try keeper.delivered(through: rev)
            }
        }
        self.fanout = fanout
        hub = Hub(
            queue: JournalQueue(storage.ledger()),
            directory: directory,
            clerk: clerk,
            archivist: archivist,
            authority: authority,
            admission: Admission(
                fullWindow: UInt32(clamping: settings.limits.window),
                minimumFree: settings.storage.minimumFree,
                backlogLimit: settings.storage.journalLimit
            )
        )
        loops = AgentLoops(hub, settings.listen)
        writer = JournalWriter(queue: hub.queue)
        reports = ReportScheduler(settings.reports, storage: root)
        checkpoints = CheckpointThread(settings)
        try CatalogFile.tidy(root)
        ingest.use(prices)
        page = try PageService(settings, hub, ingest, index, fanout, configuration: configuration)
        let changed: @Sendable () -> Void = { [page] in
            page.changed()
            fanout.wake()
        }
        let parts = ReceiverService.parts(settings, disk, hub, ingest, changed)
        rebuilder = Rebuilder(parts)
        startWriter(storage)
        try startIngest(parts, storage, changed)
        archivist.start(
            try Workshop(
                disk: disk,
                archive: storage.archive,
                reader: storage.reader,
                index: storage.journal.index,
                ingest: ingest
            ),
            durableTicket: { [queue = hub.queue] in queue.durableTicket },
            durableBytes: { [queue = hub.queue] in queue.read { $0.durableBytes } }
        )
    }

    /// Rows of another version are used, and made again while others go on.
    private func startIngest(
        _ parts: Rebuilder.Parts,
        _ storage: RecoveredStorage,
        _ changed: @escaping @Sendable () -> Void
    ) throws(OperatorError) {
        ingest.letGo(storage.tombstones().keys)
        ingest.changed(storage.sources())
        let desk = try parts.open(ingest.prices)
        try EpochGuard.check(desk.worker.catalog, storage: settings.storage.directory)
        isRebuildDue = try desk.worker.needsRebuild()
        try desk.keeper.forgetGone(storage.tombstones())
        ingest.start(desk, reopen: parts.open, committed: changed)
    }

    private func startWriter(_ storage: RecoveredStorage) {
        writer.start(
            storage.journal,
            JournalWriter.Outcomes(
                durable: { [hub, page] acks in
                    hub.acknowledge(acks)
                    page.source.synced()
                    hub.archivist.journalAdvanced()
                },
                failed: { [hub] error in
                    hub.dropAll("the receiver's journal failed: \(error.message)")
                },
                recovered: { Log.notice("the journal can be written again") }
            )
        )
    }

    // MARK: Serving

    /// Listens until a signal ends it.
    package func run() throws(OperatorError) {
        Signals.ignoreBrokenPipe()
        _ = Host.raiseDescriptorLimit()
        try loops.start()
        try serveControl()
        fanout.start()
        checkpoints?.start()
        if isRebuildDue { rebuilder.start(reason: "another version made the ones that are there") }
        try page.start()
        review()
        reports?.start()
        let signals = try OperatorError.system(.fileSystem, "take signals") {
            () throws(SystemError) in
            [
                try Signals.handle([.interrupt, .terminate], on: loop) { [loop] _ in loop.stop() },
                try Signals.handle([.hangup], on: loop) { [weak self] _ in self?.reload() },
            ]
        }
        defer { for signal in signals { signal.cancel() } }
        let address = settings.listen.agents.description
        Log.notice("receiver \(Hub.version) listens for agents on \(address)")
        _ = ServiceManager.notify("READY=1")
        let pulse = LoopPulse(hub)
        let watchdog = Watchdog { pulse.beats() }
        watchdog.start(on: loop)
        loop.run()
        stop()
    }

    private func stop() {
        _ = ServiceManager.notify("STOPPING=1")
        Log.notice("stopping")
        reports?.stop()
        checkpoints?.stop()
        page.stop()
        loops.stop(Refusal(.goingAway, "the receiver is shutting down"))
        // It waits for the threads that end next.
        rebuilder.stop()
        hub.queue.close()
        writer.join()
        hub.archivist.stop()
        ingest.stop()
        fanout.stop()
        hub.clerk.stop()
        control?.close()
    }

    /// Looks at the storage every two seconds: whether agents must wait.
    private func review() {
        let facts = storageFacts()
        hub.review(facts)
        page.review(facts)
        loop.schedule(after: .seconds(2)) { [weak self] in self?.review() }
    }

    func storageFacts() -> Admission.Facts {
        var available = UInt64.max
        do throws(SystemError) {
            available = try disk.space().available
        } catch {
            Log.error("cannot ask for the free space of \(settings.storage.directory): \(error)")
        }
        return Admission.Facts(
            available: available,
            backlog: index.bytesOnDisk,
            failure: writer.currentFailure ?? hub.archivist.currentFailure
        )
    }

    // MARK: Control

    private func serveControl() throws(OperatorError) {
        let path = StorageFolder.controlSocket(settings.storage.directory)
        control = try OperatorError.system(.fileSystem, "make the control socket \(path)") {
            () throws(SystemError) in
            try ControlServer(loop: loop, path: path) { [weak self] line in
                self?.answer(line) ?? ""
            }
        }
    }

    private func answer(_ line: String) -> String {
        switch line {
        case "status": return statusReport.json
        case "status text": return statusReport.text
        case "rebuild":
            rebuilder.start(reason: "asked for")
            return rebuilder.progress.line
        case "rebuild progress": return rebuilder.progress.line
        case "consumers": return ConsumersReport.json(fanout)
        case "consumers text": return ConsumersReport.text(fanout)
        case "consumers wake":
            fanout.wake()
            return "ok\n"
        case "page": return page.address + "\n"
        case "reload":
            reload()
            return "ok\n"
        case "lifecycle":
            reloadLifecycle()
            return "ok\n"
        case "retain":
            retireNow()
            return "ok\n"
        default: return "unknown request\n"
        }
    }

    /// The price file, or another process the registry, was changed: agents that were revoked meanwhile are cut off.
    private func reload() {
        Hub.attempt("read the prices again; the former ones stay") { () throws(OperatorError) in
            ingest.use(try PriceFile.table(settings.prices))
        }
        page.reload()
        reloadLifecycle()
        let hub = hub
        hub.clerk.order { registry in
            Hub.attempt("read the registry again") { () throws(OperatorError) in
                let agents = try registry.agents()
                hub.directory.refresh(agents)
                for agent in agents where agent.revoked != nil {
                    let id = agent.id
                    hub.onEachLoop { $0.revoke(id) }
                }
            }
        }
    }

    private var statusReport: ReceiverStatus {
        ReceiverStatus(
            hub: hub,
            ingest: ingest,
            rebuild: rebuilder.progress,
            facts: storageFacts(),
            running: Clock.monotonic() - started,
            directory: settings.storage.directory,
            damage: index.damage
        )
    }
}
