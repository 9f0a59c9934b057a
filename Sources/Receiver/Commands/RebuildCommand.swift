import Catalog
import Core
import Platform
import SQL
import Settings
import Transcripts

/// `tailship-receiver rebuild`: the rows again from the archive, with the same identifiers.
///
/// A running receiver does it beside its work; without one it is done here.
enum RebuildCommand {
    /// Between two looks at a running receiver's progress.
    private static let interval: Duration = .milliseconds(300)

    static func run(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) {
        try StorageOwner.become(settings)
        let root = settings.storage.directory
        if !arguments.flags.contains("--force") { try checkExpired(root) }
        let disk = try StorageFolder.open(root)
        let lock: FileLock
        do throws(OperatorError) {
            lock = try StorageFolder.lock(root)
        } catch {
            guard error.code == .busy else { throw error }
            return try online(root)
        }
        defer { _ = lock }
        try offline(settings, disk)
    }

    /// What is in the rows only is not thrown away by accident.
    private static func checkExpired(_ root: BytePath) throws(OperatorError) {
        let catalog = try CatalogReader(path: root.appending(CatalogFile.name))
        let count: Int64
        do throws(SQLError) {
            count = try ExpiredFiles.count(catalog.database)
        } catch {
            // A damaged catalog keeps nothing that could be lost.
            return Log.info("nobody knows what the rows still have: \(error)")
        }
        guard count > 0 else { return }
        throw OperatorError(
            .input,
            "the archive has let \(count) files go ([retention] archive); only the rows still have them",
            remedy: "With --force the rows are made again all the same, without those files."
        )
    }

    // MARK: By the running receiver

    private static func online(_ root: BytePath) throws(OperatorError) {
        var meter = Meter(try ask("rebuild", root).total)
        defer { meter.finish() }
        while true {
            let progress = try ask("rebuild progress", root)
            switch progress.state {
            case .running:
                if progress.total != meter.total { meter = Meter(progress.total) }
                meter.reach(progress.bytes)
                _ = Signal().wait(timeout: interval)
            case .done, .idle:
                meter.finish()
                let size = ByteCount.text(progress.total)
                _ = StandardOutput.write("\(size): the rows are made again\n")
                return
            case .failed:
                throw OperatorError(.storage, progress.failure ?? "the rows were not made again")
            case .stopped:
                throw OperatorError(
                    .storage,
                    "the receiver ended before the rows were made again; the former ones are in place",
                    remedy: "Start it, then run tailship-receiver rebuild."
                )
            }
        }
    }

    private static func ask(
        _ line: String,
        _ root: BytePath
    ) throws(OperatorError) -> RebuildProgress {
        let path = StorageFolder.controlSocket(root)
        let answer = try ControlClient.request(path, line, timeout: .seconds(10))
        guard let progress = RebuildProgress(line: answer) else {
            throw OperatorError(
                .protocol,
                "the running receiver does not know how to make the rows again",
                remedy: "It is an older one: restart it."
            )
        }
        return progress
    }

    // MARK: Here

    private static func offline(
        _ settings: ReceiverSettings,
        _ disk: LinuxDisk
    ) throws(OperatorError) {
        let root = settings.storage.directory
        let storage = try RecoveredStorage(disk, segmentBytes: settings.storage.journalSegment)
        let clerk = Clerk()
        let directory = Directory(try clerk.start(path: root.appending("receiver.db")))
        defer { clerk.stop() }
        let sources = storage.sources()
        try CatalogFile.tidy(root)
        try make(sources, settings, disk) { directory.naming($0) }
        try CatalogFile.exchange(root)
        try CatalogFile.tidy(root)
        let size = ByteCount.text(sources.reduce(0) { $0 + $1.held })
        _ = StandardOutput.write("\(sources.count) files, \(size): the rows are made again\n")
    }

    /// Makes the new file; it is closed when this returns.
    private static func make(
        _ sources: [IngestSource],
        _ settings: ReceiverSettings,
        _ disk: LinuxDisk,
        _ names: @escaping (AgentID) -> (name: String, owner: String)
    ) throws(OperatorError) {
        let root = settings.storage.directory
        let rebuild = try CatalogRebuild(
            root,
            disk: disk,
            prices: try PriceFile.table(settings.prices),
            memory: try Rebuilding(
                try Registry(path: root.appending("receiver.db")),
                settings.retention
            ),
            names: names
        )
        var meter = Meter(sources.reduce(0) { $0 + $1.held })
        defer { meter.finish() }
        _ = try rebuild.take(sources) { meter.add($0) }
        try rebuild.prepare()
        guard try rebuild.finish(sources) else {
            throw OperatorError(.internal, "the former rows changed although no receiver runs")
        }
    }

    /// Shows how far it is: a bar for a person who watches, else a line now and then.
    private struct Meter {
        let total: UInt64
        private let bar: ProgressBar
        private let isWatched = Host.isTerminal(StandardError.descriptor)
        private var bytes: UInt64 = 0
        private var shown: UInt64 = 0

        init(_ total: UInt64) {
            self.total = total
            bar = ProgressBar("rebuild", total: total)
        }

        mutating func add(_ more: UInt64) {
            bytes += more
            bar.add(more)
            let percent = total == 0 ? 99 : min(99, bytes * 100 / total)
            guard !isWatched, percent >= shown + 5 else { return }
            shown = percent
            Log.notice("rebuild: \(percent) %")
        }

        mutating func reach(_ now: UInt64) { if now > bytes { add(now - bytes) } }

        func finish() { bar.finish() }
    }
}
