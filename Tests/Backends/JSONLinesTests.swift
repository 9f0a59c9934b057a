import Catalog
import Core
import Delivery
import Foundation
import SQL
import Settings
import Testing

@testable import Backends

@Suite("A folder of JSON lines")
final class JSONLinesTests {
    private let folder = NSTemporaryDirectory() + "tailship-lines-" + UUID().uuidString

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func backend(
        _ change: (inout ConsumerSettings) -> Void = { _ in }
    ) throws -> JSONLinesBackend {
        var settings = ConsumerSettings(name: "dev")
        settings.backend = .jsonl
        settings.directory = BytePath(folder)
        change(&settings)
        return try JSONLinesBackend(settings)
    }

    private static let day: Int64 = 86_400_000_000_000

    private func row(_ id: Int64, rev: Int64, day: Int64, session: String = "s") throws -> FeedRow {
        let table = try #require(FeedTable.named("turns"))
        let values = table.columns.map { column -> SQLValue in
            switch column.name {
            case "id": .integer(id)
            case "rev": .integer(rev)
            case "timestamp": .integer(day * JSONLinesTests.day)
            case "session": .text(session)
            case "tool": .text("codex")
            default: .null
            }
        }
        return FeedRow(table, id: id, rev: rev, values: values)
    }

    private func batch(_ rows: [FeedRow], after: Int64, through: Int64) -> DeliveryBatch {
        DeliveryBatch(
            consumer: "dev",
            after: Cursor(epoch: 1, rev: after),
            through: Cursor(epoch: 1, rev: through),
            rows: rows
        )
    }

    private func lines(_ name: String) throws -> [String] {
        try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    @Test("Rows go to the file of their day, and the cursor is kept with them")
    func days() throws {
        let first = try backend()
        #expect(try first.prepare() == nil)
        try first.deliver(
            batch([row(1, rev: 1, day: 0), row(2, rev: 2, day: 1)], after: 0, through: 2),
            from: NoSource()
        )
        #expect(try lines("1970-01-01.jsonl").count == 1)
        #expect(try lines("1970-01-02.jsonl").first?.contains("\"id\":\"2\"") == true)
        #expect(try backend().prepare() == Cursor(epoch: 1, rev: 2))
    }

    @Test("What a crash left behind the commit is cut off at the next start, and nothing else")
    func crash() throws {
        let first = try backend()
        _ = try first.prepare()
        try first.deliver(
            batch([row(1, rev: 1, day: 0)], after: 0, through: 1),
            from: NoSource()
        )
        let name = folder + "/1970-01-01.jsonl"
        let whole = try #require(FileManager.default.contents(atPath: name))
        var commit = JSONLinesCommit()
        commit.cursor = Cursor(epoch: 1, rev: 1)
        commit.lengths = ["1970-01-01.jsonl": UInt64(whole.count), "1970-01-05.jsonl": 0]
        try Data(commit.bytes).write(to: URL(fileURLWithPath: folder + "/.tailship-dev"))
        try (whole + Data("{\"half".utf8)).write(to: URL(fileURLWithPath: name))
        try Data("{\"new".utf8).write(to: URL(fileURLWithPath: folder + "/1970-01-05.jsonl"))
        #expect(try backend().prepare() == Cursor(epoch: 1, rev: 1))
        #expect(FileManager.default.contents(atPath: name) == whole)
        #expect(!FileManager.default.fileExists(atPath: folder + "/1970-01-05.jsonl"))
    }

    @Test("A full file is followed by the next part")
    func parts() throws {
        let small = try backend { $0.fileSize = 100 }
        _ = try small.prepare()
        for rev in Int64(1)...3 {
            try small.deliver(
                batch([row(rev, rev: rev, day: 0)], after: rev - 1, through: rev),
                from: NoSource()
            )
        }
        #expect(try lines("1970-01-01.jsonl").count == 1)
        #expect(try lines("1970-01-01.2.jsonl").count == 1)
    }

    @Test("A whole session takes the place of its file; a name cannot leave the folder")
    func sessions() throws {
        let whole = try backend { $0.by = .session }
        _ = try whole.prepare()
        for rows in [1, 2] {
            var batch = batch(
                try (1...Int64(rows)).map { try row($0, rev: $0, day: 0, session: "../a b") },
                after: 0,
                through: 2
            )
            batch.hasWholeSessions = true
            try whole.deliver(batch, from: NoSource())
            #expect(try lines("codex/%2e.%2fa%20b.jsonl").count == rows)
        }
    }

    @Test("A damaged commit is no commit")
    func damage() {
        var commit = JSONLinesCommit()
        commit.cursor = Cursor(epoch: 5, rev: 9)
        commit.lengths = ["a b.jsonl": 7]
        #expect(JSONLinesCommit(commit.bytes) == commit)
        for index in commit.bytes.indices {
            var bytes = commit.bytes
            bytes[index] ^= 1
            #expect(JSONLinesCommit(bytes) != commit)
        }
    }

    @Test("A folder that cannot be used is told with its remedy")
    func noFolder() throws {
        let error = #expect(throws: OperatorError.self) {
            try backend { $0.directory = "/proc/nothing" }
        }
        #expect(error?.message.contains("[consumer.dev]") == true)
        #expect(error?.remedy != nil)
    }
}
