import Core
import TestSupport
import Testing
import Transcripts

/// Whatever way a file comes in, its entries are the same.
@Suite struct SplitTests {
    private static let codex = [
        CodexFixture.meta(
            CodexFixture.fork,
            #","forked_from_id":"\#(CodexFixture.session)""#,
            at: 60
        ),
        CodexFixture.meta(at: 60), CodexFixture.start(at: 60), CodexFixture.context(at: 60),
        CodexFixture.count([100, 40, 20, 5], at: 60), CodexFixture.start("2", at: 70),
        CodexFixture.item(
            #"{"type":"message","role":"user","content":[{"type":"input_text","text":"Fix"}]}"#,
            at: 71
        ),
        CodexFixture.event(#"{"type":"user_message","message":"Fix"}"#, at: 71),
        CodexFixture.item(
            #"{"type":"custom_tool_call","name":"apply_patch","input":"*** Begin Patch\n*** Add File: a\n+x\n","call_id":"call_1"}"#,
            at: 72
        ),
        CodexFixture.item(
            #"{"type":"custom_tool_call_output","call_id":"call_1","output":"ok"}"#,
            at: 73
        ),
        CodexFixture.count([300, 150, 60, 15], last: [200, 110, 40, 10], at: 74),
        CodexFixture.count([80, 0, 6, 1], at: 75),
        CodexFixture.line("compacted", #"{"message":"So far"}"#, at: 76),
        CodexFixture.event(#"{"type":"context_compacted"}"#, at: 76),
        CodexFixture.event(#"{"type":"thread_rolled_back","num_turns":1}"#, at: 77),
        CodexFixture.event(#"{"type":"task_complete","turn_id":"2"}"#, at: 78),
    ]

    private static let gemini = [
        #"{"sessionId":"s","projectHash":"h","startTime":"2026-04-23T12:52:52.759Z","lastUpdated":"2026-04-23T12:52:52.759Z","kind":"main"}"#,
        #"{"id":"u","timestamp":"2026-04-23T12:53:05.283Z","type":"user","content":[{"text":"Hé"}]}"#,
        #"{"id":"g","timestamp":"2026-04-23T12:53:11.257Z","type":"gemini","content":"Do","thoughts":[],"model":"gemini-2.5-pro"}"#,
        GeminiFixture.answer,
        #"{"$set":{"lastUpdated":"2026-04-23T12:53:12.283Z"}}"#,
        #"{"$rewindTo":"g"}"#,
        #"{"$set":{"lastUpdated":"2026-04-23T12:53:13.283Z","messages":[{"id":"u","type":"user","content":"Hi"}],"summary":"x"}}"#,
    ]

    private static let copilot = [
        #"{"type":"session.start","data":{"sessionId":"s1","selectedModel":"m"},"id":"e1","timestamp":"2025-12-18T22:00:00.000Z"}"#,
        #"{"type":"user.message","data":{"content":"Go"},"id":"e2","timestamp":"2025-12-18T22:00:01.000Z"}"#,
        #"{"type":"assistant.message","data":{"content":"Ok","toolRequests":[{"toolCallId":"c","name":"bash","arguments":{"command":"ls"}}],"outputTokens":9},"id":"e3","timestamp":"2025-12-18T22:00:02.000Z"}"#,
        #"{"type":"tool.execution_complete","data":{"toolCallId":"c","success":true,"result":{"content":"a"}},"id":"e4","timestamp":"2025-12-18T22:00:03.000Z"}"#,
        #"{"type":"session.shutdown","data":{"modelMetrics":{"m":{"usage":{"inputTokens":50,"outputTokens":9,"cacheReadTokens":20}}}},"id":"e5","timestamp":"2025-12-18T22:00:04.000Z"}"#,
        #"{"type":"session.resume","data":{},"id":"e6","timestamp":"2025-12-18T22:00:05.000Z"}"#,
        #"{"type":"assistant.message","data":{"content":"Bye","outputTokens":3},"id":"e7","timestamp":"2025-12-18T22:00:06.000Z"}"#,
        #"{"type":"session.shutdown","data":{"modelMetrics":{"m":{"usage":{"inputTokens":70,"outputTokens":12,"cacheReadTokens":20}}}},"id":"e8","timestamp":"2025-12-18T22:00:07.000Z"}"#,
    ]

    private static let qwen = [
        #"{"uuid":"019f0000-0000-7000-8000-000000000001","sessionId":"q","timestamp":"2026-08-17T13:00:05.000Z","type":"user","cwd":"/w","message":{"role":"user","parts":[{"text":"Hé"}]}}"#,
        #"{"uuid":"019f0000-0000-7000-8000-000000000002","sessionId":"q","timestamp":"2026-08-17T13:00:06.000Z","type":"assistant","model":"m","usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":4},"message":{"role":"model","parts":[{"text":"No"},{"functionCall":{"id":"c","name":"read_file","args":{"path":"a"}}}]}}"#,
        #"{"uuid":"019f0000-0000-7000-8000-000000000003","sessionId":"q","timestamp":"2026-08-17T13:00:07.000Z","type":"system","subtype":"rewind","systemPayload":{"targetUuid":"019f0000-0000-7000-8000-000000000001"}}"#,
    ]

    private static let files: [(String, BytePath, [String])] = [
        (
            "codex",
            "sessions/rollout-2026-06-17T10-07-16-019ed60c-2fb3-7002-a384-360bea6e7f04.jsonl",
            codex
        ),
        ("gemini", "p/chats/session-1.jsonl", gemini), ("notes", "p/x.jsonl", codex),
        ("notes", "p/x.jsonl", gemini), ("copilot", "session-state/s1/events.jsonl", copilot),
        ("qwen", "chats/q.jsonl", qwen),
    ]

    @Test(arguments: 0..<6)
    func `Cut anywhere, by readers made again from their state, a file has the same entries`(
        number: Int
    ) throws {
        let (source, path, lines) = Self.files[number]
        let bytes = Array(lines.joined(separator: "\n").utf8)
        var reading = try Reading()
        reading.source = source
        reading.path = path
        let whole = try reading.entries(bytes)
        #expect(whole.count == lines.count)
        #expect(!whole.facts.isEmpty)
        for cut in stride(from: 1, to: bytes.count, by: 7) {
            #expect(try reading.entries(bytes, cuts: [cut], isRestarted: true) == whole, "\(cut)")
        }
        var random = SeededRandom(seed: UInt64(number))
        for _ in 0..<20 {
            let cuts = Array(1..<bytes.count).shuffled(using: &random).prefix(9).sorted()
            #expect(try reading.entries(bytes, cuts: cuts, isRestarted: true) == whole, "\(cuts)")
        }
    }
}
