import Catalog
import Core
import Foundation
import Platform
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
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { String($0) }
    }

    /// Adds a prompt to the conversation, or takes what the last call added away again.
    private func change(_ text: String?) throws {
        let writer = try CatalogWriter.open(BytePath(stage.folder + "/catalog.db"))
        let file = StreamID(file: Samples.file(8), generation: 1)
        try writer.begin()
        if let text {
            try writer.upsert(
                FileFacts(
                    stream: file,
                    agent: Samples.agent,
                    agentName: "ann@laptop",
                    owner: "ann",
                    source: "claude-code",
                    path: "projects/p/x.jsonl",
                    tool: .claudeCode,
                    held: 99,
                    began: Samples.time,
                    changed: Samples.time
                )
            )
            var entry = Entry(position: RecordPosition(offset: 0, length: 99), kind: "user")
            entry.session = "other"
            entry.facts = [
                .message(MessageFact(block: 0, role: .user, kind: .prompt, text: text))
            ]
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
        } else {
            _ = try writer.forget([file])
        }
        try writer.commit()
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
        let second = try #require(try maker(tables: ["responses", "tool_usage"]).make(now: time(2)))
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

    @Test("Files are read-only; those beyond their time go, the last stays")
    func keep() throws {
        let maker = try maker(keep: .days(10))
        _ = try maker.make(now: time(1))
        let path = "\(folder.path)/\(CheckpointFolder.name(1))/messages.jsonl"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o440)
        try change("one more")
        _ = try maker.make(now: time(5))
        try maker.tend(now: time(12))
        #expect(try maker.folder.numbers() == [2])
        try maker.tend(now: time(99))
        #expect(try maker.folder.numbers() == [2])
        #expect(try CheckpointVerifier(maker.folder).faults() == [])
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
