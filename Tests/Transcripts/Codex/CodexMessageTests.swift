import Testing
import Transcripts

@Suite struct CodexMessageTests {
    private func item(_ role: String, _ text: String) -> String {
        CodexFixture.item(
            #"{"type":"message","role":"\#(role)","content":[{"type":"input_text","text":"\#(text)"}]}"#
        )
    }

    @Test func `A prompt counts once, and what nobody typed is context`() throws {
        let entries = try Feeding.codex([
            CodexFixture.meta(), item("developer", "Rules"),
            item("user", "<environment_context>x</environment_context>"),
            item("user", "# AGENTS.md instructions for /w"), CodexFixture.start(),
            item("user", "Something injected"), item("user", "Fix it"),
            CodexFixture.event(#"{"type":"user_message","message":"Fix it\n"}"#),
            item("user", "yes"), CodexFixture.event(#"{"type":"user_message","message":"yes"}"#),
            item("user", "yes"), CodexFixture.event(#"{"type":"user_message","message":"yes"}"#),
        ])
        #expect(entries.texts(.prompt) == ["Fix it\n", "yes", "yes"])
        #expect(entries.texts(.meta).count == 4)
    }

    @Test func `A file without events has its prompts in its items`() throws {
        let entries = try Feeding.codex([
            #"{"id":"a","timestamp":"2025-06-01T10:00:00Z","instructions":null,"git":{"branch":"main"}}"#,
            #"{"record_type":"state"}"#,
            #"{"type":"message","role":"user","content":[{"type":"input_text","text":"<user_instructions>x"}]}"#,
            #"{"type":"message","role":"user","content":[{"type":"input_text","text":"Hello"}]}"#,
            #"{"type":"reasoning","summary":[{"type":"summary_text","text":"Hm"}]}"#,
            #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi"}]}"#,
            #"{"type":"function_call","name":"shell","arguments":"{\"command\":[\"bash\",\"-lc\",\"ls\"]}","call_id":"c"}"#,
            #"{"type":"function_call_output","call_id":"c","output":"{\"output\":\"a\",\"metadata\":{\"exit_code\":0,\"duration_seconds\":0.5}}"}"#,
        ])
        #expect(entries.allSatisfy { $0.session == "a" && $0.status == .ok })
        #expect(entries.texts(.prompt) == ["Hello"])
        #expect(entries.texts(.text) == ["Hi"])
        #expect(entries.texts(.thinking) == ["Hm"])
        #expect(entries.calls.map(\.command) == ["ls"])
        #expect(entries.results.map(\.exitCode) == [0])
        #expect(entries.results.map(\.durationMilliseconds) == [500])
        #expect(entries.sessionFacts.first?.gitBranch == "main")
        #expect(Set(entries.compactMap(\.eventKey)).count == entries.count)
    }

    @Test func `Answers and thoughts are told once whichever families tell them`() throws {
        let tellings = [
            CodexFixture.event(#"{"type":"agent_reasoning","text":"Think"}"#),
            CodexFixture.item(
                #"{"type":"reasoning","summary":[{"type":"summary_text","text":"Think"}]}"#
            ),
            CodexFixture.event(
                #"{"type":"item_completed","item":{"type":"Reasoning","id":"r","summary_text":["Think"],"raw_content":[]}}"#
            ),
            CodexFixture.event(#"{"type":"agent_message","message":"Done"}"#),
            item("assistant", "Done"),
            CodexFixture.event(
                #"{"type":"item_completed","item":{"type":"AgentMessage","id":"m","content":[{"type":"Text","text":"Done"}]}}"#
            ),
        ]
        for choice in [
            [0, 1, 3, 4], [1, 0, 4, 3], [0, 3], [1, 4], [2, 5], [0, 1, 2, 3, 4, 5],
        ] {
            let entries = try Feeding.codex(
                [CodexFixture.meta(), CodexFixture.start()] + choice.map { tellings[$0] }
            )
            #expect(entries.texts(.thinking) == ["Think"])
            #expect(entries.texts(.text) == ["Done"])
        }
    }

    @Test func `The newer items tell prompts, commands, servers and changes`() throws {
        func done(_ item: String) -> String {
            CodexFixture.event(#"{"type":"item_completed","item":\#(item)}"#)
        }
        let entries = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(),
            done(#"{"type":"UserMessage","id":"u","content":[{"type":"text","text":"Go"}]}"#),
            done(
                #"{"type":"CommandExecution","id":"c1","command":["ls"],"aggregated_output":"a\n","exit_code":2,"duration":{"secs":1,"nanos":5000000},"status":"failed","parsed_cmd":[{"type":"list_files","cmd":"ls","path":"src"}]}"#
            ),
            done(
                #"{"type":"McpToolCall","id":"c2","server":"s","tool":"t","result":{"content":[{"type":"text","text":"ok"}],"isError":false}}"#
            ),
            done(
                #"{"type":"FileChange","id":"c3","changes":{"/w/a":{"type":"add","content":"1\n2\n"}},"status":"completed"}"#
            ),
        ])
        #expect(entries.texts(.prompt) == ["Go"])
        #expect(entries.results.map(\.outcome) == [.error, .success, .success])
        #expect(entries.results.map(\.exitCode) == [2, nil, nil])
        #expect(entries.results.first?.durationMilliseconds == 1_005)
        #expect(entries.accesses.map(\.path) == ["src", "/w/a"])
        #expect(entries.accesses.map(\.operation) == [.list, .write])
        #expect(entries.accesses.last?.linesAdded == 2)
    }

    @Test func `A rollback withdraws the messages of the latest turns`() throws {
        let entries = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(), item("user", "One"),
            CodexFixture.event(#"{"type":"user_message","message":"One"}"#),
            item("assistant", "First"), item("user", "Two"),
            CodexFixture.event(#"{"type":"user_message","message":"Two"}"#),
            item("assistant", "Second"),
            CodexFixture.event(#"{"type":"thread_rolled_back","num_turns":1}"#),
            CodexFixture.event(#"{"type":"user_message","message":"Three"}"#),
        ])
        #expect(entries.texts(.prompt) == ["One", "Three"])
        #expect(entries.texts(.text) == ["First"])
    }

    @Test func `Images of items and events are one attachment`() throws {
        let data = "data:image/png;base64,iVBORw0KGgo="
        let entries = try Feeding.codex([
            CodexFixture.meta(), CodexFixture.start(),
            CodexFixture.item(
                #"{"type":"message","role":"user","content":[{"type":"input_text","text":"See"},{"type":"input_image","image_url":"\#(data)"}]}"#
            ),
            CodexFixture.event(
                #"{"type":"user_message","message":"See","images":["\#(data)"],"local_images":["/tmp/a.png"]}"#
            ),
        ])
        #expect(entries.attachments.map(\.size) == [8])
        #expect(entries.attachments.map(\.mediaType) == ["image/png"])
        #expect(entries.accesses.map(\.path) == ["/tmp/a.png"])
        #expect(entries.accesses.map(\.operation) == [.attach])
        #expect(entries.texts(.prompt) == ["See"])
    }

    @Test(arguments: ["environment_context", "user_instructions"])
    func `What an older version put in itself is context, told once`(kind: String) throws {
        let text = "<environment_context>x</environment_context>"
        let event = CodexFixture.event(
            #"{"type":"user_message","message":"\#(text)","kind":"\#(kind)"}"#
        )
        for lines in [[item("user", text), event], [event, item("user", text)], [event]] {
            let entries = try Feeding.codex([CodexFixture.meta(), CodexFixture.start()] + lines)
            #expect(entries.texts(.meta) == [text])
            #expect(entries.texts(.prompt).isEmpty)
        }
    }
}
