import SQL

/// Words that stand in the row of nearly every record, as numbers: the names of tools and of kinds of records.
///
/// Any other word is stored as it is.
enum StoredWord {
    /// A word's number is its place, for ever: words are only added, at the end.
    private static let words: [StaticString] = [
        "claude-code", "codex", "gemini", "copilot", "opencode", "pi", "qwen", "cursor", "droid",
        "other", "assistant", "user", "response_item/function_call",
        "response_item/function_call_output", "event_msg/token_count", "response_item/message",
        "event_msg/agent_message", "response_item/reasoning", "progress/bash_progress",
        "progress/hook_progress", "progress/agent_progress", "event_msg/exec_command_end",
        "file-history-snapshot", "last-prompt", "permission-mode", "ai-title", "mode",
        "turn_context", "system/stop_hook_summary", "system/turn_duration",
        "attachment/hook_success", "event_msg/user_message",
        "response_item/custom_tool_call_output", "response_item/custom_tool_call",
        "event_msg/task_started", "event_msg/task_complete", "event_msg/patch_apply_end",
        "pr-link", "queue-operation/enqueue", "summary", "attachment/task_reminder",
        "progress/mcp_progress", "event_msg/agent_reasoning", "system/api_error",
        "queue-operation/dequeue", "queue-operation/remove", "session_meta", "system",
        "attachment/hook_additional_context", "event_msg/mcp_tool_call_end",
        "attachment/queued_command", "malformed", "file-history-delta", "attachment/skill_listing",
        "response_item/web_search_call", "event_msg/web_search_end",
        "attachment/deferred_tools_delta", "attachment/hook_system_message", "system/away_summary",
        "attachment/edited_text_file", "attachment/hook_non_blocking_error",
        "response_item/tool_search_call", "response_item/tool_search_output",
        "system/local_command", "compacted", "event_msg/turn_aborted", "meta",
        "attachment/agent_listing_delta", "started", "attachment/mcp_instructions_delta",
        "event_msg/item_completed", "system/compact_boundary", "result",
        "event_msg/context_compacted", "progress/query_update", "progress/search_results_received",
        "bridge-session", "attachment/plan_mode_exit", "attachment/command_permissions",
        "event_msg/entered_review_mode", "agent-name", "attachment/compact_file_reference",
        "attachment/diagnostics", "attachment/file", "custom-title", "queue-operation/popAll",
        "world_state", "attachment/date_change", "event_msg/guardian_assessment",
        "system/bridge_status", "attachment/goal_status", "event_msg/exited_review_mode",
        "progress/waiting_for_task", "attachment/invoked_skills",
        "event_msg/collab_agent_interaction_end", "event_msg/error",
        "event_msg/image_generation_end", "event_msg/thread_goal_updated",
        "event_msg/turn.completed", "response_item/agent_message", "untyped",
        "attachment/auto_mode", "attachment/hook_blocking_error", "attachment/plan_mode",
        "attachment/todo_reminder", "attachment/ultra_effort_enter",
        "event_msg/account/rateLimits/updated", "event_msg/collab_agent_spawn_end",
        "event_msg/collab_close_end", "event_msg/collab_waiting_end",
        "event_msg/dynamic_tool_call_request", "event_msg/dynamic_tool_call_response",
        "event_msg/sub_agent_activity", "event_msg/thread_name_updated",
        "event_msg/thread_settings_applied", "event_msg/undo_completed",
        "event_msg/view_image_tool_call", "inter_agent_communication_metadata",
        "response_item/ghost_snapshot", "response_item/image_generation_call",
        "response_item/tool_call", "response_item/tool_result", "system/informational",
        "system/microcompact_boundary", "system/session_start", "tool_result", "tool_use",
    ]

    private static let numbers = Dictionary(
        uniqueKeysWithValues: words.enumerated().map { ("\($1)", Int64($0)) }
    )

    static func value(of word: String) -> SQLValue {
        numbers[word].map { .integer($0) } ?? .text(word)
    }

    /// Nil for a number without a word.
    static func text(of number: Int64) -> StaticString? {
        words.indices.contains(Int(number)) ? words[Int(number)] : nil
    }
}
