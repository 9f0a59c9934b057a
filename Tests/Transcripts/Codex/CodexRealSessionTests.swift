import Core
import Foundation
import Testing
import Transcripts

/// What an independent reader counted in each real rollout, compared.
@Suite struct CodexRealSessionTests {
    /// Differences that were looked at, and why they are right.
    private static let accepted: [(file: String, column: String, ours: String)] = [
        // Written by hand: ends of patches whose calls it does not have are results all the same.
        ("VibeCodingTracker/tests/fixtures/sessions/codex.jsonl", "tool_results", "21"),
        // Written by hand, without envelopes and Codex's types: read as far as it can be understood.
        ("Fixtures/session_toolcall.jsonl", "tool_uses", "1"),
        ("Fixtures/session_toolcall.jsonl", "tool_results", "1"),
        ("Fixtures/session_toolcall.jsonl", "user_prompts", "1"),
        // Single lines of many sessions put together, all with one time and one turn: they look like a fork.
        ("agents/codex/small.jsonl", "responses", "1"),
        ("agents/codex/small.jsonl", "tool_results", "6"),
        ("agents/codex/small.jsonl", "last_ts", "1785754136000"),
        ("agents/codex/small.jsonl", "models", "gpt-5.6-luna"),
        // Written by hand, without the version of Codex and its events: the prompts are in the items.
        ("testdata/codex/function_calls.jsonl", "user_prompts", "1"),
        ("testdata/codex-session.jsonl", "user_prompts", "1"),
        // The agent above asks its subagent: no person's prompt.
        ("testdata/codex-family-worker.jsonl", "user_prompts", "0"),
    ]

    private static func entries(_ file: String) throws -> [Entry] {
        var dialect = CodexRollout(try Feeding.context(file), state: [])
        return Feeding.read(RealSessions.bytes(file), &dialect)
    }

    private static func counts(_ entries: [Entry]) -> [String: String] {
        let responses = entries.responses
        func sum(_ part: (TokenUsage) -> Int64) -> String {
            String(responses.reduce(0) { $0 + part($1.usage) })
        }
        let messages = entries.messages
        let times = entries.compactMap(\.timestamp)
        return [
            "objects": String(entries.count),
            "responses": String(responses.count),
            "input": sum(\.input), "output": sum(\.output),
            "cache_create": sum(\.cacheWrite), "cache_read": sum(\.cacheRead),
            "tool_uses": String(distinct(entries.calls.map(\.callID))),
            "tool_results": String(distinct(entries.results.map(\.callID))),
            "user_prompts": String(messages.count { $0.kind == .prompt }),
            "first_ts": times.min().map { String($0.nanoseconds / 1_000_000) } ?? "",
            "last_ts": times.max().map { String($0.nanoseconds / 1_000_000) } ?? "",
            "models": Set(responses.compactMap(\.model)).sorted().joined(separator: ","),
        ]
    }

    private static func distinct(_ keys: [String?]) -> Int {
        Set(keys.compactMap { $0 }).count + keys.count { $0 == nil }
    }

    @Test(
        .enabled(
            if: RealSessions.folder != nil && RealSessions.table != nil,
            Comment(rawValue: RealSessions.tableHint)
        )
    )
    func `Each rollout has the counts of an independent reader`() throws {
        let rows = RealSessions.expected("codex")
        #expect(!rows.isEmpty)
        for row in rows {
            let file = try #require(row["file"])
            let ours = Self.counts(try Self.entries(file))
            for (column, value) in ours {
                var theirs = row[column] ?? ""
                if column.hasSuffix("_ts") {
                    theirs = Self.milliseconds(theirs) ?? theirs
                }
                if value == theirs { continue }
                let isAccepted = Self.accepted.contains {
                    file.hasSuffix($0.file) && $0.column == column && $0.ours == value
                }
                #expect(isAccepted, "\(file): \(column) is \(value), theirs \(theirs)")
            }
        }
    }

    @Test(.enabled(if: RealSessions.folder != nil, Comment(rawValue: RealSessions.hint)))
    func `The tokens of a session are its final total`() throws {
        // Of lines of many sessions put together there is no total.
        for file in RealSessions.files("codex") where !file.hasSuffix("agents/codex/small.jsonl") {
            let entries = try Self.entries(file)
            guard entries.sessionFacts.allSatisfy({ $0.parent == nil }) else { continue }
            let usage = entries.responses.map(\.usage)
            let sums = [
                usage.reduce(0) { $0 + $1.input + $1.cacheRead },
                usage.reduce(0) { $0 + $1.cacheRead },
                usage.reduce(0) { $0 + $1.output }, usage.reduce(0) { $0 + $1.reasoning },
            ]
            #expect(sums == Self.finalTotal(RealSessions.bytes(file)) ?? [0, 0, 0, 0], "\(file)")
        }
    }

    /// Input, cached, output and reasoning of the last total that stands in a file.
    private static func finalTotal(_ bytes: [UInt8]) -> [Int64]? {
        var total: [Int64]?
        for line in bytes.split(separator: 10) {
            let found = Feeding.parse(line) { record -> [Int64]? in
                guard let usage = record["payload"]?["info"]?["total_token_usage"] else {
                    return nil
                }
                return [
                    usage["input_tokens"]?.int ?? 0, usage["cached_input_tokens"]?.int ?? 0,
                    usage["output_tokens"]?.int ?? 0, usage["reasoning_output_tokens"]?.int ?? 0,
                ]
            }
            if let found = found ?? nil { total = found }
        }
        return total
    }

    private static func milliseconds(_ text: String) -> String? {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        guard let date = try? format.parse(text) else { return nil }
        return String(Int64((date.timeIntervalSince1970 * 1_000).rounded()))
    }
}
