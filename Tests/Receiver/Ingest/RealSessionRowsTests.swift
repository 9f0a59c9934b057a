import Core
import Foundation
import SQL
import Testing

@testable import Receiver

/// Every real session through everything that makes rows of it, each as if its file were all that there is, and its
/// rows compared with what an independent reader counted in it.
@Suite struct RealSessionRowsTests {
    /// A difference that was looked at, and why it is right; nil in `ours` for whatever we have.
    private struct Accepted {
        var file: String
        var columns: Set<String>
        var reason: String
    }

    private static let accepted: [Accepted] = []

    private static let folder = ProcessInfo.processInfo.environment["TAILSHIP_SESSIONS"]
    private static let table = ProcessInfo.processInfo.environment["TAILSHIP_EXPECTED"]
    private static let hint: Comment =
        "set TAILSHIP_SESSIONS to a folder of real sessions and TAILSHIP_EXPECTED to the table of their counts"
    /// The sources of the tools that have a preset; the others are told by what their records look like.
    private static let presets = ["claude": "claude-code", "codex": "codex", "gemini": "gemini"]

    /// The counts of a file, told by the owner that only it has.
    private static let counts: [(column: String, sql: String)] = [
        ("objects", "SELECT count(*) FROM entries WHERE owner = ?1 AND status <> 'malformed'"),
        ("responses", "SELECT count(*) FROM responses WHERE owner = ?1 AND error = 0"),
        ("input", usage("input_tokens")),
        ("output", usage("output_tokens")),
        ("cache_create", usage("cache_write_5m_tokens + cache_write_1h_tokens")),
        ("cache_read", usage("cache_read_tokens")),
        ("tool_uses", "SELECT count(*) FROM tool_usage WHERE owner = ?1 AND name IS NOT NULL"),
        (
            "tool_results",
            "SELECT count(*) FROM tool_usage WHERE owner = ?1 AND outcome IS NOT NULL"
        ),
        (
            "tool_errors",
            "SELECT count(*) FROM tool_usage WHERE owner = ?1 AND outcome <> 'success'"
        ),
        (
            "user_prompts",
            """
            SELECT count(*) FROM messages WHERE owner = ?1 AND kind = 'prompt' AND retracted = 0
            """
        ),
        ("files_read", paths("'read'")),
        ("files_written", paths("'write', 'edit'")),
        (
            "models",
            """
            SELECT coalesce(group_concat(model), '') FROM (SELECT DISTINCT model FROM responses
                WHERE owner = ?1 AND error = 0 AND model IS NOT NULL ORDER BY model)
            """
        ),
    ]

    private static func usage(_ columns: String) -> String {
        "SELECT coalesce(sum(\(columns)), 0) FROM responses WHERE owner = ?1 AND error = 0"
    }

    private static func paths(_ operations: String) -> String {
        """
        SELECT count(DISTINCT path) FROM file_access
        WHERE owner = ?1 AND operation IN (\(operations))
        """
    }

    @Test(.enabled(if: folder != nil && table != nil, hint))
    func `Each file's rows have the counts of an independent reader`() throws {
        let folder = try #require(Self.folder)
        let expected = try Self.expected()
        #expect(!expected.isEmpty)
        let stage = try IngestStage()
        let worker = try stage.worker { "owner\($0)" }
        for (number, row) in expected.enumerated() {
            let name = try #require(row["file"])
            let data = try Data(contentsOf: URL(filePath: folder + "/" + name))
            let tool = String(name.prefix { $0 != "/" })
            let content = IngestStage.Content(
                number: UInt64(number + 1),
                agent: UInt64(number + 1),
                source: Self.presets[tool] ?? tool,
                path: BytePath(String(name.dropFirst(tool.count + 1))),
                bytes: Array(data)
            )
            try stage.archive(content)
            try worker.take([stage.source(content, isClosed: true)])
        }
        try worker.settleAll()
        _ = try stage.dump()
        let database = try stage.reader()
        var used: Set<String> = []
        for (number, row) in expected.enumerated() {
            let name = row["file"] ?? ""
            let owner = try database.prepare("SELECT owner FROM owners WHERE name = ?")
                .first("owner\(number + 1)") { $0.int(0) }
            for (column, sql) in Self.counts {
                let ours = try database.prepare(sql).first(owner ?? 0) { $0.text(0) } ?? ""
                let theirs = row[column] ?? ""
                if ours == theirs { continue }
                let isAccepted = Self.accepted.contains {
                    name.hasSuffix($0.file) && $0.columns.contains(column)
                }
                if isAccepted { used.insert("\(name) \(column)") }
                #expect(isAccepted, "\(name): \(column) is \(ours), theirs \(theirs)")
            }
        }
    }

    private static func expected() throws -> [[String: String]] {
        let text = try String(contentsOfFile: table ?? "", encoding: .utf8)
        let rows = text.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        guard let names = rows.first else { return [] }
        return rows.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
    }
}
