import Archive
import Catalog
import Core
import Foundation
import Platform
import SQL
import Settings
import Synchronization
import TestSupport
import Testing
import Transcripts

@testable import Receiver

@Suite("The rows are made again while the receiver runs")
final class RebuilderTests {
    private let storage: StorageFixture
    private let folder = NSTemporaryDirectory() + "tailship-rebuild-" + UUID().uuidString
    private let ingest = Ingest()

    init() throws {
        storage = try StorageFixture()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var root: BytePath { BytePath(folder) }

    private func parts(
        minimumFree: UInt64 = 0,
        sources: (@Sendable () -> [IngestSource]?)? = nil
    ) -> Rebuilder.Parts {
        let all = IngestSource.all(in: storage.workshop.archive)
        let (root, disk) = (root, storage.disk)
        return Rebuilder.Parts(
            root: root,
            disk: disk,
            ingest: ingest,
            names: { _ in ("laptop", "me") },
            sources: sources ?? { all },
            memory: { () throws(OperatorError) in
                try Rebuilding(try Registry(path: root.appending("receiver.db")), .init())
            },
            minimumFree: minimumFree,
            open: { (prices) throws(OperatorError) in
                let catalog = try CatalogFile.open(root, prices: prices)
                let door = ArchiveDoor(
                    letGo: { _, _, _ in false },
                    remaining: { _ in [] },
                    announce: { _ in }
                )
                return Ingest.Desk(
                    worker: try IngestWorker(catalog, disk: disk) { _ in ("laptop", "me") },
                    keeper: Housekeeper(
                        catalog,
                        .init(),
                        door,
                        firstPass: Instant(nanoseconds: .max)
                    )
                )
            }
        )
    }

    private func start(_ parts: Rebuilder.Parts) throws {
        ingest.start(try parts.open(.standard), reopen: parts.open)
    }

    private func query(_ sql: String) throws -> [String] {
        let database = try Connection(path: root.appending("catalog.db"), mode: .readOnly)
        try StoredFunctions.define(in: database)
        return try database.prepare(sql).all { row in
            (0..<row.columnCount).map { row.text($0) }.joined(separator: "|")
        }
    }

    private func line(_ number: Int) -> String {
        """
        {"type":"user","uuid":"u\(number)","sessionId":"s\(number % 5)",\
        "timestamp":"2026-02-21T05:18:59.416Z","message":{"role":"user","content":"n\(number)"}}

        """
    }

    private func wait(_ rebuilder: Rebuilder) {
        while rebuilder.progress.state == .running { Thread.sleep(forTimeInterval: 0.01) }
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix("catalog") }.sorted()
    }

    @Test("The former rows are read until the new ones take their place, with the same identifiers")
    func exchange() async throws {
        for file in 1...9 as ClosedRange<UInt64> {
            try storage.add(
                file,
                BytePath("s\(file).jsonl"),
                line(Int(file)) + line(Int(file) + 100)
            )
        }
        storage.settle()
        let latest = Mutex(IngestSource.all(in: storage.workshop.archive))
        let parts = parts(sources: { latest.withLock { $0 } })
        try start(parts)
        ingest.changed(IngestSource.all(in: storage.workshop.archive))
        try await eventually("rows") { try query("SELECT count(*) FROM entries") == ["18"] }
        let reader = try Connection(path: root.appending("catalog.db"), mode: .readOnly)
        let count = try reader.prepare("SELECT count(*) FROM entries")
        let before = try query("SELECT id, session FROM messages ORDER BY id")
        let last = try #require(
            Int(try query("SELECT value FROM properties WHERE name = 'rev'")[0])
        )
        let rebuilder = Rebuilder(parts)
        rebuilder.start(reason: "test")
        wait(rebuilder)
        #expect(rebuilder.progress.state == .done)
        #expect(rebuilder.progress.percent == 100)
        #expect(try query("SELECT id, session FROM messages ORDER BY id") == before)
        #expect(try #require(Int(try query("SELECT min(rev) FROM entries")[0])) > last)
        // Who holds the former file reads on.
        #expect(try count.first { $0.int(0) } == 18)
        // What comes later goes to the new one.
        try storage.append(
            Samples.stream(1),
            at: UInt64((line(1) + line(101)).utf8.count),
            line(777)
        )
        storage.settle()
        let all = IngestSource.all(in: storage.workshop.archive)
        latest.withLock { $0 = all }
        ingest.changed(all)
        try await eventually("rows") { try query("SELECT count(*) FROM entries") == ["19"] }
        #expect(try count.first { $0.int(0) } == 18)
        // Once more, at once: from a link to another.
        rebuilder.start(reason: "test")
        wait(rebuilder)
        #expect(rebuilder.progress.state == .done)
        #expect(try query("SELECT count(*) FROM entries") == ["19"])
        rebuilder.stop()
        ingest.stop()
        try CatalogFile.tidy(root)
        #expect(try names().filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }.count == 2)
        #expect(try query("PRAGMA integrity_check") == ["ok"])
    }

    @Test("Lines that come while rows are made again are in both, and none is lost or doubled")
    func meanwhile() async throws {
        for file in 1...30 as ClosedRange<UInt64> {
            try storage.add(
                file,
                BytePath("s\(file).jsonl"),
                (0..<40).map { line(Int(file) * 1000 + $0) }.joined()
            )
        }
        storage.settle()
        let latest = Mutex(IngestSource.all(in: storage.workshop.archive))
        let parts = parts(sources: { latest.withLock { $0 } })
        try start(parts)
        ingest.changed(latest.withLock { $0 })
        let rebuilder = Rebuilder(parts)
        rebuilder.start(reason: "test")
        var offsets: [UInt64: UInt64] = [:]
        for round in 0..<40 {
            let file = UInt64(round % 30 + 1)
            let offset =
                offsets[file]
                ?? UInt64(
                    (0..<40).reduce(0) { $0 + line(Int(file) * 1000 + $1).utf8.count }
                )
            let text = line(500_000 + round)
            try storage.append(Samples.stream(file), at: offset, text)
            offsets[file] = offset + UInt64(text.utf8.count)
            storage.settle()
            let all = IngestSource.all(in: storage.workshop.archive)
            latest.withLock { $0 = all }
            ingest.changed(all.filter { $0.stream == Samples.stream(file) })
            try await Task.sleep(for: .milliseconds(5))
        }
        wait(rebuilder)
        #expect(rebuilder.progress.state == .done, "\(rebuilder.progress)")
        try await eventually("rows") { try query("SELECT count(*) FROM entries") == ["1240"] }
        #expect(try query("SELECT count(DISTINCT event) FROM entries") == ["1240"])
        #expect(try query("SELECT count(*) FROM files WHERE parsed_offset = held") == ["30"])
        rebuilder.stop()
        ingest.stop()
    }

    @Test("Streams that are in the archive no more lose their rows")
    func gone() throws {
        try storage.add(1, "s1.jsonl", line(1))
        try storage.add(2, "s2.jsonl", line(2))
        storage.settle()
        let all = IngestSource.all(in: storage.workshop.archive)
        let calls = Mutex(0)
        let parts = parts(sources: {
            // The second is let go while the rebuild runs.
            calls.withLock { calls in
                calls += 1
                return calls == 1 ? all : all.filter { $0.path == "s1.jsonl" }
            }
        })
        try start(parts)
        let rebuilder = Rebuilder(parts)
        rebuilder.start(reason: "test")
        wait(rebuilder)
        #expect(try query("SELECT path FROM files") == ["s1.jsonl"])
        #expect(try query("SELECT text FROM messages") == ["n1"])
        rebuilder.stop()
        ingest.stop()
    }

    @Test("Without room, or when it is stopped, the former rows stay and nothing is left")
    func refused() async throws {
        try storage.add(1, "s1.jsonl", line(1))
        storage.settle()
        let parts = parts(minimumFree: .max / 2)
        try start(parts)
        ingest.changed(IngestSource.all(in: storage.workshop.archive))
        try await eventually("rows") { try query("SELECT count(*) FROM entries") == ["1"] }
        let rebuilder = Rebuilder(parts)
        rebuilder.start(reason: "test")
        wait(rebuilder)
        #expect(rebuilder.progress.state == .failed)
        #expect(rebuilder.progress.failure?.contains("no room") == true)
        let closed = Rebuilder(self.parts(sources: { nil }))
        closed.start(reason: "test")
        wait(closed)
        #expect(closed.progress.state == .stopped)
        #expect(try names().filter { !$0.hasPrefix("catalog.db-") } == ["catalog.db"])
        try storage.append(Samples.stream(1), at: UInt64(line(1).utf8.count), line(2))
        storage.settle()
        ingest.changed(IngestSource.all(in: storage.workshop.archive))
        try await eventually("rows") { try query("SELECT count(*) FROM entries") == ["2"] }
        closed.stop()
        rebuilder.stop()
        ingest.stop()
    }

    @Test(
        "Whatever a crash leaves of an exchange, one of both is whole and the rest is removed",
        arguments: 0...3
    )
    func crash(step: Int) throws {
        try storage.add(1, "s1.jsonl", line(1))
        storage.settle()
        let parts = parts()
        try parts.open(.standard).worker.take(IngestSource.all(in: storage.workshop.archive))
        func make() throws {
            let rebuild = try CatalogRebuild(
                root,
                disk: storage.disk,
                prices: .standard,
                memory: try parts.memory(),
                names: parts.names
            )
            _ = try rebuild.take(IngestSource.all(in: storage.workshop.archive))
            try rebuild.prepare()
            #expect(try rebuild.finish(IngestSource.all(in: storage.workshop.archive)))
        }
        try make()
        let files = FileManager.default
        let target = folder + "/catalog-0000000000000001.db"
        if step > 0 { try files.moveItem(atPath: folder + "/catalog.db.new", toPath: target) }
        if step > 1 {
            try files.createSymbolicLink(
                atPath: folder + "/catalog.db.link",
                withDestinationPath: "catalog-0000000000000001.db"
            )
        }
        if step > 2 {
            #expect(rename(folder + "/catalog.db.link", folder + "/catalog.db") == 0)
        }
        try CatalogFile.tidy(root)
        #expect(
            try names()
                == (step > 2 ? ["catalog-0000000000000001.db", "catalog.db"] : ["catalog.db"])
        )
        #expect(try query("SELECT text FROM messages") == ["n1"])
    }

    @Test("A damaged file is thrown away, and the rows come back")
    func damaged() throws {
        try storage.add(1, "s1.jsonl", line(1))
        storage.settle()
        try Data("this is no database, whatever it is called, and it is long enough".utf8)
            .write(to: URL(filePath: folder + "/catalog.db"))
        try parts().open(.standard).worker.take(IngestSource.all(in: storage.workshop.archive))
        #expect(try query("SELECT text FROM messages") == ["n1"])
    }
}
