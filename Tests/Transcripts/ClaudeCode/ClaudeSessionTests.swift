import Core
import Testing
import Transcripts

@Suite struct ClaudeSessionTests {
    private static let session = ClaudeFixture.session

    // MARK: Titles and other states

    private static let titles: [(body: String, type: String, source: TitleSource)] = [
        (#""aiTitle":"t","sessionId":"s""#, "ai-title", .agent),
        (#""agentName":"t","sessionId":"s""#, "agent-name", .agent),
        (#""customTitle":"t","sessionId":"s""#, "custom-title", .custom),
    ]

    @Test(arguments: titles)
    func `A title is told with its source`(
        body: String,
        type: String,
        source: TitleSource
    ) throws {
        let entry = try #require(try Feeding.claude(#"{"type":"\#(type)",\#(body)}"#))
        #expect(entry.session == "s" && entry.timestamp == nil)
        #expect([entry].sessionFacts.compactMap(\.title) == [.init(source: source, text: "t")])
    }

    @Test func `A summary is of the session in which its leaf is`() throws {
        let entry = try #require(
            try Feeding.claude(#"{"type":"summary","summary":"t","leafUuid":"l"}"#)
        )
        #expect(entry.session == nil)
        let title = SessionFact.Title(source: .summary, text: "t", leaf: "l")
        #expect([entry].sessionFacts.compactMap(\.title) == [title])
        let leafless = try Feeding.claude(#"{"type":"summary","summary":"t"}"#)
        #expect(leafless?.session == Self.session)
    }

    @Test func `Links, folders and turns are told`() throws {
        let facts = try Feeding.claude([
            #"{"type":"pr-link","prUrl":"https://h/o/r/pull/1","prNumber":1,"sessionId":"s"}"#,
            #"{"type":"frame-link","frameUrl":"https://f","sessionId":"s"}"#,
            #"{"type":"relocated","relocatedCwd":"/new","sessionId":"s"}"#,
            #"{"type":"worktree-state","worktreeSession":{"worktreePath":"/wt","worktreeBranch":"b"},"sessionId":"s"}"#,
            #"{"type":"system","subtype":"turn_duration","durationMs":77,"sessionId":"s"}"#,
        ]).sessionFacts
        #expect(facts.compactMap(\.link) == ["https://h/o/r/pull/1", "https://f"])
        #expect(facts.compactMap(\.workingDirectory) == ["/new", "/wt"])
        #expect(facts.compactMap(\.gitBranch) == ["b"])
        #expect(facts.compactMap(\.turnMilliseconds) == [77])
    }

    // MARK: Compactions and withdrawals

    @Test func `A boundary and its summary are one compaction`() throws {
        let boundary = ClaudeFixture.system(
            "compact_boundary",
            #""content":"Conversation compacted","logicalParentUuid":"l","compactMetadata":{"trigger":"auto","preTokens":156688,"postTokens":900}"#
        )
        let summary = ClaudeFixture.user(#""so far""#, #","isCompactSummary":true"#)
        let entries = try Feeding.claude([boundary, summary, summary])
        #expect(entries.compactions.map(\.trigger) == ["auto", nil])
        #expect(entries.compactions.first?.tokensBefore == 156_688)
        #expect(entries.compactions.first?.tokensAfter == 900)
        #expect(entries[0].facts.contains { if case .compaction = $0 { true } else { false } })
        #expect(entries[1].facts.allSatisfy { if case .compaction = $0 { false } else { true } })
    }

    @Test func `A microcompaction drops results only`() throws {
        let fact = try #require(
            try Feeding.claude([
                ClaudeFixture.system(
                    "microcompact_boundary",
                    #""microcompactMetadata":{"trigger":"auto","preTokens":50,"tokensSaved":20}"#
                )
            ]).compactions.first
        )
        #expect(fact.isPartial && fact.tokensBefore == 50 && fact.tokensAfter == 30)
    }

    @Test func `Withdrawn messages are withdrawn by their events`() throws {
        let entry = try #require(
            try Feeding.claude(
                ClaudeFixture.system(
                    "model_refusal_fallback",
                    #""content":"c","retractedMessageUuids":["a","b"]"#
                )
            )
        )
        let facts = entry.facts.compactMap {
            if case .retraction(let fact) = $0 { fact } else { nil }
        }
        #expect(facts.map(\.keys) == [["a", "b"]])
        let versions = [entry].messages.map(\.version)
        #expect(versions.allSatisfy { $0 < facts[0].version })
    }

    // MARK: Subagents

    @Test func `A subagent is a session of its own in each of its places`() throws {
        let line = ClaudeFixture.user(#""look""#, #","agentId":"a2018e5""#)
            .replacing(#""isSidechain":false"#, with: #""isSidechain":true"#)
        let nameless = ClaudeFixture.user(#""look""#)
            .replacing(#""isSidechain":false"#, with: #""isSidechain":true"#)
        let key = Self.session + "/a2018e5"
        let places = [
            ("projects/-w-p/agent-a2018e5.jsonl", line),
            ("projects/-w-p/agent-a2018e5.jsonl", nameless),
            (ClaudeFixture.agentPath, line), (ClaudeFixture.agentPath, nameless),
            ("p/\(Self.session)/subagents/workflows/wf_1/agent-a2018e5.jsonl", nameless),
            (ClaudeFixture.path, line),
        ]
        for (path, line) in places {
            let entry = try #require(try Feeding.claude(line, path: path))
            #expect(entry.session == key && entry.isSidechain, "\(path)")
            let fact = try #require([entry].sessionFacts.first)
            #expect(fact.parent == Self.session && fact.lineage == .subagent)
            #expect([entry].messages.map(\.kind) == [.subagentPrompt])
        }
    }

    @Test func `A side conversation without an agent stays in its session`() throws {
        let line = ClaudeFixture.user(#""look""#)
            .replacing(#""isSidechain":false"#, with: #""isSidechain":true"#)
        let entry = try #require(try Feeding.claude(line))
        #expect(entry.session == Self.session && entry.isSidechain)
        #expect([entry].sessionFacts.first?.lineage == nil)
    }

    @Test func `A file that is only called like a subagent's is the session's`() throws {
        let line = ClaudeFixture.user(#""look""#)
        let entry = try #require(try Feeding.claude(line, path: "p/agent-notes.jsonl"))
        #expect(entry.session == Self.session && !entry.isSidechain)
        #expect([entry].messages.map(\.kind) == [.prompt])
        let inside = try #require(try Feeding.claude(line, path: ClaudeFixture.agentPath))
        #expect(inside.session == Self.session + "/a2018e5")
    }

    @Test func `A subagent's first prompt may be its title`() throws {
        let line = ClaudeFixture.user(#""look""#)
            .replacing(#""isSidechain":false"#, with: #""isSidechain":true"#)
        let titles = try Feeding.claude([line], path: ClaudeFixture.agentPath).sessionFacts
            .compactMap(\.title)
        #expect(titles == [.init(source: .firstPrompt, text: "look")])
        // A side conversation inside the session's file is no session.
        #expect(try Feeding.claude([line]).sessionFacts.allSatisfy { $0.title == nil })
    }

    @Test func `A subagent's answers tell what kind it is`() throws {
        let answer = ClaudeFixture.answer("[]", more: #","attributionAgent":"Explore""#)
        let lines = [ClaudeFixture.user(#""look""#), answer, answer]
        let facts = try Feeding.claude(lines, path: ClaudeFixture.agentPath).sessionFacts
        #expect(facts.compactMap(\.agentType) == ["Explore"])
        #expect(try Feeding.claude(lines).sessionFacts.allSatisfy { $0.agentType == nil })
    }

    @Test func `What a subagent is stands beside its transcript`() throws {
        let text = #"{"agentType":"Explore","toolUseId":"t","description":"look","spawnDepth":1}"#
        let place = "projects/-w/\(Self.session)/subagents/"
        for path in [place + "agent-a1.meta.json", place + "workflows/wf_2/agent-a1.meta.json"] {
            let entry = try #require(try Feeding.claudeDocument(text, path: path).first)
            #expect(entry.session == Self.session + "/a1" && entry.kind == "meta")
            let fact = try #require([entry].sessionFacts.first)
            #expect(fact.agentType == "Explore" && fact.parentCallID == "t")
            #expect(fact.parent == Self.session && fact.lineage == .subagent)
        }
    }

    @Test func `A workflow's journal tells of its subagents`() throws {
        let path = "projects/-w/\(Self.session)/subagents/workflows/wf_2/journal.jsonl"
        var journal = ClaudeWorkflowJournal(
            try Feeding.context(path, source: "claude-code"),
            state: []
        )
        let text = """
            {"type":"started","key":"v2:1","agentId":"a1"}
            {"type":"result","key":"v2:1","agentId":"a1","result":{"found":[1]}}
            {"type":"novel","key":"v2:1"}
            """
        let entries = Feeding.read(text.utf8, &journal)
        #expect(entries.map(\.kind) == ["started", "result", "novel"])
        #expect(entries.map(\.status) == [.ok, .ok, .unknown])
        #expect(entries[0].session == Self.session + "/a1")
        #expect(entries.messages.map(\.text) == [#"{"found":[1]}"#])
        #expect(Set(entries.map(\.eventKey)).count == 3)
    }

    @Test func `Other documents are entries only`() throws {
        let index = #"{"version":1,"entries":[{"sessionId":"a","summary":"s"},{"sessionId":"b"}]}"#
        let entries = try Feeding.claudeDocument(index, path: "projects/-w/sessions-index.json")
        #expect(entries.map(\.position.ordinal) == [0, 1])
        #expect(entries.facts.isEmpty)
        let workflow = try Feeding.claudeDocument(
            "{}",
            path: "p/\(Self.session)/workflows/wf_1.json"
        )
        #expect(workflow.map(\.kind) == ["workflow"] && workflow.first?.status == .ok)
        let output = try Feeding.claudeDocument(
            #"[{"type":"text","text":"long"}]"#,
            path: "p/\(Self.session)/tool-results/toolu_1.json"
        )
        #expect(output.map(\.kind) == ["tool-output"] && output.first?.status == .ok)
        #expect(output.map(\.session) == [Self.session] && output.facts.isEmpty)
        #expect(try Feeding.claudeDocument("[]", path: "x.json").first?.status == .unknown)
        let export = #"{"loglines":[{"type":"user","sessionId":"s","message":{"content":"hi"}},7]}"#
        let lines = try Feeding.claudeDocument(export, path: "s.json")
        #expect(lines.texts(.prompt) == ["hi"] && lines.map(\.position.ordinal) == [0, 1])
    }

    // MARK: Where a session came from

    @Test func `A file that goes on with another session tells that it resumed`() throws {
        let entries = try Feeding.claude([
            ClaudeFixture.line("mode", #""mode":"x""#, uuid: "1", session: "former"),
            ClaudeFixture.line("mode", #""mode":"x""#, uuid: "2"),
            ClaudeFixture.line("mode", #""mode":"x""#, uuid: "3"),
        ])
        #expect(entries.map(\.session) == ["former", Self.session, Self.session])
        #expect(entries.sessionFacts.map(\.parent) == [nil, "former"])
        #expect(entries.sessionFacts.map(\.lineage) == [nil, .resumed])
        let fork = ClaudeFixture.line("mode", #""mode":"x","forkedFrom":{"sessionId":"origin"}"#)
        #expect(try Feeding.claude([fork]).sessionFacts.map(\.lineage) == [.forked])
    }

    @Test func `What does not change is told once`() throws {
        let lines = (0..<5).map { ClaudeFixture.line("mode", #""mode":"x""#, uuid: "\($0)") }
        let moved = ClaudeFixture.line("mode", #""mode":"x""#, uuid: "9").replacing(
            "/w/p",
            with: "/w/q"
        )
        #expect(try Feeding.claude(lines).sessionFacts.count == 1)
        let directories = try Feeding.claude(lines + [moved]).sessionFacts.map(\.workingDirectory)
        #expect(directories == ["/w/p", "/w/q"])
    }

    @Test func `Lines that name no session are of the file's`() throws {
        let snapshot = #"{"type":"file-history-snapshot","messageId":"m","snapshot":{}}"#
        #expect(try Feeding.claude(snapshot)?.session == Self.session)
        #expect(try Feeding.claude(snapshot, path: "p/notes.jsonl")?.session == nil)
        let later = try Feeding.claude(
            [ClaudeFixture.user(#""x""#), snapshot],
            path: "p/notes.jsonl"
        )
        #expect(later.map(\.session) == [Self.session, Self.session])
        let talk = #"{"type":"user","message":{"role":"user","content":"x"}}"#
        #expect(try Feeding.claude(talk, path: "p/notes.jsonl")?.session == "notes")
        let other = ClaudeFixture.user(#""x""#).replacing("sessionId", with: "session_id")
        #expect(try Feeding.claude(other, path: "p/notes.jsonl")?.session == Self.session)
    }
}
