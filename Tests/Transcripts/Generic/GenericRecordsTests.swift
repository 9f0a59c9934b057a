import Core
import Testing
import Transcripts

@Suite struct GenericRecordsTests {
    @Test(arguments: [
        ("copilot", "x.jsonl", Tool.copilot), ("my-opencode", "x.json", .openCode),
        ("pi", "x", .pi),
        ("qwen", "x", .qwen), ("cursor", "x", .cursor), ("droid", "x", .droid),
        ("notes", "x", .other),
        ("s", "session-state/1/events.jsonl", .copilot), ("s", ".factory/sessions/a.jsonl", .droid),
        ("s", "p/agent-transcripts/u/u.jsonl", .cursor), ("s", "spi/x.jsonl", .other),
    ])
    func `The source's name, else the path, tells the tool`(
        source: String,
        path: String,
        tool: Tool
    ) throws {
        #expect(GenericRecords(try Feeding.context(path, source: source), state: []).tool == tool)
    }

    @Test func `Copilot's events are read`() throws {
        let entries = try Feeding.generic(
            [
                #"{"type":"session.start","data":{"sessionId":"s1","copilotVersion":"1.0","context":{"cwd":"/w","branch":"b","repository":"o/r"}},"id":"e1","timestamp":"2025-12-18T22:00:00.000Z","parentId":null}"#,
                #"{"type":"user.message","data":{"content":"Go","transformedContent":"<x>Go"},"id":"e2","timestamp":"2025-12-18T22:00:01.000Z","parentId":"e1"}"#,
                #"{"type":"assistant.message","data":{"messageId":"m","content":"Ok","toolRequests":[{"toolCallId":"c","name":"bash","arguments":{"command":"ls"}}],"outputTokens":9},"id":"e3","timestamp":"2025-12-18T22:00:02.000Z"}"#,
                #"{"type":"tool.execution_start","data":{"toolCallId":"c","toolName":"bash","arguments":{"command":"ls"}},"id":"e4","timestamp":"2025-12-18T22:00:03.000Z"}"#,
                #"{"type":"tool.execution_complete","data":{"toolCallId":"c","success":false,"result":{"content":"no"}},"id":"e5","timestamp":"2025-12-18T22:00:04.000Z"}"#,
                #"{"type":"hook.start","data":{"input":{"prompt":"Go"}},"id":"e6"}"#,
                #"{"type":"session.shutdown","data":{"currentModel":"m"},"id":"e7"}"#,
            ],
            source: "copilot",
            path: "session-state/s1/events.jsonl"
        )
        #expect(entries.allSatisfy { $0.session == "s1" && $0.status == .ok })
        #expect(entries.map(\.uuid) == ["e1", "e2", "e3", "e4", "e5", "e6", "e7"])
        #expect(entries[1].parent == "e1")
        #expect(entries.texts(.prompt) == ["Go"])
        #expect(entries.texts(.text) == ["Ok"])
        #expect(entries.calls.map(\.command) == ["ls"])
        #expect(entries.results.map(\.outcome) == [.error])
        #expect(entries.sessionFacts.first?.workingDirectory == "/w")
        #expect(entries.sessionFacts.first?.gitBranch == "b")
    }

    @Test func `Pi's messages and their usage are read`() throws {
        let entries = try Feeding.generic(
            [
                #"{"type":"session","version":3,"id":"p1","timestamp":"2025-01-01T10:00:00Z","cwd":"/w","parentSession":"/h/2025-01-01T09-00-00-000Z_parent-uuid.jsonl"}"#,
                #"{"type":"message","id":"00000001","parentId":null,"timestamp":"2025-01-01T10:00:01Z","message":{"role":"user","content":[{"type":"text","text":"Fix"}]}}"#,
                #"{"type":"message","id":"00000002","parentId":"00000001","timestamp":"2025-01-01T10:00:02Z","message":{"role":"assistant","content":[{"type":"thinking","thinking":"Hm"},{"type":"text","text":"Yes"},{"type":"toolCall","id":"t1","name":"read","arguments":{"path":"a.go","offset":3,"limit":9}}],"model":"claude-opus-4-5","usage":{"input":100,"output":50,"cacheRead":7,"cacheWrite":9,"cacheWrite1h":4,"cost":{"total":0.0125}},"stopReason":"toolUse"}}"#,
                #"{"type":"message","id":"00000003","timestamp":"2025-01-01T10:00:03Z","message":{"role":"toolResult","toolCallId":"t1","toolName":"read","content":[{"type":"text","text":"package"}],"isError":false}}"#,
                #"{"type":"compaction","id":"00000004","timestamp":"2025-01-01T10:00:05Z","summary":"Sum","tokensBefore":5000}"#,
                #"{"type":"session_info","id":"00000005","name":"Named"}"#,
            ],
            source: "pi"
        )
        #expect(entries.allSatisfy { $0.session == "p1" })
        #expect(entries.texts(.prompt) == ["Fix"])
        #expect(entries.texts(.thinking) == ["Hm"])
        #expect(entries.texts(.toolResult) == ["package"])
        #expect(entries.texts(.compactSummary) == ["Sum"])
        #expect(entries.compactions.map(\.tokensBefore) == [5_000])
        #expect(entries.accesses.map(\.range) == ["3+9"])
        let fact = try #require(entries.responses.first)
        #expect(fact.usage.input == 100)
        #expect(fact.usage.cacheWrite5m == 5)
        #expect(fact.usage.cacheWrite1h == 4)
        #expect(fact.usage.total == 166)
        #expect(fact.toolMicrodollars == 12_500)
        #expect(entries.sessionFacts.first?.parent == "parent-uuid")
        #expect(entries.sessionFacts.last?.title?.text == "Named")
    }

    @Test func `Qwen's lines with one identifier are different events of one response`() throws {
        let entries = try Feeding.generic(
            [
                #"{"uuid":"019f0000-0000-7000-8000-000000000046","sessionId":"q","timestamp":"2026-08-17T13:00:05.000Z","type":"assistant","cwd":"/w","version":"0.21","message":{"role":"model","parts":[{"text":"Hm","thought":true}]}}"#,
                #"{"uuid":"019f0000-0000-7000-8000-000000000046","sessionId":"q","timestamp":"2026-08-17T13:00:06.000Z","type":"assistant","model":"m","usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":4,"thoughtsTokenCount":3,"cachedContentTokenCount":2,"totalTokenCount":19},"message":{"role":"model","parts":[{"functionCall":{"id":"c","name":"read_file","args":{"path":"a"}}}]}}"#,
                #"{"uuid":"019f0000-0000-7000-8000-000000000047","sessionId":"q","type":"tool_result","message":{"role":"user","parts":[{"functionResponse":{"id":"c","name":"read_file","response":{"output":"x"}}}]}}"#,
            ],
            source: "qwen"
        )
        #expect(Set(entries.compactMap(\.eventKey)).count == 3)
        #expect(entries.texts(.thinking) == ["Hm"])
        #expect(entries.calls.map(\.filePath) == ["a"])
        #expect(entries.results.map(\.callID) == ["c"])
        let usage = try #require(entries.responses.first?.usage)
        #expect((usage.input, usage.cacheRead, usage.output, usage.reasoning) == (10, 2, 7, 3))
    }

    @Test func `Cursor's lines without times and identifiers are entries of the file's session`()
        throws
    {
        let entries = try Feeding.generic(
            [
                #"{"role":"user","message":{"content":[{"type":"text","text":"<user_query>\nhi\n</user_query>"}]}}"#,
                #"{"role":"assistant","message":{"content":[{"type":"text","text":"Ok"},{"type":"tool_use","name":"Grep","input":{"pattern":"needle","path":"/src"}}]}}"#,
                #"{"type":"turn_ended","status":"ok"}"#,
            ],
            source: "cursor",
            path: "p/agent-transcripts/u1/u1.jsonl"
        )
        #expect(entries.map(\.session) == ["u1", "u1", "u1"])
        #expect(entries.map(\.eventKey) == [nil, nil, nil])
        #expect(entries.texts(.prompt).count == 1)
        #expect(entries.calls.map(\.query) == ["needle"])
        #expect(entries.accesses.map(\.operation) == [.search])
    }

    @Test func `Records of unknown tools lose nothing`() throws {
        let entries = try Feeding.generic(
            [
                #"{"type":"assistant","content":"I read it.","tool_calls":[{"id":"c","name":"read_file","arguments":"{\"target_file\":\"/a\"}"}],"model_id":"grok"}"#,
                #"{"type":"tool_result","tool_call_id":"c","content":"x"}"#,
                #"{"type":"context.append_message","message":{"role":"user","content":[{"type":"text","text":"hi"}]},"time":1785612812820}"#,
                #"{"step_index":7,"source":"MODEL","type":"PLANNER_RESPONSE","created_at":"2026-06-26T21:16:21Z","thinking":"T","content":"C"}"#,
                #"[1,2]"#, #"{"odd":true}"#,
            ],
            source: "x"
        )
        #expect(entries.count == 6)
        #expect(entries.calls.map(\.filePath) == ["/a"])
        #expect(entries.results.map(\.callID) == ["c"])
        #expect(entries.texts(.prompt) == ["hi"])
        #expect(entries.texts(.text) == ["I read it.", "C"])
        #expect(entries[2].timestamp == WallTime(nanoseconds: 1_785_612_812_820_000_000))
        #expect(entries.map(\.status) == [.ok, .ok, .ok, .ok, .unknown, .ok])
        #expect(entries.map(\.kind).suffix(2) == ["record", "record"])
    }

    /// Input, read from the cache, output, reasoning.
    private static let usages: [(String, [Int64]?)] = [
        (#"{"input_tokens":1}"#, nil), (#"{"total":9}"#, nil), (#"{"outputTokens":9}"#, nil),
        (#"{"input_tokens":1,"output_tokens":2,"cache_read_input_tokens":3}"#, [1, 3, 2, 0]),
        (#"{"input_tokens":7,"output_tokens":2}"#, [7, 0, 2, 0]),
        (#"{"input":1,"output":2}"#, [1, 0, 2, 0]),
        (#"{"prompt_tokens":1,"completion_tokens":2}"#, [1, 0, 2, 0]),
        (
            #"{"prompt_tokens":9,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}"#,
            [5, 4, 5, 3]
        ),
        (
            #"{"input_tokens":9,"output_tokens":5,"input_tokens_details":{"cached_tokens":4},"output_tokens_details":{"reasoning_tokens":3}}"#,
            [5, 4, 5, 3]
        ),
        (#"{"inputTokens":9,"outputTokens":5,"cachedInputTokens":4}"#, [5, 4, 5, 0]),
        (#"{"promptTokens":9,"completionTokens":5,"totalTokens":14}"#, [9, 0, 5, 0]),
    ]

    @Test(arguments: usages)
    func `Usage is counted once, each token in one class`(usage: String, parts: [Int64]?) throws {
        let line = #"{"id":"m1","role":"assistant","content":"x","usage":\#(usage)}"#
        let entries = try Feeding.generic([line, line], source: "x")
        let told = entries.responses.map(\.usage).map {
            [$0.input, $0.cacheRead, $0.output, $0.reasoning]
        }
        #expect(told == (parts.map { [$0] } ?? []))
        // Without an identifier each record is a response.
        let nameless = line.replacing(#""id":"m1","#, with: "")
        let count = try Feeding.generic([nameless, nameless], source: "x").responses.count
        #expect(count == (parts == nil ? 0 : 2))
        let prompt = line.replacing("assistant", with: "user")
        #expect(try Feeding.generic([prompt], source: "x").responses.isEmpty)
    }
}
