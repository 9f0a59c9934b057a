import Archive
import Core
import Journal
import SQL
import TestSupport
import Testing
import Wire

@testable import Receiver

@Suite("The table of files")
struct FileCatalogTests {
    /// Takes lines, or refuses them.
    final class Consumer: LineConsumer {
        struct Call: Hashable {
            var stream: StreamID
            var range: Range<UInt64>
            var count: UInt64
        }

        var calls: [Call] = []
        var refuses: (StreamID) -> Bool = { _ in false }

        func lines(
            of stream: StreamID,
            in range: Range<UInt64>,
            count: UInt64
        ) throws(OperatorError) {
            guard !refuses(stream) else { throw OperatorError(.busy, "not now") }
            calls.append(Call(stream: stream, range: range, count: count))
        }
    }

    private let folder: ScratchFolder
    private let consumer = Consumer()
    private let one = Samples.stream(1)
    private let two = Samples.stream(2)

    init() throws { folder = try ScratchFolder() }

    private var path: BytePath { folder.path.appending("catalog.db") }

    private func catalog() throws -> FileCatalog { try FileCatalog(path: path, consumer: consumer) }

    private struct Row: Hashable {
        var path: String
        var held: UInt64
        var state: String
        var isClosed: Bool
        var parsed: UInt64
        var lines: UInt64
    }

    private func row(_ stream: StreamID) throws -> Row? {
        let database = try Connection(path: path, mode: .readOnly)
        return try database.prepare(
            """
            SELECT path, held, digest_state, closed, parsed_offset, lines FROM files
            WHERE file = ? AND generation = ?
            """
        ).first(stream.file.rawValue, stream.generation) { (row) throws(SQLError) in
            Row(
                path: String(decoding: row.blob(0), as: UTF8.self),
                held: row.uint64(1),
                state: row.text(2),
                isClosed: row.bool(3),
                parsed: row.uint64(4),
                lines: row.uint64(5)
            )
        }
    }

    private func call(_ stream: StreamID, _ range: Range<UInt64>, _ count: UInt64) -> Consumer.Call
    {
        Consumer.Call(stream: stream, range: range, count: count)
    }

    @Test("A row says what the archive holds, and complete lines are handed on once and in order")
    func rows() throws {
        let fixture = try StorageFixture(catalog: try catalog())
        try fixture.add(1, "a", "one\ntwo\nthr")
        fixture.settle()
        #expect(
            try row(one)
                == Row(
                    path: "a",
                    held: 11,
                    state: "unverified",
                    isClosed: false,
                    parsed: 8,
                    lines: 2
                )
        )
        try fixture.append(one, at: 11, "ee\n")
        fixture.settle()
        fixture.settle()
        #expect(consumer.calls == [call(one, 0..<8, 2), call(one, 8..<14, 1)])
        #expect(try row(one)?.lines == 3)
    }

    @Test("A line that grows over several updates is handed on whole and counted right")
    func longLine() throws {
        let fixture = try StorageFixture(catalog: try catalog())
        try fixture.add(1, "a", "one\n")
        fixture.settle()
        let part = String(repeating: "x", count: 200_000)
        for index in 0..<3 as Range<UInt64> {
            try fixture.append(one, at: 4 + index * 200_000, part)
            fixture.settle()
        }
        #expect(consumer.calls.count == 1)
        try fixture.append(one, at: 600_004, "\nlast\nrest")
        fixture.settle()
        #expect(consumer.calls.last == call(one, 4..<600_010, 2))
        #expect(try row(one)?.parsed == 600_010)
    }

    @Test("After a restart lines go on where they ended")
    func restart() throws {
        let first = try StorageFixture(catalog: try catalog())
        try first.add(1, "a", "one\ntw")
        first.settle()
        try first.append(one, at: 6, "o\n")
        let catalog = try catalog()
        let second = try StorageFixture(first.disk.processCrash(), catalog: catalog)
        let archive = second.workshop.archive
        try catalog.update(try catalog.outdated(archive), from: archive)
        #expect(consumer.calls == [call(one, 0..<4, 1), call(one, 4..<8, 1)])
        #expect(try catalog.outdated(archive).isEmpty)
    }

    @Test("A table that was removed is made again, and only what differs is outdated")
    func outdated() throws {
        let fixture = try StorageFixture()
        try fixture.add(1, "a", "one\n")
        try fixture.add(2, "b", "two\nthree\n")
        fixture.settle()
        let archive = fixture.workshop.archive
        let catalog = try catalog()
        #expect(try catalog.outdated(archive) == [one, two])
        try catalog.update([one], from: archive)
        #expect(try catalog.outdated(archive) == [two])
        try catalog.update([two], from: archive)
        #expect(try catalog.outdated(archive).isEmpty)
        #expect(try row(two)?.lines == 2)
        _ = try archive.apply(.renamed(file: one.file, path: "c", received: Samples.time))
        #expect(try catalog.outdated(archive) == [one])
        _ = try archive.apply(.closed(stream: two, length: 10))
        #expect(try catalog.outdated(archive) == [one, two])
    }

    @Test("A refusal keeps what was handed on before, and what was refused comes again whole")
    func refusal() throws {
        let fixture = try StorageFixture(catalog: try catalog())
        consumer.refuses = { $0.file == Samples.file(2) }
        try fixture.add(1, "a", "one\n")
        try fixture.add(2, "b", "two\nthree\nrest")
        try fixture.journal.roll()
        let segments = fixture.disk.files(below: "journal").count
        fixture.settle()
        #expect(consumer.calls == [call(one, 0..<4, 1)])
        #expect(fixture.worker.failure == "not now")
        #expect(try row(one)?.lines == 1)
        #expect(fixture.disk.files(below: "journal").count == segments)
        try fixture.append(two, at: 14, "\n")
        fixture.settle()
        consumer.refuses = { _ in false }
        fixture.settle()
        #expect(consumer.calls == [call(one, 0..<4, 1), call(two, 0..<15, 3)])
        #expect(fixture.worker.failure == nil)
        #expect(fixture.disk.files(below: "journal").count == segments - 1)
        fixture.settle()
        #expect(consumer.calls.count == 2)
    }

    @Test("What a consumer refused before the end comes after the next start")
    func refusalAndRestart() throws {
        let first = try StorageFixture(catalog: try catalog())
        consumer.refuses = { _ in true }
        try first.add(1, "a", "one\n")
        first.settle()
        consumer.refuses = { _ in false }
        let catalog = try catalog()
        let second = try StorageFixture(first.disk.processCrash(), catalog: catalog)
        let archive = second.workshop.archive
        try catalog.update(try catalog.outdated(archive), from: archive)
        #expect(consumer.calls == [call(one, 0..<4, 1)])
    }

    @Test("A digest that was verified reaches the row")
    func verified() throws {
        let fixture = try StorageFixture(catalog: try catalog())
        try fixture.add(1, "a", "one\n")
        fixture.settle()
        let digest = Samples.digest(7)
        let archive = fixture.workshop.archive
        _ = try archive.apply(.verified(stream: one, length: 4, digest: digest))
        let again = try catalog()
        #expect(try again.outdated(archive) == [one])
        try again.update([one], from: archive)
        #expect(try row(one)?.state == "verified")
    }

    @Test("A table of a newer program is refused")
    func newer() throws {
        _ = try catalog()
        let database = try Connection(path: path)
        try database.execute("PRAGMA user_version = 99")
        #expect(throws: OperatorError.self) { try catalog() }
    }
}
