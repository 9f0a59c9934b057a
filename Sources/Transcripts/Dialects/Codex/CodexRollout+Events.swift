import Core

extension CodexRollout {
    /// An `event_msg`.
    mutating func readEvent(_ event: JSONValue, _ entry: inout Entry) {
        let name = event["type"]?.nonEmptyString ?? "record"
        memory.hasEvents = true
        if name == "task_started" || name == "turn_started",
            let turn = event["turn_id"]?.nonEmptyString
        {
            begin(turn: turn)
            memory.turnBegan = memory.turnBegan ?? entry.timestamp?.nanoseconds
        }
        identify(event, &entry, "event_msg/" + name)
        scope(&entry, by: event)
        let callID = event["call_id"]?.nonEmptyString
        switch name {
        case "token_count": readTokens(event, &entry)
        case "user_message", "agent_message", "agent_reasoning", "agent_reasoning_raw_content":
            readMessageEvent(event, name, &entry)
        case "exec_command_end":
            // What a person runs with "!" is no call of the model; a message tells its output.
            guard event["source"]?.equals("user_shell") != true else { return }
            readCommandEnd(event, callID, &entry)
        case "mcp_tool_call_end": readServerCallEnd(event, callID, &entry)
        case "patch_apply_end": readPatchEnd(event, callID, &entry)
        case "web_search_end": memory.search = callID
        case "image_generation_end": addImageData(event["result"], callID: callID, .event, &entry)
        case "item_completed": readItem(event["item"], &entry)
        case "dynamic_tool_call_request", "tool_call", "dynamic_tool_call_response":
            readDynamicCall(event, name, &entry)
        default: readNotice(event, name, &entry)
        }
    }

    private mutating func readMessageEvent(
        _ event: JSONValue,
        _ name: String,
        _ entry: inout Entry
    ) {
        guard name == "user_message" else {
            let kind: MessageKind = name == "agent_message" ? .text : .thinking
            return addOnce(event["message"] ?? event["text"], kind: kind, .event, to: &entry)
        }
        // Older versions told what they put in themselves in the same way.
        let kind = event["kind"]
        if kind?.equals("environment_context") == true || kind?.equals("user_instructions") == true
        {
            addOnce(event["message"], kind: .meta, .event, to: &entry)
        } else {
            addPrompt(event["message"], .event, to: &entry)
        }
        for image in event["images"]?.elements ?? JSONElements(event) {
            addImage(image, callID: nil, .event, &entry)
        }
        var ordinal = 0
        for image in event["local_images"]?.elements ?? JSONElements(event) {
            guard let path = image.nonEmptyString ?? image["path"]?.nonEmptyString else { continue }
            entry.facts.append(
                .access(FileAccessFact(ordinal: ordinal, path: path, operation: .attach))
            )
            ordinal += 1
        }
    }

    /// Events that tell of a turn, the thread, or nothing that has a row.
    private mutating func readNotice(_ event: JSONValue, _ name: String, _ entry: inout Entry) {
        switch name {
        case "task_complete", "turn_complete", "task_completed": readTurnEnd(event, &entry)
        case "turn_aborted":
            readTurnEnd(event, &entry)
            let reason = event["reason"]?.nonEmptyString ?? "interrupted"
            add(text: "Turn aborted: " + reason, role: .user, kind: .interruption, to: &entry)
        case "context_compacted": noteCompaction(-1, &entry)
        case "thread_name_updated": readTitle(event, &entry)
        case "model_reroute":
            memory.model = event["to_model"]?.nonEmptyString ?? memory.model
        case "thread_rolled_back": readRollback(event, &entry)
        case "error", "stream_error":
            let text = event["message"] ?? event["error"]?["message"]
            guard let text = text?.nonEmptyString else { return }
            add(text: text, role: .system, kind: .apiError, to: &entry)
        case "warning", "deprecation_notice", "guardian_warning":
            guard let text = event["message"]?.nonEmptyString else { return }
            add(text: text, role: .system, kind: .system, to: &entry)
        default:
            guard !Self.silent.contains(name), !name.hasPrefix("collab_") else { return }
            entry.status = .unknown
            entry.reason = "an event of an unknown type: \(name)"
        }
    }

    /// Events whose content stands in other records or in none.
    private static let silent: Set<String> = [
        "task_started", "turn_started", "entered_review_mode", "exited_review_mode",
        "thread_goal_updated", "sub_agent_activity", "guardian_assessment", "view_image_tool_call",
        "undo_completed", "undo_started", "thread_settings_applied", "turn.completed",
        "account/rateLimits/updated", "session_configured", "web_search_begin",
        "image_generation_begin", "exec_command_begin", "exec_command_output_delta",
        "mcp_tool_call_begin", "patch_apply_begin", "turn_diff", "plan_update", "plan_delta",
        "background_event", "shutdown_complete", "item_started",
        "mcp_startup_update", "mcp_startup_complete", "hook_started", "hook_completed",
        "terminal_interaction", "agent_reasoning_section_break", "raw_response_item",
        "agent_message_delta", "agent_reasoning_delta", "thread_goal_cleared",
    ]

    private func readTurnEnd(_ event: JSONValue, _ entry: inout Entry) {
        let measured = entry.timestamp.flatMap { end in
            memory.turnBegan.map { (end.nanoseconds &- $0) / 1_000_000 }
        }
        guard !memory.isReplay, let time = event["duration_ms"]?.int ?? measured, time >= 0 else {
            return
        }
        var fact = SessionFact()
        fact.turnMilliseconds = time
        entry.facts.append(.session(fact))
    }

    private func readTitle(_ event: JSONValue, _ entry: inout Entry) {
        let thread = event["thread_id"]?.nonEmptyString ?? memory.session
        guard thread == memory.session, let name = event["thread_name"]?.nonEmptyString else {
            return
        }
        var fact = SessionFact()
        fact.title = SessionFact.Title(source: .custom, text: name)
        entry.facts.append(.session(fact))
    }

    /// Withdraws what was said in the latest turns, as far back as it is remembered.
    private mutating func readRollback(_ event: JSONValue, _ entry: inout Entry) {
        guard let turns = event["num_turns"]?.int, turns > 0 else { return }
        let keys = memory.recent.rollBack(turns)
        guard !keys.isEmpty else { return }
        entry.facts.append(.retraction(RetractionFact(keys: keys, version: 2)))
    }

    /// A tool that the client offers; the answer repeats the request.
    private mutating func readDynamicCall(
        _ event: JSONValue,
        _ name: String,
        _ entry: inout Entry
    ) {
        let callID = (event["call_id"] ?? event["callId"])?.nonEmptyString
        if name == "dynamic_tool_call_response" {
            var fact = ToolResultFact(callID: callID, block: 0, outcome: .success, size: 0)
            if event["success"]?.bool == false { fact.outcome = .error }
            fact.version = 1
            entry.facts.append(.result(fact))
        }
    }
}
