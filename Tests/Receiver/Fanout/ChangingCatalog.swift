import Catalog
import Core
import Foundation
import Platform
import SQL
import TestSupport
import Testing
import Transcripts

@testable import Archive
@testable import Receiver

/// A catalog of many rows, a third of which change afterwards, as sessions do: usage grows, results join their calls,
/// an earlier copy moves a row to another day, a file is erased.
final class ChangingCatalog {
    let folder = NSTemporaryDirectory() + "tailship-fanout-" + UUID().uuidString
    let entries: Int
    private var writer: CatalogWriter

    init(entries: Int) throws {
        self.entries = entries
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        writer = try CatalogWriter.open(BytePath(folder + "/catalog.db"))
        for file in 0..<10 {
            try archive(file, isLater: false)
            try archive(file, isLater: true)
        }
        try transaction {
            for file in 0..<10 { try tell(file, 0..<entries / 10) }
            try tell(99, 0..<20)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: Backups

    /// Copies the catalog as it is.
    func backUp() throws {
        try transaction {}
        try? FileManager.default.removeItem(atPath: folder + "/backup.db")
        let database = try Connection(path: BytePath(folder + "/catalog.db"), mode: .readOnly)
        try StoredFunctions.define(in: database)
        try database.execute("VACUUM INTO '\(folder)/backup.db'")
    }

    /// Puts the copy in the catalog's place, as a receiver finds it at its next start.
    func restore() throws {
        // A connection that is open has the file that goes.
        writer = try CatalogWriter.open(":memory:")
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: folder + "/catalog.db" + suffix)
        }
        try FileManager.default.copyItem(
            atPath: folder + "/backup.db",
            toPath: folder + "/catalog.db"
        )
        writer = try CatalogWriter.open(BytePath(folder + "/catalog.db"))
        try EpochGuard.check(writer, storage: BytePath(folder))
    }

    // MARK: The archive

    /// Puts a file with the records there, each of 99 bytes and a line feed.
    private func archive(_ number: Int, isLater: Bool) throws {
        let path =
            folder + "/"
            + Archive.objectPath(ChangingCatalog.stream(isLater ? number + 200 : number))
            .description
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        var text = ""
        for index in 0..<entries / 10 {
            let record =
                "{\"type\":\"assistant\",\"uuid\":\"\(number)-\(index)\",\"sessionId\":\"session-\(number)\",\"x\":\""
            text += record + String(repeating: "x", count: 97 - record.utf8.count) + "\"}\n"
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    // MARK: Rows

    private func transaction(_ body: () throws -> Void) throws {
        try writer.begin()
        try body()
        try writer.commit()
    }

    /// Changes a third of what is there, moves some rows to another day, and forgets a file.
    func change(received: WallTime = ChangingCatalog.arrival) throws {
        try transaction {
            for file in 0..<10 {
                try tell(file, 0..<entries / 10, isLater: true, received: received)
            }
            _ = try writer.forget([ChangingCatalog.stream(99)])
        }
    }

    private static func stream(_ number: Int) -> StreamID {
        guard let file = FileID(UInt64(number + 1)) else { preconditionFailure("never 0") }
        return StreamID(file: file, generation: 1)
    }

    private static let base: Int64 = 1_790_000_000
    /// When everything came, unless told otherwise.
    static let arrival = WallTime(nanoseconds: base * 1_000_000_000)
    /// What stands in some texts, made up.
    static let secret = "ghp_" + "q8Zt3LbXw7Rk2Vn5Ym9Pd4Hs6Jc1Fg0TaEuQi"

    private func tell(
        _ number: Int,
        _ range: Range<Int>,
        isLater: Bool = false,
        received: WallTime = ChangingCatalog.arrival
    ) throws {
        // What comes later stands in a file of its own, as in a resumed session.
        let stream = ChangingCatalog.stream(isLater ? number + 200 : number)
        try writer.upsert(
            FileFacts(
                stream: stream,
                agent: AgentID(high: 7, low: UInt64(number % 2)),
                agentName: "ann@host\(number % 2)",
                owner: "ann",
                source: "claude-code",
                path: "projects/p/\(number)\(isLater ? "-later" : "").jsonl",
                tool: .claudeCode,
                held: UInt64(range.count) * 100,
                began: WallTime(nanoseconds: 1),
                changed: WallTime(nanoseconds: 2)
            )
        )
        let items = range.filter { !isLater || $0 % 3 == 0 }.map { index in
            ChangingCatalog.item(number, index, isLater: isLater)
        }
        _ = try writer.apply(
            FileBatch(
                stream: stream,
                items: items,
                parsedOffset: UInt64(range.count) * 100,
                lines: UInt64(range.count),
                readerState: [],
                received: received
            )
        )
    }

    private static func item(_ number: Int, _ index: Int, isLater: Bool) -> FileBatch.Item {
        let position = RecordPosition(offset: UInt64(index) * 100, length: 99)
        var entry = Entry(position: position, kind: "assistant")
        let name = "\(number)-\(index)"
        // One in seven is told again with an earlier time, by days: the row moves.
        let isMoved = isLater && index % 7 == 0
        entry.eventKey = isLater && !isMoved ? "later-" + name : name
        entry.uuid = entry.eventKey
        entry.session = "session-\(number)"
        let seconds = base + Int64(index) * 600 - (isMoved ? 3 * 86_400 : 0)
        entry.timestamp = WallTime(nanoseconds: seconds * 1_000_000_000)
        var usage = TokenUsage()
        usage.input = 10
        usage.output = isLater ? 500 : 5
        entry.facts = [
            .message(
                MessageFact(
                    block: 0,
                    role: .assistant,
                    kind: .text,
                    text: "said \"\(name)\"\n\u{1F680} tab\t, comma = and \\"
                        + (index % 50 == 7 ? " with \(secret)" : "")
                )
            ),
            .response(
                ResponseFact(
                    key: ResponseKey(messageID: "m" + name),
                    model: "claude-opus-4-6",
                    usage: usage
                )
            ),
        ]
        return FileBatch.Item(entry)
    }

    /// A row that was changed or made since, and that was never of another day.
    func changedRow(
        of tables: [String],
        since former: [String: Int64]
    ) throws -> (table: String, id: Int64) {
        let reader = try Connection(path: BytePath(folder + "/catalog.db"), mode: .readOnly)
        let moved = Set(try reader.prepare("SELECT id FROM moves").all { $0.int(0) })
        let table = tables.contains("responses") ? "responses" : tables[0]
        for (key, rev) in try rows(of: [table]).sorted(by: { $0.key < $1.key })
        where former[key] != rev {
            let id = try #require(Int64(key.dropFirst(table.count + 1)))
            if !moved.contains(id) { return (table, id) }
        }
        throw TestFailure("nothing changed")
    }

    /// What is right: table and identifier, with the latest `rev`.
    func rows(of tables: [String]) throws -> [String: Int64] {
        let reader = try Connection(path: BytePath(folder + "/catalog.db"), mode: .readOnly)
        var found: [String: Int64] = [:]
        for table in tables {
            try reader.prepare("SELECT id, rev FROM \(table)").query { (row) throws(SQLError) in
                found["\(table)/\(row.int(0))"] = row.int(1)
            }
        }
        return found
    }
}
