import Testing
import Transcripts

@Suite struct GeminiSessionTests {
    private let header =
        #"{"sessionId":"s1","projectHash":"h","startTime":"2026-04-23T12:52:52.759Z","lastUpdated":"2026-04-23T12:52:52.759Z","kind":"main"}"#

    private func user(_ id: String, _ text: String) -> String {
        #"{"id":"\#(id)","timestamp":"2026-04-23T12:53:05.283Z","type":"user","content":[{"text":"\#(text)"}]}"#
    }

    @Test func `A message that is written again is one message, and its last form counts`() throws {
        let entries = try Feeding.gemini([
            header, user("u", "Hi"),
            #"{"id":"g","timestamp":"2026-04-23T12:53:11.257Z","type":"gemini","content":"Do","thoughts":[],"model":"gemini-2.5-pro"}"#,
            GeminiFixture.answer, user("u", "Hi"),
        ])
        #expect(entries.texts(.prompt) == ["Hi"])
        #expect(entries.texts(.text) == ["Done"])
        #expect(entries.texts(.thinking) == ["S\nD"])
        #expect(entries.responses.count == 1)
        #expect(entries.allSatisfy { $0.session == "s1" && $0.status == .ok })
        #expect(entries.map(\.eventKey) == ["s1/header", "s1/u", "s1/g", "s1/g", "s1/u"])
    }

    @Test func `Each token is in one class`() throws {
        let fact = try #require(try Feeding.gemini([header, GeminiFixture.answer]).responses.first)
        #expect(fact.usage.input == 62)
        #expect(fact.usage.cacheRead == 40)
        #expect(fact.usage.output == 15)
        #expect(fact.usage.reasoning == 5)
        #expect(fact.usage.total == 117)
        #expect(fact.model == "gemini-2.5-pro")
        #expect(fact.key == ResponseKey(messageID: "s1/g"))
    }

    @Test func `A call has its result and the file that it touched`() throws {
        let entries = try Feeding.gemini([header, GeminiFixture.answer])
        #expect(entries.calls.map(\.name) == ["write_file"])
        #expect(entries.calls.map(\.input) == [#"{"file_path":"a.txt","content":"x"}"#])
        #expect(entries.results.map(\.outcome) == [.success])
        #expect(entries.results.map(\.size) == [7])
        #expect(entries.results.map(\.agentID) == ["ag"])
        #expect(entries.accesses.map(\.path) == ["a.txt"])
        #expect(entries.accesses.map(\.operation) == [.write])
        #expect(entries.accesses.map(\.linesAdded) == [3])
        #expect(entries.texts(.toolResult) == ["written"])
    }

    private static let statuses: [(String, String, ToolOutcome, Int?)] = [
        ("error", #"{"error":"no such file"}"#, ToolOutcome.error, nil),
        (
            "cancelled", #"{"error":"[Operation Cancelled] Reason: User did not allow tool call"}"#,
            .denied, nil
        ),
        (
            "cancelled", #"{"error":"[Operation Cancelled] Reason: User cancelled"}"#, .interrupted,
            nil
        ),
        ("success", #"{"output":"Output: x\nExit Code: 3\nSignal: 0"}"#, .error, 3),
        ("success", #"{"output":"Output: x\nExit Code: 0"}"#, .success, 0),
    ]

    @Test(arguments: statuses)
    func `A call's status and exit code tell its outcome`(
        status: String,
        response: String,
        outcome: ToolOutcome,
        code: Int?
    ) throws {
        let entries = try Feeding.gemini([
            header,
            #"{"id":"g","type":"gemini","content":"","toolCalls":[{"id":"r","name":"run_shell_command","args":{"command":"ls"},"status":"\#(status)","result":[{"functionResponse":{"response":\#(response)}}]}]}"#,
        ])
        #expect(entries.results.map(\.outcome) == [outcome])
        #expect(entries.results.map(\.exitCode) == [code.map { Int64($0) }])
        #expect(entries.calls.map(\.command) == ["ls"])
    }

    @Test func `A call that still runs has no result`() throws {
        let entries = try Feeding.gemini([
            header,
            #"{"id":"g","type":"gemini","content":"","toolCalls":[{"id":"r","name":"glob","args":{"pattern":"*"},"status":"executing"}]}"#,
        ])
        #expect(entries.calls.map(\.query) == ["*"])
        #expect(entries.results.isEmpty)
    }

    @Test func `A patch of the messages replaces them all`() throws {
        let entries = try Feeding.gemini([
            header, user("a", "One"), user("b", "Two"),
            #"{"$set":{"messages":[\#(user("b", "Two!")),\#(user("c", "Three"))],"summary":"A talk"}}"#,
            user("d", "Four"),
        ])
        #expect(Set(entries.texts(.prompt)) == ["Two!", "Three", "Four"])
        #expect(entries.sessionFacts.compactMap(\.title?.text) == ["A talk"])
    }

    @Test func `A rewind drops a message and all after it, and all when it is unknown`() throws {
        let talk = [header, user("a", "One"), user("b", "Two"), GeminiFixture.answer]
        let known = try Feeding.gemini(talk + [#"{"$rewindTo":"b"}"#, user("c", "Three")])
        #expect(known.texts(.prompt) == ["One", "Three"])
        #expect(known.texts(.text).isEmpty)
        #expect(known.responses.count == 1)
        let unknown = try Feeding.gemini(talk + [#"{"$rewindTo":"x"}"#, user("c", "Three")])
        #expect(unknown.texts(.prompt) == ["Three"])
        let again = try Feeding.gemini(talk + [#"{"$rewindTo":"b"}"#, user("b", "Two again")])
        #expect(again.texts(.prompt) == ["One", "Two again"])
    }

    @Test func `What a message loses when it is written again is withdrawn`() throws {
        let entries = try Feeding.gemini([
            header, GeminiFixture.answer,
            #"{"id":"g","timestamp":"2026-04-23T12:53:11.257Z","type":"gemini","content":"Only this"}"#,
        ])
        #expect(entries.messages.map(\.text) == ["Only this"])
    }

    @Test func `What was typed is the prompt, and what it was made into is context`() throws {
        let entries = try Feeding.gemini([
            header,
            #"{"id":"a","type":"user","content":[{"text":"Read @f\n--- f ---\nlong"}],"displayContent":"Read @f"}"#,
            #"{"id":"b","type":"user","content":[{"text":"System: Please continue."}],"displayContent":[{"functionResponse":{}}]}"#,
            #"{"id":"c","type":"user","content":"System: Please continue."}"#,
            #"{"id":"d","type":"user","content":"/stats model"}"#,
            #"{"id":"e","type":"user","content":"/etc/hosts is odd"}"#,
            #"{"id":"f","type":"info","content":"Request cancelled."}"#,
            #"{"id":"h","type":"error","content":"[API Error: 429]"}"#,
            #"{"id":"i","type":"info","content":"Note"}"#,
        ])
        #expect(entries.texts(.prompt) == ["Read @f", "/etc/hosts is odd"])
        #expect(entries.texts(.slashCommand) == ["/stats model"])
        #expect(entries.texts(.meta).count == 3)
        #expect(entries.texts(.interruption) == ["Request cancelled."])
        #expect(entries.texts(.apiError) == ["[API Error: 429]"])
        #expect(entries.texts(.system) == ["Note"])
    }

    @Test func `A subagent's file is a session below its parent`() throws {
        let entries = try Feeding.gemini(
            [
                #"{"sessionId":"sub","startTime":"2026-04-23T12:52:52.759Z","kind":"subagent"}"#,
                user("u", "Look"),
            ],
            path: "p/chats/parent-1/sub.jsonl"
        )
        #expect(entries.allSatisfy { $0.session == "parent-1/sub" && $0.isSidechain })
        #expect(entries.sessionFacts.first?.parent == "parent-1")
        #expect(entries.sessionFacts.first?.lineage == .subagent)
        #expect(entries.texts(.subagentPrompt) == ["Look"])
    }

    @Test func `The state carries a reader over any gap`() throws {
        let lines = [
            header, user("a", "One"), GeminiFixture.answer, #"{"$rewindTo":"g"}"#, user("b", "Two"),
        ]
        let whole = try Feeding.gemini(lines)
        for cut in 1..<lines.count {
            let context = try Feeding.context("p/chats/x.jsonl", source: "gemini")
            var first = GeminiSession(context, state: [])
            let before = Feeding.read(lines[..<cut].joined(separator: "\n").utf8, &first)
            var second = GeminiSession(context, state: first.state)
            let after = Feeding.read(lines[cut...].joined(separator: "\n").utf8, &second)
            #expect((before + after).map(\.facts) == whole.map(\.facts))
        }
    }
}
