import Core
import Testing
import Transcripts

/// The files of the tools that are read by common names.
@Suite struct OtherToolsRealSessionTests {
    private static let tools = [
        "copilot", "cursor", "droid", "opencode", "other-antigravity", "other-grok", "other-hermes",
        "other-kimi", "pi", "qwen", "gemini",
    ]

    /// A file of Droid in Pi's folder: its calls and results are blocks of Anthropic's form, which a reader of Pi
    /// does not know, and a line with a result is no prompt.
    private static func isAccepted(_ file: String, _ column: String, _ ours: String) -> Bool {
        guard file.hasSuffix("agents/droid/session_store_small.jsonl") else { return false }
        return ["tool_uses", "tool_results", "user_prompts"].contains(column) && ours == "1"
    }

    @Test(
        .enabled(if: RealSessions.folder != nil, Comment(rawValue: RealSessions.hint)),
        arguments: tools
    )
    func `Every object is an entry`(tool: String) throws {
        let files = RealSessions.files(tool)
        #expect(!files.isEmpty)
        for file in files {
            let bytes = RealSessions.bytes(file)
            if file.hasSuffix(".json") {
                let entries = try Feeding.documents(
                    String(decoding: bytes, as: UTF8.self),
                    source: tool,
                    path: file
                )
                #expect(!entries.isEmpty || Feeding.parse(bytes, \.kind) == nil, "\(file)")
                #expect(Set(entries.map(\.position.ordinal)).count == entries.count, "\(file)")
                continue
            }
            let objects = bytes.split(separator: 10).count { Feeding.parse($0, \.kind) != nil }
            var dialect = GenericRecords(try Feeding.context(file, source: tool), state: [])
            #expect(Feeding.read(bytes, &dialect).count == objects, "\(file)")
            var gemini = GeminiSession(try Feeding.context(file, source: tool), state: [])
            #expect(Feeding.read(bytes, &gemini).count == objects, "\(file)")
        }
    }

    @Test(
        .enabled(
            if: RealSessions.folder != nil && RealSessions.table != nil,
            Comment(rawValue: RealSessions.tableHint)
        ),
        arguments: ["pi", "gemini", "qwen", "copilot"]
    )
    func `Tokens and calls are those of an independent reader`(tool: String) throws {
        for row in RealSessions.expected(tool) {
            let file = try #require(row["file"])
            let bytes = RealSessions.bytes(file)
            var dialect = GenericRecords(try Feeding.context(file, source: tool), state: [])
            let entries = Feeding.read(bytes, &dialect)
            func sum(_ part: (TokenUsage) -> Int64) -> String {
                String(entries.responses.reduce(0) { $0 + part($1.usage) })
            }
            let ours = [
                "objects": String(entries.count), "responses": String(entries.responses.count),
                "input": sum(\.input), "output": sum(\.output), "cache_read": sum(\.cacheRead),
                "cache_create": sum(\.cacheWrite), "tool_uses": String(entries.calls.count),
                "tool_results": String(entries.results.count),
                "tool_errors": String(entries.results.count { $0.outcome == .error }),
                "user_prompts": String(entries.texts(.prompt).count),
            ]
            for (column, value) in ours where !Self.isAccepted(file, column, value) {
                #expect(value == row[column], "\(file): \(column)")
            }
        }
    }
}
