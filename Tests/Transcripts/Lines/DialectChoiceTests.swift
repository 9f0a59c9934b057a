import Core
import Testing
import Transcripts

@Suite("A file's tool is told by its source and path, else by its records")
struct DialectChoiceTests {
    @Test(
        "Forms by name",
        arguments: [
            ("a/b.jsonl", FileForm.lines), ("b.jsonl.zst", .lines), ("B.JSONL", .lines),
            ("a.jsonl.bak", .lines), ("x.ndjson", .lines), ("chats/session-1.json", .document),
            ("agent-1.meta.json", .document), ("tool-results/1.txt", .opaque),
            ("memory/a.md", .opaque), ("workflows/scripts/a.js", .opaque), ("jsonl", .opaque),
            ("a.jsonl/b.png", .opaque), ("json.lock", .opaque),
        ]
    )
    func forms(_ path: String, _ form: FileForm) {
        #expect(FileForm(BytePath(path)) == form)
    }

    @Test(
        "Presets by path",
        arguments: [
            ("claude-code", "projects/x/1.jsonl", DialectChoice.claudeTranscript),
            ("claude-code", "projects/x/y/z/agent-1.jsonl", .claudeTranscript),
            ("claude-code", "history.jsonl", .claudeHistory),
            (
                "claude-code", "projects/x/1/subagents/workflows/wf_1/journal.jsonl",
                .claudeWorkflowJournal
            ),
            ("codex", "sessions/2026/01/02/rollout-1.jsonl", .codexRollout),
            ("codex", "history.jsonl", .genericRecords),
            ("gemini", "tmp/p/chats/session-1.jsonl", .geminiSession),
        ]
    )
    func presets(_ source: String, _ path: String, _ choice: DialectChoice) throws {
        let stream = StreamID(file: try #require(FileID(1)), generation: 1)
        let context = FileContext(source: source, path: BytePath(path), stream: stream)
        #expect(DialectChoice.lines(context) == choice)
    }

    @Test(
        "Sources of one's own by their records",
        arguments: [
            (
                #"{"type":"user","uuid":"1","parentUuid":null,"sessionId":"s","message":{}}"#,
                Tool.claudeCode
            ),
            (#"{"type":"summary","summary":"x","leafUuid":"y"}"#, .claudeCode),
            (#"{"type":"file-history-snapshot","messageId":"m","snapshot":{}}"#, .claudeCode),
            (#"{"type":"queue-operation","operation":"enqueue","sessionId":"s"}"#, .claudeCode),
            (#"{"display":"x","timestamp":1,"project":"/p"}"#, .claudeCode),
            (#"{"type":"started","key":"k","agentId":"a"}"#, .claudeCode),
            (#"{"timestamp":"t","type":"session_meta","payload":{"id":"x"}}"#, .codex),
            (#"{"id":"x","timestamp":"t","instructions":null}"#, .codex),
            (#"{"sessionId":"s","projectHash":"h","kind":"main"}"#, .gemini),
            (
                #"{"future":1}"# + "\n" + #"{"timestamp":"t","type":"event_msg","payload":{}}"#,
                .codex
            ),
            ("// a comment\n" + #"{"type":"summary","summary":"x","leafUuid":"y"}"#, .claudeCode),
        ]
    )
    func sniffed(_ text: String, _ tool: Tool) throws {
        let reading = try Reading()
        let reader = TranscriptReader(
            context: try reading.context(),
            parser: reading.parser,
            state: []
        )
        #expect(reader.tool == .other)
        _ = Array(text.utf8).padded { reader.read($0, at: 0) { _ in } }
        #expect(reader.tool == tool)
        let again = TranscriptReader(
            context: try reading.context(),
            parser: reading.parser,
            state: reader.state
        )
        #expect(again.tool == tool)
    }

    @Test(
        "Other tools are not taken for Claude Code",
        arguments: [
            #"{"uuid":"1","parentUuid":null,"sessionId":"s","type":"user","message":{"role":"user","parts":[]}}"#,
            #"{"type":"session.start","data":{"sessionId":"s"},"id":"1","timestamp":"t","parentId":null}"#,
            #"{"type":"session","id":"1","timestamp":"t","cwd":"/x"}"#,
            #"{"type":"message","id":"1","parentId":null,"timestamp":"t","message":{"role":"user"}}"#,
        ]
    )
    func others(_ text: String) throws {
        let reading = try Reading()
        let reader = TranscriptReader(
            context: try reading.context(),
            parser: reading.parser,
            state: []
        )
        _ = Array(text.utf8).padded { reader.read($0, at: 0) { _ in } }
        #expect(![Tool.claudeCode, .codex, .gemini].contains(reader.tool))
    }

    @Test(
        "A state that makes no sense counts as empty",
        arguments: [[], [9], [1], [1, 99, 0], [1, 1, 99], [1, 1, 1, 0xff]]
    )
    func states(_ state: [UInt8]) throws {
        let reading = try Reading()
        let reader = TranscriptReader(
            context: try reading.context(),
            parser: reading.parser,
            state: state
        )
        var count = 0
        _ = Array(Damage.a.utf8).padded { reader.read($0, at: 0) { _ in count += 1 } }
        #expect(count == 1)
        #expect(reader.tool == .claudeCode)
    }
}
