import Backends
import Catalog
import Core
import Delivery
import Foundation
import Platform
import Settings
import Testing

@testable import Receiver

/// The next page is read while the present one is delivered, which nobody must notice.
@Suite("Pages that are read ahead", .serialized)
final class PageAheadTests {
    /// Keeps what it gets.
    private final class Recorder: Backend {
        var batches: [DeliveryBatch] = []
        /// Called before each batch is taken, with its number.
        var before: (Int, DeliveryBatch) throws(Refusal) -> Void = { _, _ in }
        private var calls = 0

        let schema = ""
        func prepare() throws(Refusal) -> Cursor? { nil }
        func close() {}

        func deliver(_ batch: DeliveryBatch, from source: any DeliverySource) throws(Refusal) {
            calls += 1
            // The next page is there before this one is taken.
            usleep(3000)
            try before(calls, batch)
            batches.append(batch)
        }
    }

    private let catalog: ChangingCatalog
    private let recorder = Recorder()

    init() throws { catalog = try ChangingCatalog(entries: 300) }

    private func drive() throws -> ConsumerStatus {
        var settings = ConsumerSettings(name: "test")
        settings.backend = .exec
        settings.batchRows = 50
        settings.batchAge = .zero
        settings.retryLongest = .milliseconds(1)
        let driver = try ConsumerDriver(
            settings,
            backend: recorder,
            storage: BytePath(catalog.folder)
        )
        defer { driver.close() }
        let deadline = Clock.monotonic() + .seconds(60)
        while Clock.monotonic() < deadline {
            _ = driver.work { _ in true }
            let status = driver.status()
            if status.lag == 0, status.state == .current { break }
            usleep(1000)
        }
        return driver.status()
    }

    private var store: ConsumerStore {
        get throws { try ConsumerStore(path: BytePath(catalog.folder + "/consumers.db")) }
    }

    /// Every row of the catalog is among the batches, each once.
    private func expectEverythingOnce() throws {
        let rows = recorder.batches.flatMap(\.rows).filter { !$0.isDeletion }
        let tables = ["messages", "responses", "entries", "sessions"]
        var found: [String: Int64] = [:]
        for row in rows where tables.contains(row.table.name) {
            let key = "\(row.table.name)/\(row.id)"
            #expect(found.updateValue(row.rev, forKey: key) == nil, "\(key) came twice")
        }
        #expect(try found == catalog.rows(of: tables))
    }

    @Test("The cursor stands at the end of what the backend has taken, never beyond")
    func cursor() throws {
        let store = try store
        recorder.before = { number, batch throws(Refusal) in
            let stored = (try? store.record("test"))?.flatMap(\.cursor)
            #expect(stored == batch.after, "batch \(number)")
        }
        #expect(try drive().state == .current)
        #expect(recorder.batches.count > 10)
        for (one, next) in zip(recorder.batches, recorder.batches.dropFirst()) {
            #expect(one.through == next.after)
        }
        try expectEverythingOnce()
    }

    @Test("A page that was refused comes again before the one that was read ahead")
    func refused() throws {
        var refused: [Cursor] = []
        recorder.before = { number, batch throws(Refusal) in
            guard number % 3 == 0 else { return }
            refused.append(batch.after)
            throw .temporary("not now")
        }
        #expect(try drive().state == .current)
        #expect(refused.count > 3)
        for (one, next) in zip(recorder.batches, recorder.batches.dropFirst()) {
            #expect(one.through == next.after)
        }
        try expectEverythingOnce()
    }

    @Test("After a rewind nothing of what was read ahead is delivered")
    func rewound() throws {
        let store = try store
        let epoch = try FeedReader(path: BytePath(catalog.folder + "/catalog.db")).head().epoch
        recorder.before = { number, _ throws(Refusal) in
            guard number == 4 else { return }
            try? store.order(
                .rewind(Cursor(epoch: epoch, rev: 0)),
                to: "test",
                author: "ann",
                at: WallTime(nanoseconds: 1)
            )
        }
        #expect(try drive().state == .current)
        #expect(recorder.batches[4].after == Cursor(epoch: epoch, rev: 0))
        recorder.batches.removeFirst(4)
        try expectEverythingOnce()
    }

    @Test("What changes after a page was read comes with its new rev")
    func changed() throws {
        recorder.before = { [catalog] number, _ throws(Refusal) in
            if number == 3 { try? catalog.change() }
        }
        #expect(try drive().state == .current)
        var latest: [String: Int64] = [:]
        for row in recorder.batches.flatMap(\.rows) where row.table.name == "responses" {
            latest["responses/\(row.id)"] = row.isDeletion ? nil : row.rev
        }
        #expect(try latest == catalog.rows(of: ["responses"]))
    }

    @Test(
        "A page has no more rows than were asked for, and no row is between two",
        arguments: [1, 7, 64]
    )
    func pages(limit: Int) throws {
        try catalog.change()
        let reader = try FeedReader(path: BytePath(catalog.folder + "/catalog.db"))
        var after: Int64 = 0
        while true {
            let found = try reader.rows(after: after, limit: limit)
            #expect(found.rows.count <= limit)
            #expect(found.rows.allSatisfy { $0.rev > after && $0.rev <= found.through })
            recorder.batches.append(
                DeliveryBatch(
                    consumer: "test",
                    after: Cursor(epoch: 0, rev: after),
                    through: Cursor(epoch: 0, rev: found.through),
                    rows: found.rows
                )
            )
            guard found.through < found.head else { break }
            #expect(found.rows.count == limit, "a page that is not the last is full")
            after = found.through
        }
        try expectEverythingOnce()
    }
}
