import Core
import Testing
import Transcripts

@Suite struct CodexEventTests {
    private func read(_ lines: String...) throws -> [Entry] {
        try Feeding.codex(
            [CodexFixture.meta(), CodexFixture.start(), CodexFixture.context()] + lines
        )
    }

    @Test func `A session's meta tells where and how it ran`() throws {
        let entries = try read()
        let fact = try #require(entries.sessionFacts.first)
        #expect(fact.workingDirectory == "/w/p")
        #expect(fact.gitBranch == "main")
        #expect(fact.gitRemote == "https://example.org/p.git")
        #expect(fact.version == "0.140.0")
        #expect(fact.entrypoint == "codex-tui")
        #expect(entries.map(\.kind) == ["session_meta", "event_msg/task_started", "turn_context"])
        #expect(entries.first?.timestamp == WallTime(nanoseconds: 1_781_690_820_100_000_000))
    }

    @Test func `A compaction is told once, in either order, and with its summary`() throws {
        let record = CodexFixture.line(
            "compacted",
            #"{"message":"So far","replacement_history":[]}"#
        )
        let event = CodexFixture.event(#"{"type":"context_compacted"}"#)
        for lines in [[record, event], [event, record], [record], [event]] {
            let entries = try Feeding.codex(
                [CodexFixture.meta(), CodexFixture.start(), CodexFixture.count([500, 0, 9, 0])]
                    + lines
            )
            #expect(entries.compactions.map(\.tokensBefore) == [500])
        }
        let twice = try read(record, event, record, event)
        #expect(twice.compactions.count == 2)
        #expect(twice.texts(.compactSummary) == ["So far", "So far"])
    }

    @Test func `An aborted turn is an interruption, and ended turns have their time`() throws {
        let entries = try read(
            CodexFixture.event(
                #"{"type":"turn_aborted","turn_id":"x","reason":"interrupted","duration_ms":28}"#
            ),
            CodexFixture.event(
                #"{"type":"task_complete","turn_id":"x","last_agent_message":"Done","duration_ms":7}"#
            )
        )
        #expect(entries.texts(.interruption) == ["Turn aborted: interrupted"])
        #expect(entries.sessionFacts.compactMap(\.turnMilliseconds) == [28, 7])
        #expect(entries.texts(.text).isEmpty)
    }

    @Test func `A thread's name is the session's title unless it is another thread's`() throws {
        let entries = try read(
            CodexFixture.event(
                #"{"type":"thread_name_updated","thread_id":"other","thread_name":"No"}"#
            ),
            CodexFixture.event(
                #"{"type":"thread_name_updated","thread_id":"\#(CodexFixture.session)","thread_name":"Yes"}"#
            )
        )
        #expect(entries.sessionFacts.compactMap(\.title?.text) == ["Yes"])
    }

    @Test func `An error of the service is a message`() throws {
        let entries = try read(
            CodexFixture.event(
                #"{"type":"error","message":"limit reached","codex_error_info":"usage"}"#
            ),
            CodexFixture.event(#"{"type":"error","error":{"message":"rate limit"}}"#)
        )
        #expect(entries.texts(.apiError) == ["limit reached", "rate limit"])
    }

    @Test(arguments: [
        "entered_review_mode", "exited_review_mode", "thread_goal_updated", "collab_waiting_end",
        "sub_agent_activity", "guardian_assessment", "view_image_tool_call", "undo_completed",
        "collab_agent_spawn_end", "collab_close_end", "thread_settings_applied", "turn.completed",
        "account/rateLimits/updated", "web_search_end", "dynamic_tool_call_request",
    ])
    func `An event that has no rows is known all the same`(type: String) throws {
        let entry = try #require(try read(CodexFixture.event(#"{"type":"\#(type)"}"#)).last)
        #expect(entry.kind == "event_msg/" + type)
        #expect(entry.status == .ok)
        #expect(entry.facts.isEmpty)
    }

    @Test(arguments: [
        (CodexFixture.line("future_event", #"{"id":1}"#), "future_event"),
        (CodexFixture.event(#"{"type":"future"}"#), "event_msg/future"),
        (CodexFixture.item(#"{"type":"future"}"#), "response_item/future"),
    ])
    func `What is not known is kept and said`(line: String, kind: String) throws {
        let entry = try #require(try read(line).last)
        #expect(entry.kind == kind)
        #expect(entry.status == .unknown)
        #expect(entry.reason != nil)
        #expect(entry.session == CodexFixture.session)
        #expect(entry.eventKey != nil)
    }

    @Test(arguments: [
        "world_state", "inter_agent_communication", "inter_agent_communication_metadata",
    ])
    func `A line that only the tool needs is known`(type: String) throws {
        let entry = try #require(try read(CodexFixture.line(type, #"{"full":true}"#)).last)
        #expect(entry.status == .ok)
        #expect(entry.kind == type)
    }

    @Test func `Why a turn failed is told once`() throws {
        let error = CodexFixture.event(#"{"type":"error","message":"No quota"}"#)
        let end = CodexFixture.event(
            #"{"type":"task_complete","turn_id":"\#(CodexFixture.turn)","error":{"message":"No quota"}}"#
        )
        #expect(try read(error, end).texts(.apiError) == ["No quota"])
        #expect(try read(end).texts(.apiError) == ["No quota"])
        #expect(try read(error, error).texts(.apiError) == ["No quota", "No quota"])
    }

    @Test func `A turn that does not tell how long it took lasted from its start to its end`()
        throws
    {
        let end = #"{"type":"task_complete","turn_id":"\#(CodexFixture.turn)"}"#
        let entries = try read(CodexFixture.event(end, at: 9))
        #expect(entries.sessionFacts.compactMap(\.turnMilliseconds) == [8_000])
        let told = end.dropLast() + #","duration_ms":7}"#
        let measured = try read(CodexFixture.event(String(told), at: 9))
        #expect(measured.sessionFacts.compactMap(\.turnMilliseconds) == [7])
    }
}
