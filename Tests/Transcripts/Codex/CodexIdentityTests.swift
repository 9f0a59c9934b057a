import Core
import Testing
import Transcripts

@Suite struct CodexIdentityTests {
    private let lines = [
        CodexFixture.meta(), CodexFixture.start(), CodexFixture.context(),
        CodexFixture.item(
            #"{"type":"message","role":"user","content":[{"type":"input_text","text":"yes"}]}"#
        ),
        CodexFixture.event(#"{"type":"user_message","message":"yes","images":[]}"#),
        CodexFixture.event(#"{"type":"agent_message","message":"Done."}"#, at: 3),
        CodexFixture.item(
            #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Done."}]}"#,
            at: 3
        ),
        CodexFixture.item(
            #"{"type":"function_call","name":"shell","arguments":"{}","call_id":"c1"}"#,
            at: 3
        ),
        CodexFixture.count([100, 40, 20, 5], at: 4),
    ]

    @Test func `The first meta is the file's own, and what a resume appends changes nothing`()
        throws
    {
        let entries = try Feeding.codex(
            lines + [CodexFixture.meta("other", at: 50), CodexFixture.meta(at: 51)]
        )
        #expect(Set(entries.map(\.session)) == [CodexFixture.session])
        #expect(entries.sessionFacts.allSatisfy { $0.parent == nil && $0.lineage == nil })
    }

    @Test func `Without a meta the file's name tells the session`() throws {
        let entries = try Feeding.codex([CodexFixture.start()])
        #expect(entries.map(\.session) == [CodexFixture.session])
        let named = try Feeding.codex([CodexFixture.start()], path: "archived_sessions/odd.jsonl")
        #expect(named.map(\.session) == ["odd"])
    }

    @Test func `Every record is told from the others, and a copy of the file repeats the keys`()
        throws
    {
        let here = try Feeding.codex(lines)
        let archived = try Feeding.codex(
            lines,
            path: "archived_sessions/rollout-2026-06-17T10-07-16-\(CodexFixture.session).jsonl"
        )
        #expect(here.map(\.eventKey) == archived.map(\.eventKey))
        #expect(Set(here.compactMap(\.eventKey)).count == lines.count)
    }

    @Test func `Equal records of a turn are distinct events`() throws {
        let entries = try Feeding.codex(lines + [lines[4], lines[4]])
        #expect(Set(entries.compactMap(\.eventKey)).count == entries.count)
    }

    @Test func `What a fork copied is the parent's events, though times differ and lines lack`()
        throws
    {
        let parent = try Feeding.codex(lines)
        var copied = lines
        copied.remove(at: 7)
        let fork = try Feeding.codex(
            [
                CodexFixture.meta(
                    CodexFixture.fork,
                    #","forked_from_id":"\#(CodexFixture.session)""#,
                    at: 60
                )
            ]
                + copied.map { $0.replacing("T10:07:0", with: "T10:08:0") }
                + [CodexFixture.start(CodexFixture.forkTurn, at: 90)]
        )
        let known = Set(parent.compactMap(\.eventKey))
        let shared = fork.compactMap(\.eventKey).filter { known.contains($0) }
        #expect(shared.count == copied.count)
        #expect(Set(fork.map(\.session)) == [CodexFixture.fork])
        let fact = try #require(fork.sessionFacts.first)
        #expect(fact.parent == CodexFixture.session)
        #expect(fact.lineage == .forked)
        #expect(parent.messages.map(\.key).contains(fork.messages.first?.key))
    }

    @Test func `A subagent's rollout is a session of its own below its parent`() throws {
        let origin =
            #","thread_source":"subagent","agent_nickname":"Ada","source":{"subagent":{"thread_spawn":{"parent_thread_id":"\#(CodexFixture.session)","depth":1,"agent_role":"reviewer"}}}"#
        let entries = try Feeding.codex([
            CodexFixture.meta(CodexFixture.fork, origin), CodexFixture.start(CodexFixture.forkTurn),
            CodexFixture.event(#"{"type":"user_message","message":"Review this"}"#),
        ])
        let fact = try #require(entries.sessionFacts.first)
        #expect(fact.parent == CodexFixture.session)
        #expect(fact.lineage == .subagent)
        #expect(fact.agentType == "reviewer")
        #expect(entries.allSatisfy { $0.isSidechain && $0.session == CodexFixture.fork })
        #expect(entries.texts(.subagentPrompt) == ["Review this"])
    }

    @Test func `The state carries a reader over any gap`() throws {
        let whole = try Feeding.codex(lines)
        for cut in 1..<lines.count {
            let context = try Feeding.context("sessions/rollout-x.jsonl")
            var first = CodexRollout(context, state: [])
            let before = Feeding.read(lines[..<cut].joined(separator: "\n").utf8, &first)
            var second = CodexRollout(context, state: first.state)
            let after = Feeding.read(lines[cut...].joined(separator: "\n").utf8, &second)
            #expect((before + after).map(\.facts) == whole.map(\.facts))
            #expect((before + after).map(\.eventKey) == whole.map(\.eventKey))
        }
    }

    @Test func `A state that makes no sense counts as none`() throws {
        let context = try Feeding.context("sessions/odd.jsonl")
        var sound = CodexRollout(context, state: [])
        _ = Feeding.read(lines.joined(separator: "\n").utf8, &sound)
        let state = sound.state
        for cut in 0..<state.count {
            let broken = CodexRollout(context, state: Array(state[..<cut]))
            #expect(broken.state == CodexRollout(context, state: []).state)
        }
    }

    @Test func `Turns that are numbered count within their session`() throws {
        func read(_ session: String) throws -> [Entry] {
            try Feeding.codex([
                CodexFixture.meta(session), CodexFixture.start("1"), lines[3], lines[7],
                CodexFixture.count([100, 40, 20, 5]),
            ])
        }
        let first = try read(CodexFixture.session)
        let second = try read(CodexFixture.fork)
        #expect(Set((first + second).compactMap(\.eventKey)).count == first.count * 2)
        #expect((first + second).responses.count == 2)
        #expect(first.last?.callScope != second.last?.callScope)
    }

    @Test func `Identifiers of calls count within a turn, in its copies too`() throws {
        let end = CodexFixture.event(
            #"{"type":"exec_command_end","call_id":"call_1","turn_id":"\#(CodexFixture.turn)","exit_code":0}"#,
            at: 95
        )
        let entries = try Feeding.codex(
            [CodexFixture.meta(CodexFixture.fork, #","forked_from_id":"x""#, at: 60)] + lines
                + [CodexFixture.start(CodexFixture.forkTurn, at: 90), end]
        )
        #expect(entries[8].kind == "response_item/function_call")
        #expect(entries[8].callScope == CodexFixture.turn)
        #expect(entries[10].callScope == CodexFixture.forkTurn)
        #expect(entries.last?.callScope == CodexFixture.turn)
    }
}
