import Backends
import Catalog
import Core
import Delivery
import Foundation
import Platform
import TestSupport
import Testing
import Web

@testable import Receiver
@testable import Settings

/// What an order would do is said before, and is what it does.
@Suite("What an order would do", .serialized)
final class OrderForecastTests {
    private var life: DeliveryLife
    private let target: LinesTarget

    init() throws {
        life = try DeliveryLife(seed: 7, entries: 200)
        target = LinesTarget(life.catalog.folder + "/out")
        _ = try life.drive(target, faults: 0)
    }

    private func forecast(
        _ order: ConsumerOrder,
        _ change: (inout ConsumerSettings) -> Void = { _ in }
    ) throws -> OrderForecast {
        var settings = life.settings(target)
        change(&settings)
        return try OrderForecast(
            order,
            settings,
            try life.store,
            storage: BytePath(life.catalog.folder)
        )
    }

    private var cursor: Cursor {
        get throws { try #require(try life.store.record("test")?.cursor) }
    }

    @Test("A rewind says how many rows of which tables come again, and what becomes of them")
    func rewind() throws {
        let beginning = Cursor(epoch: try cursor.epoch, rev: 0)
        let found = try forecast(.rewind(beginning))
        #expect(try found.from == cursor.rev && found.to == 0)
        #expect(found.effect.contains("messages 220"), "\(found.effect)")
        #expect(found.effect.contains("the greatest rev counts"), "\(found.effect)")

        let before = try #require(try life.store.record("test")).rows
        try life.store.order(
            .rewind(beginning),
            to: "test",
            author: "ann",
            at: WallTime(nanoseconds: 1)
        )
        _ = try life.drive(target, faults: 0)
        #expect(try #require(try life.store.record("test")).rows - before == found.rows)
    }

    @Test("It counts what the consumer gets, and nothing else")
    func filter() throws {
        let beginning = Cursor(epoch: try cursor.epoch, rev: 0)
        let found = try forecast(.rewind(beginning)) {
            $0.only.patterns["tables"] = ["messages", "entries"]
            $0.only.patterns["agent"] = ["ann@host0"]
        }
        #expect(
            found.effect.contains("200 rows (messages 100, entries 100)")
                || found.effect.contains("200 rows (entries 100, messages 100)"),
            "\(found.effect)"
        )
        #expect(found.rows == 200)
    }

    @Test("Going on without what waits is said to be that")
    func forward() throws {
        let end = try cursor
        try life.store.set(Cursor(epoch: end.epoch, rev: 0), of: "test", overrides: false)
        let found = try forecast(.rewind(end))
        #expect(found.rows > 200)
        #expect(found.effect.contains("are left out"), "\(found.effect)")
        #expect(try forecast(.rewind(Cursor(epoch: end.epoch, rev: 0))).effect.contains("already"))
    }

    @Test(
        "Each backend says what becomes of a row that comes again",
        arguments: ConsumerSettings.Backend.allCases
    )
    func rules(backend: ConsumerSettings.Backend) {
        var settings = ConsumerSettings(name: "x")
        settings.backend = backend
        #expect(settings.repeatRule.hasSuffix("."))
    }

    @Test("The row that would be skipped is named, and is the one that is skipped")
    func skip() throws {
        let end = try cursor
        try life.store.set(Cursor(epoch: end.epoch, rev: 0), of: "test", overrides: true)
        let found = try forecast(.skip)
        let row = try #require(found.row)
        #expect(found.effect.contains("\(row)"))
        try life.store.order(.skip, to: "test", author: "ann", at: WallTime(nanoseconds: 1))
        _ = try life.drive(target, faults: 0)
        #expect(try life.store.letters(of: "test").map(\.id) == [row])
        #expect(try forecast(.replay([])).rows == 1)
    }

    @Test("Single dead letters are replayed, the others stay")
    func replay() throws {
        let end = try cursor
        let reader = try FeedReader(path: BytePath(life.catalog.folder + "/catalog.db"))
        let rows = try reader.rows(after: 0, limit: 1000).rows.filter {
            $0.table.name == "messages"
        }
        let store = try life.store
        for (number, row) in rows.prefix(3).enumerated() {
            try store.bury(
                row,
                words: "no",
                of: "test",
                at: WallTime(nanoseconds: 10 + Int64(number))
            )
        }
        let found = try forecast(.replay([11]))
        #expect(found.rows == 1 && found.effect.contains("messages 1"), "\(found.effect)")
        try store.order(.replay([11]), to: "test", author: "ann", at: WallTime(nanoseconds: 1))
        _ = try life.drive(target, faults: 0)
        #expect(Set(try store.letters(of: "test").map(\.id)) == [rows[0].id, rows[2].id])
        #expect(try cursor == end)
    }

    @Test("Every order stands in the audit, a dry run does not")
    func audit() throws {
        let clerk = Clerk()
        _ = try clerk.start(path: BytePath(life.catalog.folder + "/receiver.db"))
        defer { clerk.stop() }
        var settings = ReceiverSettings()
        settings.storage.directory = BytePath(life.catalog.folder)
        settings.consumers = [life.settings(target)]
        let consumers = FanoutConsumers(Fanout(settings), clerk, settings)
        let actions: [ConsumerAction] = [.pause, .resume, .rewind(.beginning), .replay([])]
        for action in actions {
            for isDryRun in [true, false] {
                let outcome = try consumers.perform(
                    action,
                    on: "test",
                    isDryRun: isDryRun,
                    by: "ann"
                )
                #expect(outcome.effect.hasSuffix("."))
            }
        }
        let lines = try clerk.ask { (registry) throws(OperatorError) in
            try registry.auditRows(before: nil, limit: 10)
        }
        #expect(
            lines.reversed().map { $0.action + ": " + $0.detail } == [
                "consumer pause: test by ann", "consumer resume: test by ann",
                "consumer rewind: test to rev 0 by ann", "consumer replay: test by ann",
            ]
        )
        #expect(throws: OperatorError.self) {
            try consumers.perform(.skip(row: 5), on: "test", isDryRun: false, by: "ann")
        }
    }
}
