import Core
import Platform
import Settings

/// `tailship-receiver rebuild`: the rows again from the archive, with the same identifiers.
enum RebuildCommand {
    static func run(_ settings: ReceiverSettings) throws(OperatorError) {
        let root = settings.storage.directory
        let disk = try StorageFolder.open(root)
        // A running receiver writes the rows itself.
        let lock = try StorageFolder.lock(root)
        defer { _ = lock }
        let storage = try RecoveredStorage(disk, segmentBytes: settings.storage.journalSegment)
        let clerk = Clerk()
        let directory = Directory(try clerk.start(path: root.appending("receiver.db")))
        defer { clerk.stop() }
        try CatalogFile.remove(disk)
        let prices = try PriceFile.table(settings.prices)
        let catalog = try CatalogFile.open(root, disk, prices: prices)
        let worker = try IngestWorker(catalog, disk: disk) { agent in directory.naming(agent) }
        let rebuilding = try Rebuilding(
            try Registry(path: root.appending("receiver.db")),
            settings.retention
        )
        rebuilding.begin(catalog)
        let sources = storage.sources().sorted { $0.received < $1.received }
        let total = sources.reduce(0) { $0 + $1.held }
        var bytes: UInt64 = 0
        var files = 0
        var percent: UInt64 = 0
        let progress = ProgressBar("rebuild", total: total)
        let isWatched = Host.isTerminal(StandardError.descriptor)
        try worker.take(sources) { source in
            bytes += source.held
            files += 1
            progress.add(source.held)
            let now = total == 0 ? 100 : bytes * 100 / total
            guard !isWatched, now >= percent + 5 else { return }
            percent = now
            Log.notice("rebuild: \(percent) %, \(files) of \(sources.count) files")
        }
        try worker.settleAll()
        try rebuilding.finish(catalog, now: Clock.wall())
        progress.finish()
        _ = StandardOutput.write(
            "\(files) files, \(ByteCount.text(total)): the rows are made again\n"
        )
    }
}
