import Catalog
import Core
import Foundation
import Platform
import SQL
import Settings
import Testing
import Transcripts

@testable import Receiver

@Suite("Checkpoints")
struct CheckpointTests {
    private let stage: QueryStage
    private let folder: ScratchFolder
    private static let day = Duration.days(1)

    init() throws {
        stage = try QueryStage()
        folder = try ScratchFolder()
    }

    private func maker(
        tables: [String] = [],
        compressAfter: Duration? = nil,
        keep: Duration? = nil
    ) throws -> CheckpointMaker {
        var settings = ReceiverSettings.embedded(directory: folder.path).checkpoints
        settings.tables = tables
        settings.compressAfter = compressAfter
        settings.keep = keep
        return try CheckpointMaker(
            settings,
            in: folder.path,
            catalog: BytePath(stage.folder + "/catalog.db")
        )
    }

    private func time(_ day: Int) -> WallTime { WallTime(nanoseconds: 0) + .days(Int64(day)) }

    private func lines(_ number: UInt64, _ table: String) throws -> [String] {
        let path = "\(folder.path)/\(CheckpointFolder.name(number))/\(table).jsonl"
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            String($0)
        }
    }

    private func write(_ body: (CatalogWriter) throws -> Void) throws {
        let writer = try CatalogWriter.open(BytePath(stage.folder + "/catalog.db"))
        try writer.begin()
        try body(writer)
        try writer.commit()
    }

    /// Puts a prompt into a file of its own.
    private func add(
        _ text: String,
        file number: UInt64 = 8,
        event: String? = nil,
        at time: WallTime? = nil
    ) throws {
        let file = StreamID(file: Samples.file(number), generation: 1)
        var entry = Entry(position: RecordPosition(offset: 0, length: 99), kind: "user")
        entry.session = "other"
        entry.eventKey = event
        entry.timestamp = time
        entry.facts = [.message(MessageFact(block: 0, role: .user, kind: .prompt, text: text))]
        try write { writer in
            try writer.upsert(
                FileFacts(
                    stream: file,
                    agent: Samples.agent,
                    agentName: "ann@laptop",
                    owner: "ann",
                    source: "claude-code",
                    path: "projects/p/\(number).jsonl",
                    tool: .claudeCode,
                    held: 99,
                    began: Samples.time,
                    changed: Samples.time
                )
            )
            _ = try writer.apply(
                FileBatch(
                    stream: file,
                    items: [FileBatch.Item(entry)],
                    parsedOffset: 99,
                    lines: 1,
                    readerState: [],
                    received: Samples.time
                )
            )
        }
    }

    /// Adds a prompt to the conversation, or takes what the last call added away again.
    private func change(_ text: String?) throws {
        if let text { return try add(text) }
        try write { writer in
            _ = try writer.forget([StreamID(file: Samples.file(8), generation: 1)])
        }
    }

    @Test("The first has every row, the next what changed since, and nothing twice")
    func changes() throws {
        let maker = try maker()
        let first = try #require(try maker.make(now: time(1)))
        #expect(first.number == 1)
        let messages = try lines(1, "messages")
        #expect(Int64(messages.count) == first.segment("messages")?.rows)
        #expect(messages.allSatisfy { $0.contains("\"id\":\"") && $0.contains("\"rev\":") })
        #expect(try maker.make(now: time(2)) == nil)
        try change("one more")
        let second = try #require(try maker.make(now: time(3)))
        #expect(second.segment("messages")?.after == first.segment("messages")?.through)
        #expect(try lines(2, "messages").count == 1)
        #expect(try lines(2, "messages")[0].contains("one more"))
        #expect(try lines(2, "responses") == [])
        try change(nil)
        let third = try #require(try maker.make(now: time(4)))
        #expect(third.segment("messages")?.deletions == 1)
        #expect(try lines(3, "messages")[0].contains("\"deleted\":true"))
        #expect(try CheckpointVerifier(maker.folder).faults() == [])
    }

    @Test("A table that is added later begins from its start, the others go on")
    func tables() throws {
        let first = try #require(try maker(tables: ["responses"]).make(now: time(1)))
        #expect(first.segments.map(\.table) == ["responses"])
        let second = try #require(
            try maker(tables: ["responses", "tool_usage"]).make(now: time(2))
        )
        #expect(second.segment("responses")?.rows == 0)
        #expect(second.segment("tool_usage")?.after == 0)
        #expect(second.segment("tool_usage")?.rows == 1)
        #expect(throws: OperatorError.self) { try maker(tables: ["mesages"]) }
    }

    @Test("What an interrupted one left is no checkpoint and is taken away")
    func interrupted() throws {
        let maker = try maker()
        let left = "\(folder.path)/.making"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        try Data("{\"half".utf8).write(to: URL(fileURLWithPath: left + "/messages.jsonl"))
        #expect(try maker.folder.numbers() == [])
        let made = try #require(try maker.make(now: time(1)))
        #expect(made.number == 1)
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(try CheckpointVerifier(maker.folder).faults() == [])
    }

    @Test("The rows of a damaged last one are in the next again")
    func damaged() throws {
        let maker = try maker()
        let first = try #require(try maker.make(now: time(1)))
        try change("one more")
        _ = try maker.make(now: time(2))
        let path = "\(folder.path)/\(CheckpointFolder.name(2))/manifest.json"
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try CheckpointVerifier(maker.folder).faults().count == 1)
        let next = try #require(try maker.make(now: time(3)))
        #expect(next.number == 3)
        #expect(next.segment("messages")?.after == first.segment("messages")?.through)
        #expect(try lines(3, "messages").count == 1)
    }

    @Test("Old ones are compressed and verified all the same; a changed byte is found")
    func compressed() throws {
        let maker = try maker(compressAfter: CheckpointTests.day)
        _ = try maker.make(now: time(1))
        try maker.tend(now: time(2))
        #expect(try lines(1, "messages").count > 1)
        try maker.tend(now: time(3))
        let path = "\(folder.path)/\(CheckpointFolder.name(1))/messages.jsonl"
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try CheckpointVerifier(maker.folder).faults() == [])
        let compressed = path + ".zst"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: compressed))
        bytes[bytes.count / 2] ^= 1
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: compressed)
        try bytes.write(to: URL(fileURLWithPath: compressed))
        #expect(try CheckpointVerifier(maker.folder).faults().count == 1)
    }

    @Test("Files are read-only")
    func modes() throws {
        let maker = try maker()
        _ = try maker.make(now: time(1))
        let folder = "\(folder.path)/\(CheckpointFolder.name(1))"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o440, "\(name)")
        }
    }

    @Test("Those beyond their time go once a later one has all rows")
    func keep() throws {
        let maker = try maker(keep: .days(10))
        let first = try #require(try maker.make(now: time(1)))
        #expect(first.isWhole)
        let count = try lines(1, "messages").count
        try change("one more")
        let second = try #require(try maker.make(now: time(5)))
        #expect(!second.isWhole)
        try maker.tend(now: time(12))
        #expect(try maker.folder.numbers() == [1, 2])
        let third = try #require(try maker.make(now: time(12)))
        #expect(third.isWhole)
        #expect(try lines(3, "messages").count == count + 1)
        try maker.tend(now: time(12))
        #expect(try maker.folder.numbers() == [2, 3])
        #expect(try CheckpointVerifier(maker.folder).faults() == [])
        try maker.tend(now: time(99))
        #expect(try maker.folder.numbers() == [3])
        #expect(try CheckpointVerifier(maker.folder).faults() == [])
    }

    @Test("The others need the first: without it they are not sound")
    func beginning() throws {
        let maker = try maker()
        _ = try maker.make(now: time(1))
        try change("one more")
        _ = try maker.make(now: time(2))
        try maker.folder.remove(CheckpointFolder.name(1))
        #expect(try CheckpointVerifier(maker.folder).faults().count == 1)
    }

    @Test("Without a sound one that has all rows, the next has them")
    func withoutBase() throws {
        let maker = try maker()
        _ = try maker.make(now: time(1))
        try change("one more")
        _ = try maker.make(now: time(2))
        try maker.folder.remove(CheckpointFolder.name(1))
        let next = try #require(try maker.make(now: time(3)))
        #expect(next.number == 3 && next.isWhole)
        #expect(try CheckpointVerifier(maker.folder).faults() == [])
    }

    @Test("A row that only gets another time is not deleted")
    func moved() throws {
        let maker = try maker()
        try add("copied", file: 8, event: "u", at: Samples.time + .seconds(9))
        _ = try maker.make(now: time(1))
        try add("copied", file: 9, event: "u", at: Samples.time)
        let second = try #require(try maker.make(now: time(2)))
        let segment = try #require(second.segment("messages"))
        #expect(segment.rows == 1 && segment.deletions == 0, "\(segment)")
        let catalog = try CatalogReader(path: BytePath(stage.folder + "/catalog.db"))
        let moves = try catalog.database.prepare("SELECT count(*) FROM moves").first { $0.int(0) }
        #expect(moves ?? 0 > 0)
    }

    @Test("A gap between two is found")
    func gap() throws {
        let maker = try maker()
        _ = try maker.make(now: time(1))
        for (day, text) in [(2, "a"), (3, "b")] {
            try change(nil)
            try change(text)
            _ = try maker.make(now: time(day))
        }
        try maker.folder.remove(CheckpointFolder.name(2))
        #expect(try !CheckpointVerifier(maker.folder).faults().isEmpty)
    }

    @Test("Another process makes none meanwhile")
    func lock() throws {
        let maker = try maker()
        let held = try maker.folder.lock()
        #expect(held != nil)
        #expect(try maker.folder.lock() == nil)
    }
}
