import Testing
import Transcripts

@Suite struct CodexTokenTests {
    @Test func `Usage is the difference of totals, each token in one class`() throws {
        let entries = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(), CodexFixture.context(),
            CodexFixture.count([100, 40, 20, 5]),
            CodexFixture.count([250, 140, 50, 15], last: [150, 100, 30, 10], at: 3),
        ])
        let responses = entries.responses
        #expect(responses.map(\.usage.input) == [60, 50])
        #expect(responses.map(\.usage.cacheRead) == [40, 100])
        #expect(responses.map(\.usage.output) == [20, 30])
        #expect(responses.map(\.usage.reasoning) == [5, 10])
        #expect(responses.map(\.usage.total) == [120, 180])
        #expect(responses.map(\.model) == ["gpt-5.5", "gpt-5.5"])
        #expect(responses.map(\.effort) == ["xhigh", "xhigh"])
        #expect(responses.map(\.contextWindow) == [258_400, 258_400])
        #expect(
            responses.map(\.key?.messageID) == [
                CodexFixture.turn + "/120", CodexFixture.turn + "/300",
            ]
        )
    }

    @Test func `What is written to the cache is a part of the input`() throws {
        func count(_ input: Int, _ written: Int) -> String {
            CodexFixture.count([input, 40, 20, 5], at: input)
                .replacing(
                    #""cached_input_tokens":40"#,
                    with: #""cached_input_tokens":40,"cache_write_input_tokens":\#(written)"#
                )
        }
        let entries = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(), count(100, 10), count(130, 25),
        ])
        #expect(entries.responses.map(\.usage.cacheWrite5m) == [10, 15])
        #expect(entries.responses.map(\.usage.input) == [50, 15])
        #expect(entries.responses.map(\.usage.total) == [120, 30])
    }

    @Test func `An event without counts and one that repeats the total count nothing`() throws {
        let entries = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(),
            CodexFixture.event(#"{"type":"token_count","info":null,"rate_limits":{}}"#),
            CodexFixture.count([100, 40, 20, 5]), CodexFixture.count([100, 40, 20, 5], at: 4),
        ])
        #expect(entries.facts.count { if case .response = $0 { true } else { false } } == 1)
    }

    @Test func `A lost event is made up for by the next total`() throws {
        let entries = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(), CodexFixture.count([100, 0, 20, 0]),
            CodexFixture.count([900, 0, 80, 0], last: [300, 0, 10, 0], at: 3),
        ])
        #expect(entries.responses.map(\.usage.total) == [120, 860])
    }

    @Test func `A total that falls begins anew`() throws {
        let entries = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.count([900, 0, 80, 0]),
            CodexFixture.count([100, 10, 5, 0], at: 3),
            CodexFixture.count([980, 10, 85, 0], last: [880, 0, 80, 0], at: 4),
        ])
        #expect(entries.responses.map(\.usage.total) == [980, 105, 960])
        #expect(Set(entries.responses.compactMap(\.key)).count == 3)
    }

    @Test(arguments: [
        #","forked_from_id":"\#(CodexFixture.session)""#,
        #","parent_thread_id":"\#(CodexFixture.session)","source":{"subagent":{"thread_spawn":{"parent_thread_id":"\#(CodexFixture.session)","depth":1}}}"#,
    ])
    func `The counts that a fork copied are not counted again`(origin: String) throws {
        let parent = [
            CodexFixture.meta(), CodexFixture.start(), CodexFixture.context(),
            CodexFixture.count([100, 40, 20, 5]), CodexFixture.count([250, 140, 50, 15], at: 3),
        ]
        let fork = [
            CodexFixture.meta(CodexFixture.fork, origin, at: 60), CodexFixture.meta(at: 60),
            CodexFixture.start(at: 60), CodexFixture.context(at: 60),
            CodexFixture.count([100, 40, 20, 5], at: 61),
            CodexFixture.count([250, 140, 50, 15], at: 62),
            CodexFixture.start(CodexFixture.forkTurn, at: 90),
            CodexFixture.context(CodexFixture.forkTurn, model: "gpt-5.4", at: 90),
            CodexFixture.count([300, 150, 60, 15], at: 91),
        ]
        #expect(try Feeding.codex(parent).responses.map(\.usage.total) == [120, 180])
        let forked = try Feeding.codex(fork)
        #expect(forked.responses.map(\.usage.total) == [60])
        #expect(forked.responses.map(\.model) == ["gpt-5.4"])
    }

    @Test func `Without turns the first second of a fork is the copy`() throws {
        let entries = try Feeding.codex([
            CodexFixture.meta("b", #","forked_from_id":"a""#), CodexFixture.meta("a"),
            CodexFixture.count([100, 0, 20, 0], at: 0), CodexFixture.count([150, 0, 30, 0], at: 5),
        ])
        #expect(entries.responses.map(\.usage.total) == [60])
        #expect(entries.first?.session == "b")
    }

    @Test func `A derived session that tells a total it never counted takes the last use`() throws {
        let entries = try Feeding.codex([
            CodexFixture.meta(CodexFixture.fork, #","forked_from_id":"\#(CodexFixture.session)""#),
            CodexFixture.start(CodexFixture.forkTurn),
            CodexFixture.count([900, 0, 80, 0], last: [30, 0, 3, 0]),
        ])
        #expect(entries.responses.map(\.usage.total) == [33])
    }

    @Test func `Copies of a count in a fork without the rule's marks are one response`() throws {
        // An older fork: only the parent's meta behind its own tells that it is one.
        let parent = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(), CodexFixture.count([100, 40, 20, 5]),
        ])
        let copy = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(),
            CodexFixture.count([100, 40, 20, 5], at: 70),
        ])
        #expect((parent + copy).responses.count == 1)
    }

    @Test func `A total that falls within a turn and comes back is used anew`() throws {
        let entries = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(), CodexFixture.count([900, 0, 80, 0]),
            CodexFixture.count([100, 10, 5, 0], at: 3),
            CodexFixture.count([900, 10, 80, 0], last: [800, 0, 75, 0], at: 4),
        ])
        #expect(entries.responses.map(\.usage.total) == [980, 105, 875])
    }

    @Test func `A context that is told as full has no tokens, and the next count only its own`()
        throws
    {
        let full =
            #"{"type":"token_count","info":{"total_token_usage":{"input_tokens":0,"cached_input_tokens":0,"output_tokens":0,"reasoning_output_tokens":0,"total_tokens":258400},"last_token_usage":{"input_tokens":0,"cached_input_tokens":0,"output_tokens":0,"reasoning_output_tokens":0,"total_tokens":300},"model_context_window":258400}}"#
        let after =
            #"{"type":"token_count","info":{"total_token_usage":{"input_tokens":40,"cached_input_tokens":0,"output_tokens":2,"reasoning_output_tokens":0,"total_tokens":258442},"last_token_usage":{"input_tokens":40,"cached_input_tokens":0,"output_tokens":2,"reasoning_output_tokens":0,"total_tokens":42}}}"#
        let entries = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(), CodexFixture.count([900, 0, 80, 0]),
            CodexFixture.event(full, at: 3), CodexFixture.line("compacted", #"{"message":""}"#),
            CodexFixture.event(after, at: 5),
        ])
        #expect(entries.responses.map(\.usage.total) == [980, 42])
        #expect(entries.compactions.map(\.tokensBefore) == [900])
    }

    @Test func `The model is that of the turn, unless the service was asked for another`() throws {
        let told = CodexFixture.count([300, 0, 3, 0], last: [100, 0, 1, 0], at: 4)
            .replacing(#""info":{"#, with: #""info":{"model":"gpt-5-mini","#)
        let entries = try Feeding.codex([
            CodexFixture.meta(CodexFixture.session, #","model":"gpt-4.1""#), CodexFixture.start(),
            CodexFixture.count([100, 0, 1, 0]), CodexFixture.context(),
            CodexFixture.event(#"{"type":"model_reroute","to_model":"gpt-5.5-safe"}"#),
            CodexFixture.count([200, 0, 2, 0], last: [100, 0, 1, 0], at: 3), told,
        ])
        #expect(entries.responses.map(\.model) == ["gpt-4.1", "gpt-5.5-safe", "gpt-5-mini"])
    }
}
