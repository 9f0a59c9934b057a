import Core
import Platform
import Settings
import Synchronization

/// The thread that makes the checkpoints of `[checkpoints]`, each when its time has come.
final class CheckpointThread: Sendable {
    /// How long one that failed is left alone, and how often it is looked for old ones.
    private static let delay = Duration.seconds(60)
    private static let longest = Duration.seconds(3600)

    private let settings: ReceiverSettings.Checkpoints
    private let directory: BytePath
    private let catalog: BytePath
    private let signal = Signal()
    private let isStopped = Atomic<Bool>(false)
    private let thread = Mutex<Thread?>(nil)

    /// Nil when the settings name no folder.
    init?(_ settings: ReceiverSettings) {
        guard let directory = settings.checkpoints.directory else { return nil }
        self.directory = directory
        self.settings = settings.checkpoints
        catalog = settings.storage.directory.appending(CatalogFile.name)
    }

    func start() {
        let thread = Thread.spawn(name: "checkpoints", niceness: 19) { [self] in
            var failure: String?
            while !isStopped.load(ordering: .relaxed) {
                var wait = CheckpointThread.delay
                do throws(OperatorError) {
                    wait = try work()
                    failure = nil
                } catch {
                    if failure != error.message { Log.error(error) }
                    failure = error.message
                }
                _ = signal.wait(timeout: wait)
            }
        }
        self.thread.withLock { $0 = thread }
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
        signal.notify()
        thread.withLock { $0.take() }?.join()
    }

    /// Does what is due; how long until there is more.
    private func work() throws(OperatorError) -> Duration {
        let maker = try CheckpointMaker(settings, in: directory, catalog: catalog)
        guard let lock = try maker.folder.lock() else { return CheckpointThread.delay }
        defer { _ = lock }
        let now = Clock.wall()
        let last = try maker.last()?.made
        var wait = last.map { settings.every - (now - $0) } ?? .zero
        if wait <= .zero {
            if let made = try maker.make(now: now) {
                Log.notice("checkpoint \(made.number): \(made.rows) rows")
            }
            wait = settings.every
        }
        try maker.tend(now: now) { !isStopped.load(ordering: .relaxed) }
        return max(.seconds(1), min(wait, CheckpointThread.longest))
    }
}
