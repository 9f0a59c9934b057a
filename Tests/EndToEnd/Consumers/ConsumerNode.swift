import Core
import Foundation
import TestSupport

/// What `consumers --json` says of one consumer, as far as tests look at it.
struct ConsumerView: Decodable {
    var name: String
    var state: String
    var judgement: String?
    var rev: Int64?
    var head: Int64?
    var lag: Int64?
    var rows: Int64?
    var deadLetters: Int?
    var trouble: String?

    var hasEverything: Bool { state == "current" && lag == 0 }
}

extension ReceiverNode {
    /// What the consumers are doing, by their names.
    func consumers() async throws -> [String: ConsumerView] {
        let outcome = try await command("consumers", "--json")
        guard outcome.end == .exit(0) else { throw TestFailure("no consumers: \(outcome.all)") }
        let views: [ConsumerView] = try Stage.decode(outcome.output)
        return Dictionary(views.map { ($0.name, $0) }) { a, _ in a }
    }

    /// Waits for a state of a consumer.
    @discardableResult
    func consumer(
        _ name: String,
        _ what: String,
        within limit: Duration = .seconds(120),
        _ condition: (ConsumerView) -> Bool
    ) async throws -> ConsumerView {
        var last: ConsumerView?
        return try await eventually(
            "\(name) \(what): \(last.map { "\($0)" } ?? "not there")",
            within: limit,
            every: .milliseconds(200)
        ) {
            last = try await consumers()[name]
            return last.flatMap { condition($0) ? $0 : nil }
        }
    }

    /// The latest state of each row of a folder of lines, `table/id` with the `rev`.
    func lines(_ folder: BytePath) throws -> [String: Int64] {
        var latest: [String: (rev: Int64, isDeleted: Bool)] = [:]
        for path in FileTree(folder).files where path.description.hasSuffix(".jsonl") {
            for line in Files.text(folder.appending(path)).split(separator: "\n") {
                let row = try JSONSerialization.jsonObject(with: Data(line.utf8))
                guard let row = row as? [String: Any], let rev = row["rev"] as? Int64 else {
                    throw TestFailure("no row: \(line)")
                }
                let key = "\(row["table"] ?? "")/\(row["id"] ?? "")"
                if rev >= latest[key]?.rev ?? -1 {
                    latest[key] = (rev, row["deleted"] as? Bool ?? false)
                }
            }
        }
        return latest.filter { !$0.value.isDeleted }.mapValues(\.rev)
    }

    /// What the catalog has of some tables, `table/id` with the `rev`.
    func rows(of tables: [String]) throws -> [String: Int64] {
        let catalog = try CatalogRows(self)
        var rows: [String: Int64] = [:]
        for table in tables {
            for text in try catalog.texts("SELECT id, rev FROM \(table)") {
                let words = text.split(separator: "|")
                rows["\(table)/\(words[0])"] = Int64(words[1])
            }
        }
        return rows
    }
}

/// ClickHouse's own engine behind the front of the tests of consumers, on a port and a folder that stay.
final class ClickHouseNode {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    private static let python = root + "/.build/servers/bin/python"

    static let isInstalled = FileManager.default.isExecutableFile(atPath: python)

    private let stage: Stage
    let port = Ports.free()
    private var process: ChildProcess?

    init(_ stage: Stage) { self.stage = stage }

    func start() async throws {
        let script = ClickHouseNode.root + "/Tests/Receiver/Fanout/StandIns/clickhouse.py"
        process = try stage.start(
            "clickhouse",
            ClickHouseNode.python,
            [script, "\(port)", stage.folder.appending("ch").description],
            environment: ["PYTHONDONTWRITEBYTECODE": "1"]
        )
        try await eventually("ClickHouse answers", within: .seconds(60)) {
            try await ask("SELECT 1") == "1\n"
        }
    }

    func kill() async throws {
        try await process?.killNow()
        process = nil
    }

    /// What a query answers; empty when nobody does.
    func ask(_ query: String) async throws -> String {
        try await stage.run(
            "curl",
            ["-sf", "-u", "default:secret", "http://127.0.0.1:\(port)/", "-d", query]
        ).output
    }
}
