import Archive
import Core
import Platform
import Settings
import Shipping

/// The storage of a receiver that is not running, for commands that change archive and rows.
final class StoppedReceiver {
    private let lock: FileLock
    private let storage: RecoveredStorage
    private let worker: IngestWorker
    private let registry: Registry
    private let clerk = Clerk()
    private let keeper: Housekeeper
    private let announced: Announced

    private final class Announced {
        var streams: Set<StreamID> = []
    }

    /// Opens the storage and brings archive and rows up to the journal.
    ///
    /// - Throws: `.busy` while a receiver uses it.
    init(_ settings: ReceiverSettings) throws(OperatorError) {
        let root = settings.storage.directory
        let disk = try StorageFolder.open(root)
        lock = try StorageFolder.lock(root)
        let storage = try RecoveredStorage(disk, segmentBytes: settings.storage.journalSegment)
        self.storage = storage
        let database = root.appending("receiver.db")
        let directory = Directory(try clerk.start(path: database))
        registry = try Registry(path: database)
        let prices = try PriceFile.table(settings.prices)
        let catalog = try CatalogFile.open(root, prices: prices)
        worker = try IngestWorker(catalog, disk: disk) { agent in directory.naming(agent) }
        let announced = Announced()
        self.announced = announced
        let archive = storage.archive
        keeper = Housekeeper(
            worker.catalog,
            settings.retention,
            StoppedReceiver.door(archive, announced),
            Housekeeper.Reports(clerk),
            firstPass: Instant(nanoseconds: .max)
        )
        try keeper.take(try registry.lifecycle())
        try keeper.forgetGone(storage.tombstones())
        announced.streams.formUnion(storage.sources().map(\.stream))
    }

    private static func door(_ archive: Archive, _ announced: Announced) -> ArchiveDoor {
        ArchiveDoor(
            letGo: { streams, reason, done in
                let isDone = Hub.attempt("let files of the archive go") {
                    () throws(OperatorError) in
                    for stream in streams {
                        guard let held = archive.stream(stream)?.held else { continue }
                        let event = ArchiveEvent.tombstone(
                            stream: stream,
                            offset: held,
                            digest: nil,
                            reason: reason.rawValue
                        )
                        _ = try archive.apply(event)
                    }
                    try archive.synchronize(applied: archive.appliedSequence)
                }
                if isDone { done() }
                return isDone
            },
            remaining: { streams in
                streams.filter { archive.stream($0).map { $0.tombstone == nil } ?? false }
            },
            announce: { announced.streams.formUnion($0) }
        )
    }

    /// Does everything that was ordered, with a pass over what is too old where that is wanted.
    func settle(retiring: Bool = false) throws(OperatorError) {
        defer { clerk.stop() }
        try catchUp()
        if retiring { keeper.retireNow(Clock.monotonic()) }
        var failures = 0
        while true {
            let outcome = keeper.step(Clock.monotonic(), wall: Clock.wall(), isCaughtUp: true)
            if outcome == .more { continue }
            if !announced.streams.isEmpty {
                try catchUp()
                continue
            }
            guard keeper.isBusy else { return }
            failures += 1
            guard failures < 100 else {
                throw OperatorError(
                    .storage,
                    "not everything could be done",
                    remedy:
                        "Look at the lines above; it is gone on with at the receiver's next start."
                )
            }
            _ = Signal().wait(timeout: .milliseconds(100))
        }
    }

    private func catchUp() throws(OperatorError) {
        while !announced.streams.isEmpty {
            let sources = announced.streams.sorted().compactMap {
                IngestSource($0, in: storage.archive)
            }
            announced.streams = []
            try worker.take(sources)
        }
        try worker.settleAll()
    }
}
