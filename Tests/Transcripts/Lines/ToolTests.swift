import Core
import Testing
import Transcripts

@Suite("A file's tool is told by its records where its source does not")
struct ToolTests {
    private func tool(_ text: String, _ source: String, _ path: BytePath) throws -> Tool {
        var reading = try Reading()
        reading.source = source
        reading.path = path
        let context = try reading.context()
        return Array(text.utf8).padded {
            TranscriptReader.tool(of: $0, context: context, parser: reading.parser)
        }
    }

    private static let claude =
        #"{"type":"user","uuid":"u","sessionId":"s","timestamp":"2026-01-02T03:04:05Z","message":{"role":"user","content":"x"}}"#
    private static let codex =
        #"{"timestamp":"2026-01-02T03:04:05Z","type":"session_meta","payload":{"id":"a"}}"#
    private static let gemini =
        #"{"sessionId":"s","projectHash":"h","startTime":"2026-01-02T03:04:05Z"}"#
    private static let document =
        #"{"sessionId":"s","projectHash":"h","startTime":"2026-01-02T03:04:05Z","messages":["#

    @Test(arguments: [
        (claude, "work", "a/b.jsonl", Tool.claudeCode), (codex, "work", "a/b.jsonl", .codex),
        (gemini, "work", "a/b.jsonl", .gemini), (document + "]}", "work", "a/b.json", .gemini),
        // Longer than what is looked at.
        (document, "work", "a/b.json", .gemini),
        // The records know better than a name.
        (claude, "backup", "me/cursor/b.jsonl", .claudeCode),
        (claude, "codex", "a/b.jsonl", .codex),
        (#"{"type":"user.message","data":{}}"#, "copilot", "a/events.jsonl", .copilot),
        (#"{"info":{"id":"ses_1"},"messages":[]}"#, "x", "opencode/a.json", .openCode),
        (#"{"odd":1}"#, "x", "a/b.jsonl", .other), ("", "pi", "a/b.jsonl", .pi),
        ("", "x", "a/b.txt", .other), ("not json\n", "qwen", "a/b.jsonl", .qwen),
    ])
    func told(text: String, source: String, path: BytePath, tool: Tool) throws {
        #expect(try self.tool(text + (path == "a/b.jsonl" ? "\n" : ""), source, path) == tool)
    }
}
