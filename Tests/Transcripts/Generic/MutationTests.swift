import Testing
import Transcripts

@Suite struct MutationTests {
    private static let codex = [
        CodexFixture.meta(
            CodexFixture.fork,
            #","forked_from_id":"a","source":{"subagent":{"thread_spawn":{"parent_thread_id":"a","agent_role":"r"}}}"#
        ),
        CodexFixture.start(), CodexFixture.context(), CodexFixture.count([10, 5, 3, 1]),
        CodexFixture.item(
            #"{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:image/png;base64,AA=="}]}"#
        ),
        CodexFixture.event(
            #"{"type":"user_message","message":"a","images":["data:,"],"local_images":["b"]}"#
        ),
        CodexFixture.item(
            #"{"type":"reasoning","summary":[{"text":"t"}],"content":[{"text":"u"}]}"#
        ),
        CodexFixture.item(
            #"{"type":"function_call","name":"exec_command","namespace":"mcp__a","arguments":"{\"cmd\":[\"a\"]}","call_id":"c"}"#
        ),
        CodexFixture.item(
            #"{"type":"custom_tool_call","name":"apply_patch","input":"*** Add File: x\n+1","call_id":"c"}"#
        ),
        CodexFixture.item(
            #"{"type":"function_call_output","call_id":"c","output":{"content":"x","success":true}}"#
        ),
        CodexFixture.event(
            #"{"type":"exec_command_end","call_id":"c","parsed_cmd":[{"type":"read","path":"p"}],"aggregated_output":"x","exit_code":1,"duration":{"secs":1,"nanos":2},"status":"failed"}"#
        ),
        CodexFixture.event(
            #"{"type":"patch_apply_end","call_id":"c","success":true,"stderr":"e","changes":{"a":{"type":"update","unified_diff":"+","move_path":"b"}}}"#
        ),
        CodexFixture.event(
            #"{"type":"mcp_tool_call_end","call_id":"c","result":{"Ok":{"content":[{"text":"a"}]}},"duration":{"secs":1,"nanos":1}}"#
        ),
        CodexFixture.event(
            #"{"type":"item_completed","item":{"type":"UserMessage","id":"u","content":[{"text":"a"}]}}"#
        ),
        CodexFixture.line("compacted", #"{"message":"m"}"#),
        CodexFixture.event(#"{"type":"thread_rolled_back","num_turns":1}"#),
        CodexFixture.item(#"{"type":"web_search_call","action":{"query":"q"}}"#),
    ]

    private static let gemini = [
        #"{"sessionId":"s","projectHash":"h","startTime":"2026-04-23T12:52:52.759Z","lastUpdated":"2026-04-23T12:52:52.759Z","kind":"main","summary":"t"}"#,
        #"{"id":"u","timestamp":"2026-04-23T12:53:05.283Z","type":"user","content":[{"text":"Hi"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}],"displayContent":"Hi"}"#,
        GeminiFixture.answer,
        #"{"$set":{"lastUpdated":"2026-04-23T12:53:05.283Z","messages":[{"id":"u","type":"user","content":"Hi"}],"summary":"x"}}"#,
        #"{"$rewindTo":"u"}"#,
    ]

    private static let generic = [
        #"{"type":"message","id":"e","parentId":"d","timestamp":"2025-01-01T10:00:02Z","message":{"role":"assistant","content":[{"type":"thinking","thinking":"t"},{"type":"toolCall","id":"c","name":"read","arguments":{"path":"a","offset":1,"limit":2}}],"model":"m","usage":{"input":1,"output":2,"cacheRead":3,"cacheWrite":4,"cost":{"total":0.1}}}}"#,
        #"{"type":"tool.execution_complete","id":"e2","data":{"toolCallId":"c","success":false,"result":{"content":"x"},"error":{"message":"m"}}}"#,
        #"{"type":"tool","callID":"c","tool":"bash","state":{"status":"completed","input":{"command":"ls"},"output":"o","metadata":{"exit":1},"time":{"start":1,"end":2}}}"#,
        #"{"info":{"id":"m","sessionID":"s","role":"assistant","time":{"created":1730000102000},"tokens":{"input":1,"output":2,"reasoning":3,"cache":{"read":4,"write":5},"total":12},"cost":0.5},"parts":[{"type":"patch","files":["a"]}]}"#,
    ]

    @Test(arguments: codex)
    func `A rollout's value of any type in any place is read without a trap`(line: String) throws {
        for text in Mutation.texts(of: line) {
            let lines = [Self.codex[0], Self.codex[1], text, line]
            #expect(try Feeding.codex(lines).count == lines.count, "\(text)")
            #expect(try Feeding.generic([text], source: "x").count == 1, "\(text)")
        }
    }

    @Test(arguments: gemini + generic)
    func `Any other value of any type in any place is read without a trap`(line: String) throws {
        for text in Mutation.texts(of: line) {
            let lines = [Self.gemini[0], text, line]
            #expect(try Feeding.gemini(lines).count == lines.count, "\(text)")
            #expect(try Feeding.generic([text, line], source: "x").count == 2, "\(text)")
            #expect(!(try Feeding.documents(text, source: "gemini")).isEmpty, "\(text)")
            #expect(!(try Feeding.documents(text, source: "opencode")).isEmpty, "\(text)")
        }
    }
}
