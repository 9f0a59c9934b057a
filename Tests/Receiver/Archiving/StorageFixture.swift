import Archive
import Core
import Journal
import Platform
import Shipping
import TestSupport
import Wire

@testable import Receiver

/// A receiver's storage on a simulated disk, with its parts in the test's hands instead of threads'.
final class StorageFixture {
    let disk: SimulatedDisk
    let journal: Journal
    let workshop: Workshop
    let worker: ArchiveWorker
    let ledger: Ledger
    /// What the rows are made of at this start.
    let streams: Set<StreamID>
    private(set) var now = Instant(nanoseconds: 1)

    init(
        _ disk: SimulatedDisk = SimulatedDisk(),
        segmentBytes: UInt64 = 1 << 20
    ) throws {
        self.disk = disk
        let storage = try RecoveredStorage(disk, segmentBytes: segmentBytes)
        journal = storage.journal
        ledger = storage.ledger()
        streams = Set(storage.sources().map(\.stream))
        workshop = try Workshop(
            disk: disk,
            archive: storage.archive,
            reader: storage.reader,
            index: storage.journal.index
        )
        worker = ArchiveWorker(workshop)
    }

    /// Makes records durable in the journal.
    func journal(_ records: [PendingRecord]) throws {
        _ = try journal.write(records)
        _ = try journal.commit()
    }

    /// Journals a new file and its first bytes.
    func add(_ file: UInt64, _ path: BytePath, _ text: String) throws {
        try journal(StorageFixture.opened(file, path))
        try append(Samples.stream(file), at: 0, text)
    }

    func append(_ stream: StreamID, at offset: UInt64, _ text: String) throws {
        try journal([try StorageFixture.batch(stream, at: offset, text)])
    }

    func append(_ stream: StreamID, at offset: UInt64, bytes: [UInt8]) throws {
        let batch = try Samples.batch(stream, at: offset, bytes: bytes)
        try journal([ArchiveRecord.pending(batch: batch, received: Samples.time)])
    }

    static func opened(_ file: UInt64, _ path: BytePath) -> [PendingRecord] {
        Samples.opened(file, path).map { ArchiveRecord.pending($0, received: Samples.time) }
    }

    static func batch(
        _ stream: StreamID,
        at offset: UInt64 = 0,
        _ text: String,
        events: [FileEvent] = []
    ) throws -> PendingRecord {
        ArchiveRecord.pending(
            batch: try Samples.batch(stream, at: offset, text, events: events),
            received: Samples.time
        )
    }

    /// Turns until nothing is left to do, then lets the time of a sync come.
    @discardableResult
    func settle(_ comparisons: [ArchiveWorker.Comparison] = []) -> ArchiveWorker.Turn {
        var turn = worker.turn(comparisons, isClosing: false, now: now)
        while !turn.isIdle { turn = worker.turn([], isClosing: false, now: now) }
        now = now + .seconds(2)
        return worker.turn([], isClosing: false, now: now)
    }

    func text(_ stream: StreamID) -> String? {
        disk.contents(Archive.objectPath(stream)).map { String(decoding: $0, as: UTF8.self) }
    }
}
