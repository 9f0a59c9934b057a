import Backends
import Catalog
import Core
import Delivery
import Foundation
import Platform
import Settings
import Testing

@testable import Receiver

@Suite("A catalog that is older than what was delivered", .serialized)
final class EpochGuardTests {
    private let folder = NSTemporaryDirectory() + "tailship-epoch-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func catalog() throws -> CatalogWriter {
        try CatalogWriter.open(BytePath(folder + "/catalog.db"))
    }

    private func setCursor(_ cursor: Cursor) throws {
        let store = try ConsumerStore(path: BytePath(folder + "/consumers.db"))
        try store.set(cursor, of: "prod", overrides: false)
    }

    @Test("begins another life behind it, once")
    func older() throws {
        let writer = try catalog()
        let epoch = try writer.epoch
        try setCursor(Cursor(epoch: epoch, rev: 500))
        try EpochGuard.check(writer, storage: BytePath(folder))
        let next = try writer.epoch
        #expect(next != epoch)
        #expect(writer.rev > 500)
        try EpochGuard.check(writer, storage: BytePath(folder))
        #expect(try writer.epoch == next)
        // It is durable: another writer goes on behind it.
        let again = try catalog()
        #expect(try again.epoch == next)
        #expect(again.rev == writer.rev)
    }

    @Test(
        "a catalog that was made anew without its former does not number from the beginning again"
    )
    func madeAnew() throws {
        try setCursor(Cursor(epoch: 77, rev: 9000))
        let writer = try catalog()
        try EpochGuard.check(writer, storage: BytePath(folder))
        #expect(writer.rev > 9000)
    }

    @Test("one that has all that was delivered goes on as it is", arguments: [0, 1, 2])
    func same(rev: Int64) throws {
        let writer = try catalog()
        try writer.beginLife(after: 2)
        let epoch = try writer.epoch
        try setCursor(Cursor(epoch: epoch, rev: rev))
        try EpochGuard.check(writer, storage: BytePath(folder))
        #expect(try writer.epoch == epoch)
        #expect(writer.rev == 2)
    }

    @Test("is told by a backend that keeps its cursor, when the consumers' own notes are as old")
    func backendsCursor() throws {
        let life = try DeliveryLife(seed: 3, entries: 100)
        let lines = LinesTarget(life.catalog.folder + "/lines")
        let settings = life.settings(lines)
        var told: [Int64] = []
        func drive() throws -> ConsumerStatus {
            let driver = try ConsumerDriver(
                settings,
                backend: BackendFactory.make(settings),
                storage: BytePath(life.catalog.folder)
            ) { told.append($0) }
            _ = driver.work { _ in true }
            return driver.status()
        }
        try life.catalog.backUp()
        try life.catalog.change()
        let delivered = try drive().cursor?.rev ?? 0
        #expect(told.isEmpty)
        for name in ["consumers.db", "consumers.db-wal", "consumers.db-shm"] {
            try? FileManager.default.removeItem(atPath: life.catalog.folder + "/" + name)
        }
        try life.catalog.restore()
        _ = try drive()
        #expect(told == [delivered])
    }
}
