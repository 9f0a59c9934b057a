import Core
import Testing
import Transcripts

@Suite struct ClaudeTypeTests {
    private static let attachments = [
        "hook_success", "hook_additional_context", "hook_system_message",
        "hook_non_blocking_error", "hook_blocking_error", "hook_cancelled", "async_hook_response",
        "task_reminder", "todo_reminder", "skill_listing", "invoked_skills", "dynamic_skill",
        "deferred_tools_delta", "mcp_instructions_delta", "agent_listing_delta", "queued_command",
        "edited_text_file", "file", "directory", "compact_file_reference", "diagnostics",
        "plan_mode", "plan_mode_exit", "auto_mode", "date_change", "goal_status",
        "command_permissions", "nested_memory", "task_status", "budget_usd",
        "total_tokens_reminder", "ultra_effort_enter", "ultra_effort_exit",
        "read_truncation_notice", "batching_reminder_sent", "silent_turn_reminder",
    ]
    private static let subtypes = [
        "local_command", "compact_boundary", "microcompact_boundary", "stop_hook_summary",
        "turn_duration", "api_error", "away_summary", "bridge_status", "informational",
        "session_start", "api_refusal", "model_refusal_fallback", "error",
    ]
    private static let progress = [
        "bash_progress", "hook_progress", "mcp_progress", "query_update",
        "search_results_received", "waiting_for_task",
    ]
    private static let states = [
        "ai-title", "custom-title", "agent-name", "last-prompt", "permission-mode", "mode",
        "pr-link", "file-history-snapshot", "file-history-delta", "worktree-state", "relocated",
        "bridge-session", "frame-link", "atis-latch", "summary", "tool", "tool_use", "tool_result",
        "started", "result", "user", "assistant",
    ]

    @Test(arguments: attachments)
    func `Each kind of attachment is known`(kind: String) throws {
        let entry = try #require(try Feeding.claude(ClaudeFixture.attachment(kind)))
        #expect(entry.status == .ok && entry.kind == "attachment/" + kind)
    }

    @Test(arguments: subtypes)
    func `Each subtype of system lines is known`(subtype: String) throws {
        let line = ClaudeFixture.system(subtype, #""content":"text""#)
        let entry = try #require(try Feeding.claude(line))
        #expect(entry.status == .ok && entry.kind == "system/" + subtype)
    }

    @Test(arguments: progress)
    func `Each kind of progress is known and tells nothing`(kind: String) throws {
        let entry = try #require(try Feeding.claude(ClaudeFixture.progress(kind)))
        #expect(entry.status == .ok && entry.kind == "progress/" + kind)
        #expect([entry].messages.isEmpty)
    }

    @Test(arguments: states)
    func `Each other type is known`(type: String) throws {
        let entry = try #require(try Feeding.claude(ClaudeFixture.line(type, #""x":1"#)))
        #expect(entry.status == .ok && entry.kind == type)
    }

    private static let unknown = [
        (ClaudeFixture.line("event-of-tomorrow", #""content":"hi""#), "type \"event-of-tomorrow\""),
        (ClaudeFixture.system("novel", #""content":"hi""#), "subtype \"novel\""),
        (ClaudeFixture.attachment("novel", #""content":"hi""#), "attachment \"novel\""),
        (ClaudeFixture.progress("novel"), "progress \"novel\""),
        (ClaudeFixture.answer(#"[{"type":"novel","text":"hi"}]"#), "block \"novel\""),
        (ClaudeFixture.user(#"[{"type":"novel","text":"hi"}]"#), "block \"novel\""),
        (
            ClaudeFixture.line("queue-operation", #""operation":"novel","content":"hi""#),
            "operation \"novel\""
        ),
        (#"{"silly":"this"}"#, "type without a name"),
    ]

    @Test(arguments: unknown)
    func `What is not known is named`(line: String, name: String) throws {
        let entry = try #require(try Feeding.claude(line))
        #expect(entry.status == .unknown)
        #expect(entry.reason == "unknown " + name)
    }

    @Test func `What is understood beside something unknown still counts`() throws {
        let blocks = #"[{"type":"novel","text":"a"},{"type":"text","text":"b"}]"#
        let entry = try #require(try Feeding.claude(ClaudeFixture.answer(blocks)))
        #expect(entry.status == .unknown)
        #expect([entry].texts(.text) == ["a", "b"])
        #expect([entry].responses.count == 1)
        let message = #""message":{"role":"assistant","content":"c","usage":{"output_tokens":1}}"#
        let novel = try Feeding.claude([ClaudeFixture.line("novel", message)])
        #expect(novel.texts(.text) == ["c"] && novel.responses.first?.usage.output == 1)
    }

    @Test func `Lines without a type are read by their message`() throws {
        let entry = try #require(
            try Feeding.claude(
                #"{"timestamp":"2025-01-01T00:00:00Z","sessionId":"s","requestId":"r","costUSD":0.25,"version":"1.0.0","message":{"id":"m","usage":{"input_tokens":1,"output_tokens":2}}}"#
            )
        )
        #expect(entry.status == .ok && entry.kind == "untyped" && entry.session == "s")
        let response = try #require([entry].responses.first)
        #expect(response.key == ResponseKey(messageID: "m", requestID: "r"))
        #expect(response.toolMicrodollars == 250_000)
    }

    @Test(arguments: ["42", "[1]", #""text""#, "null", "true"])
    func `What is no object is malformed`(line: String) throws {
        #expect(try Feeding.claude(line)?.status == .malformed)
    }

    @Test func `The envelope is told`() throws {
        let entry = try #require(try Feeding.claude(ClaudeFixture.user(#""hi""#)))
        #expect(entry.uuid == "u1" && entry.parent == "p0" && entry.eventKey == "u1")
        #expect(entry.session == ClaudeFixture.session && !entry.isSidechain)
        #expect(entry.timestamp?.nanoseconds == 1_771_651_139_416_000_000)
        let fact = try #require([entry].sessionFacts.first)
        #expect(fact.workingDirectory == "/w/p" && fact.gitBranch == "main")
        #expect(fact.version == "2.1.49" && fact.entrypoint == "cli" && fact.lineage == nil)
    }
}
