import Backends
import Catalog
import Core
import Delivery
import Foundation
import Platform
import SQL
import Settings
import TestSupport
import Testing

@testable import Receiver

/// The life of a consumer: many rows, a third of which change, while 20 things go wrong; then a rewind.
struct DeliveryLife {
    /// Records that the catalog is made of: 10,000 with TAILSHIP_LONG.
    static let entries =
        ProcessInfo.processInfo.environment["TAILSHIP_LONG"] == nil ? 1_500 : 10_000

    let catalog: ChangingCatalog
    private var seed: UInt64
    /// What went wrong so far, by its name.
    private(set) var faults: [String] = []

    init(seed: UInt64, entries: Int = DeliveryLife.entries) throws {
        self.seed = seed
        catalog = try ChangingCatalog(entries: entries)
    }

    var store: ConsumerStore {
        get throws { try ConsumerStore(path: BytePath(catalog.folder + "/consumers.db")) }
    }

    func settings(_ target: any DeliveryTarget, port: Int? = nil) -> ConsumerSettings {
        var settings = ConsumerSettings(name: "test")
        settings.batchRows = max(100, catalog.entries / 20)
        settings.batchAge = .zero
        settings.retryLongest = .milliseconds(2)
        settings.blockedWait = .milliseconds(2)
        target.configure(&settings, port: port ?? target.port ?? 0)
        return settings
    }

    /// Works until the consumer has everything, with a fresh driver, as after a restart.
    mutating func drive(
        _ target: any DeliveryTarget,
        faults count: Int,
        poison: Int64? = nil
    ) throws -> ConsumerStatus {
        seed += 1
        let isWired = target.port != nil && count > 0
        let wire = try target.port.flatMap {
            isWired ? try BreakingWire(to: $0, seed: seed, faults: count - count / 3) : nil
        }
        let settings = settings(target, port: wire?.port)
        let backend = FaultyBackend(
            try BackendFactory.make(settings),
            faults: isWired ? count / 3 : count,
            seed: seed,
            poison: poison
        )
        let driver = try ConsumerDriver(
            settings,
            backend: backend,
            storage: BytePath(catalog.folder)
        )
        let deadline = Clock.monotonic() + .seconds(300)
        while Clock.monotonic() < deadline {
            _ = driver.work { _ in Clock.monotonic() < deadline }
            let status = driver.status()
            if status.lag == 0, status.state == .current { break }
            usleep(2000)
        }
        driver.close()
        faults += backend.seen + (wire?.faults ?? [])
        return driver.status()
    }

    /// The whole life; `target` ends with each row once, in its latest form, and so again after a rewind.
    mutating func live(_ target: any DeliveryTarget) throws {
        #expect(try drive(target, faults: 6).state == .current)
        try catalog.backUp()
        if try target.drift() { faults.append("schema drift") }

        let former = try catalog.rows(of: target.tables)
        try catalog.change()
        let (table, id) = try catalog.changedRow(of: target.tables, since: former)
        let isRefusedThere = try target.poison(table, id)
        let poisoned = try drive(target, faults: 6, poison: isRefusedThere ? nil : id)
        #expect(poisoned.state == .current, "\(poisoned.trouble ?? "")")
        #expect(try store.letters(of: "test").map(\.id) == [id])
        #expect(try store.letters(of: "test").first?.words.contains("poison") == true)
        faults.append("poison row")
        try target.cure(table)
        try store.order(.replay([]), to: "test", author: "ann", at: WallTime(nanoseconds: 1))

        let epoch = poisoned.head.epoch
        try catalog.restore()
        faults.append("catalog restored")
        try catalog.change()
        let restored = try drive(target, faults: 6)
        #expect(restored.head.epoch != epoch, "a restored catalog begins another life")
        #expect(restored.state == .current, "\(restored.trouble ?? "")")
        #expect(restored.deadLetters == 0)
        try compare(target, "after the faults")
        #expect(faults.count >= 20, "\(faults)")

        if try target.empty() { #expect(try target.rows().isEmpty) }
        let beginning = Cursor(epoch: restored.head.epoch, rev: 0)
        try store.order(.rewind(beginning), to: "test", author: "ann", at: WallTime(nanoseconds: 1))
        #expect(try drive(target, faults: 3).cursor == restored.cursor)
        try compare(target, "after the rewind")
    }

    func compare(_ target: any DeliveryTarget, _ moment: String) throws {
        let has = try target.rows()
        let wanted = try catalog.rows(of: target.tables)
        guard has != wanted else { return }
        let lacks = wanted.filter { has[$0.key] == nil }
        let extra = has.filter { wanted[$0.key] == nil }
        let stale = wanted.filter { has[$0.key] != nil && has[$0.key] != $0.value }
        Issue.record(
            """
            \(moment): of \(wanted.count) rows \(lacks.count) are not there \(lacks.prefix(3)), \
            \(extra.count) should not be there \(extra.prefix(3)), \(stale.count) are of another rev \
            \(stale.prefix(3).map { ($0.key, $0.value, has[$0.key] ?? 0) })
            """
        )
    }
}
