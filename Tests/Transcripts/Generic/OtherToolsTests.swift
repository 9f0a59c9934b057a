import Core
import Testing
import Transcripts

/// What single tools write beside messages, calls and results.
@Suite struct OtherToolsTests {
    private let time = #""timestamp":"2026-01-01T10:00:00.000Z""#

    @Test func `Pi's extensions, shell commands and failures have rows`() throws {
        let entries = try Feeding.generic(
            [
                #"{"type":"session","version":3,"id":"p1",\#(time),"cwd":"/w"}"#,
                #"{"type":"thinking_level_change","id":"1",\#(time),"thinkingLevel":"high"}"#,
                #"{"type":"model_change","id":"2",\#(time),"provider":"p","modelId":"m1"}"#,
                #"{"type":"custom_message","id":"3",\#(time),"customType":"x","content":"Put in","display":false}"#,
                #"{"type":"message","id":"4",\#(time),"message":{"role":"bashExecution","command":"ls","output":"a","exitCode":0}}"#,
                #"{"type":"message","id":"5",\#(time),"message":{"role":"assistant","content":[],"usage":{"input":1,"output":1},"stopReason":"error","errorMessage":"429"}}"#,
                #"{"type":"message","id":"6",\#(time),"message":{"role":"assistant","content":[],"stopReason":"aborted","errorMessage":"Request was aborted."}}"#,
                #"{"type":"branch_summary","id":"7",\#(time),"summary":"What was done"}"#,
            ],
            source: "pi"
        )
        #expect(entries.texts(.meta) == ["Put in"])
        #expect(entries.texts(.slashCommand) == ["ls"])
        #expect(entries.texts(.commandOutput) == ["a"])
        #expect(entries.texts(.apiError) == ["429"])
        #expect(entries.texts(.interruption) == ["Request was aborted."])
        #expect(entries.texts(.compactSummary) == ["What was done"])
        #expect(entries.responses.map(\.model) == ["m1"])
        #expect(entries.responses.map(\.effort) == ["high"])
        #expect(entries.texts(.prompt).isEmpty)
    }

    private func qwen(_ number: Int, _ type: String, _ rest: String) -> String {
        #"{"uuid":"019f0000-0000-7000-8000-00000000000\#(number)","sessionId":"q",\#(time),"type":"\#(type)",\#(rest)}"#
    }

    @Test func `Qwen's rewind withdraws what came behind its target`() throws {
        let entries = try Feeding.generic(
            [
                qwen(1, "user", #""message":{"role":"user","parts":[{"text":"Go"}]}"#),
                qwen(2, "assistant", #""message":{"role":"model","parts":[{"text":"Wrong"}]}"#),
                qwen(
                    3,
                    "system",
                    #""subtype":"rewind","systemPayload":{"targetUuid":"019f0000-0000-7000-8000-000000000001"}"#
                ),
                qwen(4, "assistant", #""message":{"role":"model","parts":[{"text":"Right"}]}"#),
            ],
            source: "qwen"
        )
        let retractions = entries.facts.compactMap { fact in
            if case .retraction(let told) = fact { told.keys } else { nil }
        }
        #expect(retractions == [[try #require(entries[1].eventKey)]])
    }

    @Test func `Qwen's results, compressions and commands are told as what they are`() throws {
        let entries = try Feeding.generic(
            [
                qwen(
                    1,
                    "tool_result",
                    #""message":{"role":"user","parts":[{"functionResponse":{"id":"c","name":"x","response":{"error":"denied"}}}]}"#
                ),
                qwen(
                    2,
                    "tool_result",
                    #""message":{"role":"user","parts":[{"functionResponse":{"id":"d","name":"x","response":{"output":"half"}}}]},"toolCallResult":{"status":"cancelled"}"#
                ),
                qwen(
                    3,
                    "system",
                    #""subtype":"chat_compression","systemPayload":{"info":{"originalTokenCount":90,"newTokenCount":20}}"#
                ),
                qwen(
                    4,
                    "system",
                    #""subtype":"slash_command","systemPayload":{"phase":"invocation","rawCommand":"/about"}"#
                ),
                qwen(
                    5,
                    "system",
                    #""subtype":"slash_command","systemPayload":{"phase":"result","rawCommand":"/about"}"#
                ),
                qwen(
                    6,
                    "system",
                    #""subtype":"ui_telemetry","systemPayload":{"uiEvent":{"input_token_count":5,"output_token_count":6}}"#
                ),
            ],
            source: "qwen"
        )
        #expect(entries.results.map(\.outcome) == [.error, .interrupted])
        #expect(entries.results.map(\.errorText) == ["denied", "half"])
        #expect(entries.compactions.map(\.tokensBefore) == [90])
        #expect(entries.compactions.map(\.tokensAfter) == [20])
        #expect(entries.texts(.slashCommand) == ["/about"])
        #expect(entries.responses.isEmpty)
    }

    @Test func `Errors of Cursor and others have a row`() throws {
        let entries = try Feeding.generic(
            [#"{"type":"error","error":"Boom"}"#, #"{"type":"error","error":{"message":"Bang"}}"#],
            source: "cursor"
        )
        #expect(entries.texts(.apiError) == ["Boom", "Bang"])
    }

    @Test(arguments: [
        #"{"type":"event","payload":{"role":"assistant","content":"Hi","tool_calls":[{"id":"c","function":{"name":"read_file","arguments":"{\"path\":\"/a\"}"}}]}}"#,
        #"{"event":{"item":{"type":"assistant_message","text":"Hi","tool_calls":[{"id":"c","name":"read_file","input":{"path":"/a"}}]}}}"#,
        #"{"params":{"update":{"message":{"role":"ai","content":[{"type":"text","text":"Hi"},{"type":"tool_use","id":"c","name":"read_file","input":{"path":"/a"}}]}}}}"#,
        #"{"message":{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["Hi"]},"tool_calls":[{"id":"c","name":"read_file","arguments":{"path":"/a"}}]}}"#,
        #"{"sender":"assistant","text":"Hi","toolCalls":[{"id":"c","name":"read_file","args":{"path":"/a"}}]}"#,
    ])
    func `A message is found inside of envelopes`(line: String) throws {
        let entries = try Feeding.generic([line], source: "x")
        #expect(entries.texts(.text) == ["Hi"])
        #expect(entries.calls.map(\.filePath) == ["/a"])
        #expect(entries.calls.map(\.callID) == ["c"])
    }

    @Test func `Equal messages of two sessions at one time are two`() throws {
        func line(_ session: String) -> String {
            #"{"session_id":"\#(session)","id":"1",\#(time),"message":{"role":"user","content":"hi"}}"#
        }
        let entries = try Feeding.generic([line("a"), line("b")], source: "x")
        #expect(Set(entries.compactMap(\.eventKey)).count == 2)
        // A fork of Pi is another session with the same lines.
        let forks = try Feeding.generic([line("a"), line("b")], source: "pi")
        #expect(Set(forks.compactMap(\.eventKey)).count == 1)
    }

    @Test func `A response named by a number counts within its session`() throws {
        func line(_ session: String) -> String {
            #"{"session_id":"\#(session)",\#(time),"message":{"role":"assistant","responseId":"1","content":"hi","usage":{"input":1,"output":2}}}"#
        }
        #expect(try Feeding.generic([line("a"), line("b")], source: "x").responses.count == 2)
    }
}
