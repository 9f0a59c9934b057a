import Archive
import Core
import Journal
import TestSupport
import Testing
import Wire

@testable import Receiver

@Suite("Journal records become the archive")
struct RecordApplierTests {
    private let disk = SimulatedDisk()
    private let journal: Journal
    private let archive: Archive
    private let applier: RecordApplier

    init() throws {
        archive = try Archive.open(disk: disk)
        (journal, _) = try Journal.open(disk: disk, segmentBytes: 1 << 20)
        applier = try RecordApplier(archive)
    }

    /// Journals records and applies them, and everything before them, `times` times.
    private func apply(_ records: [PendingRecord], times: Int = 1) throws {
        _ = try journal.write(records)
        _ = try journal.commit()
        for _ in 0..<times {
            let reader = journal.reader(after: 0)
            while let record = try reader.next() { try applier.apply(record) }
        }
    }

    private func text(_ stream: StreamID) -> String? {
        disk.contents(Archive.objectPath(stream)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("A batch is applied with its chunks before its events", arguments: [1, 3])
    func batch(_ times: Int) throws {
        let stream = Samples.stream(1)
        let events = [
            FileEvent(.renamed, stream, path: "b"), FileEvent(.closed, stream, value: 5),
            FileEvent(.finished, stream, value: 5), FileEvent(.deleted, stream),
        ]
        try apply(
            StorageFixture.opened(1, "a") + [
                try StorageFixture.batch(stream, "hello", events: events)
            ],
            times: times
        )
        #expect(text(stream) == "hello")
        let file = try #require(archive.file(stream.file))
        #expect(file.path == "b")
        #expect(file.isDeleted)
        #expect(file.generations[1]?.held == 5)
        #expect(file.generations[1]?.closed == 5)
        #expect(applier.unusable == 0)
    }

    @Test("What was applied is fresh, until it is asked for")
    func fresh() throws {
        try apply(
            StorageFixture.opened(1, "a") + [try StorageFixture.batch(Samples.stream(1), "hello")]
        )
        #expect(applier.bytesWritten == 5)
        #expect(applier.takeFresh() == [Samples.stream(1)])
        #expect(applier.takeFresh().isEmpty)
        applier.synced()
        #expect(applier.bytesWritten == 0)
    }

    @Test("Bytes that overlap are trimmed, and bytes beyond a gap are left out")
    func offsets() throws {
        let stream = Samples.stream(1)
        try apply(
            StorageFixture.opened(1, "a") + [
                try StorageFixture.batch(stream, "hello"),
                try StorageFixture.batch(stream, at: 3, "lo world"),
                try StorageFixture.batch(stream, at: 50, "lost"),
            ]
        )
        #expect(text(stream) == "hello world")
        #expect(archive.stream(stream)?.held == 11)
    }

    @Test("A stream that never began takes nothing, and the rest of its batch is applied")
    func unknown() throws {
        let known = Samples.stream(1)
        let bytes = Array("lostkept".utf8)
        var payload = Batch(chunks: [
            Chunk(stream: Samples.stream(9), offset: 0, length: 4),
            Chunk(stream: known, offset: 0, length: 4),
        ]).encodedTable()
        bytes.withUnsafeBytes { LZ4.compress($0, appendingTo: &payload) }
        try apply(
            StorageFixture.opened(1, "a")
                + [ArchiveRecord.pending(batch: payload, received: Samples.time)]
        )
        #expect(text(known) == "kept")
        #expect(archive.stream(Samples.stream(9)) == nil)
    }

    @Test("A record that makes no sense is counted and left out")
    func unusable() throws {
        try apply([
            PendingRecord(kind: ArchiveRecord.batchKind, head: [1], body: [1, 2, 3]),
            PendingRecord(kind: 31, head: [1]),
            PendingRecord(kind: 200),
        ])
        #expect(applier.unusable == 3)
        #expect(archive.fileCount == 0)
    }

    @Test(
        "An event that only informs changes nothing in the archive",
        arguments: [
            FileEvent.Kind.truncated, .rotated, .finished, .gap,
        ]
    )
    func information(_ kind: FileEvent.Kind) {
        let event = FileEvent(kind, Samples.stream(1), value: 1)
        #expect(ArchiveRecord.event(event, received: Samples.time) == nil)
    }

    @Test(
        "A path that leaves its source is never applied",
        arguments: ["../x", "/x", "a/../../x", ""]
    )
    func escape(_ path: String) {
        let event = FileEvent(.renamed, Samples.stream(1), path: BytePath(path))
        #expect(ArchiveRecord.event(event, received: Samples.time) == nil)
    }
}
