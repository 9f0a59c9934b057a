import Testing
import Transcripts

@Suite struct ClaudeResponseTests {
    private static func response(_ usage: String, more: String = "") throws -> ResponseFact? {
        let line = ClaudeFixture.answer("[]", usage: usage, more: more)
        return try Feeding.claude([line]).responses.first
    }

    @Test func `A usage is told in its classes`() throws {
        let fact = try #require(
            try Self.response(
                #"{"input_tokens":3,"output_tokens":416,"cache_creation_input_tokens":30,"cache_read_input_tokens":500,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"service_tier":"standard","server_tool_use":{"web_search_requests":2,"web_fetch_requests":1},"inference_geo":"us","speed":"fast","output_tokens_details":{"thinking_tokens":40}}"#,
                more: #","effort":"high""#
            )
        )
        #expect(fact.key == ResponseKey(messageID: "msg_1", requestID: "req_1"))
        let usage = fact.usage
        #expect(
            [usage.input, usage.output, usage.reasoning, usage.cacheRead] == [3, 416, 40, 500]
        )
        #expect([usage.cacheWrite5m, usage.cacheWrite1h, usage.webSearches] == [10, 20, 2])
        #expect(fact.geography == "us" && fact.speed == "fast" && fact.effort == "high")
        #expect(fact.stopReason == "end_turn" && !fact.isCopy && !fact.isError)
    }

    private static let writes: [(usage: String, fiveMinutes: Int64, hour: Int64)] = [
        (#"{"cache_creation_input_tokens":7}"#, 7, 0),
        (
            #"{"cache_creation_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0}}"#,
            7, 0
        ),
        (
            #"{"cache_creation_input_tokens":7,"cache_creation":{"ephemeral_1h_input_tokens":5}}"#,
            2, 5
        ),
        (
            #"{"cache_creation":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":5}}"#, 4,
            5
        ),
        (#"{"cache_creation_input_tokens":null,"cache_creation":null}"#, 0, 0),
        (#"{"cache_creation_input_tokens":-7}"#, 0, 0),
        (#"{"cache_creation_input_tokens":9223372036854775807}"#, 0, 0),
    ]

    @Test(arguments: writes)
    func `No cache write is lost or counted twice`(
        usage: String,
        fiveMinutes: Int64,
        hour: Int64
    ) throws {
        let tokens = try #require(try Self.response(usage)).usage
        #expect(tokens.cacheWrite5m == fiveMinutes && tokens.cacheWrite1h == hour)
    }

    @Test func `The message's identifier, the request's, or neither tell a response`() throws {
        func key(_ id: String, _ request: String) throws -> ResponseKey? {
            let line = ClaudeFixture.answer("[]")
                .replacing(#""msg_1""#, with: id).replacing(#""req_1""#, with: request)
            let fact = try #require(try Feeding.claude([line]).responses.first)
            return fact.key
        }
        #expect(try key(#""m""#, "null") == ResponseKey(messageID: "m"))
        #expect(try key(#""m""#, #""""#) == ResponseKey(messageID: "m"))
        #expect(try key("null", #""r""#) == ResponseKey(messageID: "r"))
        #expect(try key("7", "{}") == nil)
    }

    @Test func `Each line of a response tells it`() throws {
        let lines = [9, 9, 416].enumerated().map { index, output in
            ClaudeFixture.answer(
                "[]",
                usage: #"{"input_tokens":3,"output_tokens":\#(output)}"#,
                uuid: "a\(index)"
            )
        }
        let entries = try Feeding.claude(lines)
        #expect(entries.facts.count { if case .response = $0 { true } else { false } } == 3)
        #expect(entries.responses.map(\.usage.output) == [416])
    }

    @Test func `The cost of old versions is kept`() throws {
        let fact = try Self.response(
            #"{"input_tokens":1}"#,
            more: #","costUSD":0.0123456,"durationMs":99"#
        )
        #expect(fact?.toolMicrodollars == 12_346)
        let bad = try Self.response(#"{"input_tokens":1}"#, more: #","costUSD":"x""#)
        #expect(bad != nil && bad?.toolMicrodollars == nil)
    }

    @Test func `An error is billed as far as the answer came, a synthetic one never`() throws {
        func isError(_ usage: String, _ model: String = "claude-opus-4-6") throws -> Bool? {
            let line = ClaudeFixture.answer(
                #"[{"type":"text","text":"API Error"}]"#,
                usage: usage,
                more: #","isApiErrorMessage":true"#
            ).replacing("claude-opus-4-6", with: model)
            let entries = try Feeding.claude([line])
            #expect(entries.texts(.apiError) == ["API Error"])
            return entries.responses.first?.isError
        }
        #expect(try isError(#"{"input_tokens":3,"output_tokens":9}"#) == false)
        #expect(try isError(#"{"input_tokens":0,"output_tokens":0}"#) == true)
        #expect(try isError(#"{"input_tokens":3}"#, "<synthetic>") == true)
    }

    // MARK: Copies

    private static let message =
        #""message":{"id":"msg_2","model":"claude-haiku-4-5","content":[{"type":"tool_use","id":"t2","name":"Read","input":{"file_path":"/a"}}],"usage":{"input_tokens":5,"output_tokens":6}},"requestId":"req_2","uuid":"n1","timestamp":"2026-02-21T05:00:00.000Z""#
    private static let copy = ClaudeFixture.progress(
        "agent_progress",
        #""prompt":"p","agentId":"a2018e5","normalizedMessages":[],"message":{"type":"assistant",\#(message)}"#
    )
    private static let original =
        #"{"type":"assistant","isSidechain":true,"agentId":"a2018e5","sessionId":"\#(ClaudeFixture.session)",\#(message)}"#

    @Test func `A copy of a subagent's message is the same event in the subagent's session`() throws
    {
        let copy = try #require(try Feeding.claude(Self.copy))
        let original = try #require(
            try Feeding.claude(Self.original, path: ClaudeFixture.agentPath)
        )
        #expect(copy.eventKey == "n1" && original.eventKey == "n1")
        #expect(copy.session == ClaudeFixture.session + "/a2018e5")
        #expect(copy.session == original.session && copy.timestamp == original.timestamp)
        #expect(copy.isSidechain && original.isSidechain)
        let fact = try #require([copy].responses.first)
        #expect(fact.isCopy && [original].responses.first?.isCopy == false)
        #expect(fact.key == ResponseKey(messageID: "msg_2", requestID: "req_2"))
        #expect(fact.usage == [original].responses.first?.usage)
        #expect([copy].calls.first?.version == 0 && [original].calls.first?.version == 1)
        #expect([copy].accesses.map(\.path) == ["/a"])
        let about = [copy].sessionFacts
        #expect(about.compactMap(\.parent) == [ClaudeFixture.session])
        #expect(about.compactMap(\.lineage) == [.subagent])
        #expect(about.compactMap(\.parentCallID) == ["toolu_9"])
    }

    @Test func `What a copy says of its subagent it says once`() throws {
        let facts = try Feeding.claude([Self.copy, Self.copy, Self.copy]).sessionFacts
        #expect(facts.count == 2)
    }

    @Test(arguments: [("skill_progress", EntryStatus.ok), ("novel_progress", .unknown)])
    func `Tokens in a progress of another kind are a copy's`(
        kind: String,
        status: EntryStatus
    ) throws {
        let line = Self.copy.replacing("agent_progress", with: kind)
        let entry = try #require(try Feeding.claude(line))
        #expect(entry.status == status && entry.session == ClaudeFixture.session + "/a2018e5")
        let fact = try #require([entry].responses.first)
        #expect(fact.isCopy && fact.usage.output == 6)
        let plain = ClaudeFixture.progress("hook_progress", #""message":"text","agentId":"a1""#)
        #expect(try Feeding.claude(plain)?.session == ClaudeFixture.session)
    }

    @Test func `A copied prompt is the subagent's`() throws {
        let line = ClaudeFixture.progress(
            "agent_progress",
            #""agentId":"a1","message":{"type":"user","uuid":"n2","message":{"role":"user","content":[{"type":"text","text":"look"}]}}"#
        )
        #expect(try Feeding.claude([line]).messages.map(\.kind) == [.subagentPrompt])
        let odd = ClaudeFixture.progress(
            "agent_progress",
            #""agentId":"a1","message":{"type":"novel"}"#
        )
        #expect(try Feeding.claude(odd)?.reason == #"unknown type of agent_progress "novel""#)
    }
}
