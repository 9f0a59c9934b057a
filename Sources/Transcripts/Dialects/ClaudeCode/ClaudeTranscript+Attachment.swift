extension ClaudeTranscript {
    /// What the tool puts before the model beside the conversation; only its text matters.
    private static let notes: [StaticString] = [
        "hook_success", "hook_additional_context", "hook_system_message", "hook_non_blocking_error",
        "hook_blocking_error", "hook_cancelled", "async_hook_response", "task_reminder",
        "todo_reminder", "skill_listing", "invoked_skills", "dynamic_skill",
        "deferred_tools_delta", "mcp_instructions_delta", "agent_listing_delta", "diagnostics",
        "plan_mode", "plan_mode_exit", "auto_mode", "date_change", "goal_status",
        "command_permissions", "task_status", "budget_usd", "total_tokens_reminder",
        "ultra_effort_enter", "ultra_effort_exit", "read_truncation_notice",
        "batching_reminder_sent", "silent_turn_reminder",
    ]
    private static let files: [StaticString] = [
        "file", "edited_text_file", "directory", "nested_memory", "compact_file_reference",
    ]

    /// Reads `{"attachment":{"type":…}}`.
    mutating func readAttachment(_ line: ClaudeLine, _ draft: inout ClaudeDraft) {
        guard let attachment = line.attachment, attachment.kind == .object,
            let type = attachment["type"], type.bytes != nil
        else {
            draft.entry.kind = "attachment"
            return draft.isUnknown("attachment", line.attachment?["type"])
        }
        draft.entry.kind = "attachment/" + ClaudeText.start(of: type.string ?? "", 64)
        if type.equals("queued_command") {
            return readQueued(attachment, line, &draft)
        }
        if ClaudeTranscript.files.contains(where: { type.equals($0) }) {
            if let path = (attachment["filename"] ?? attachment["path"])?.nonEmptyString {
                draft.access(path, .attach) {
                    $0.size = ClaudeTranscript.size(attachment["content"])
                }
            }
            if let file = attachment["content"]?["file"], file["base64"] != nil {
                draft.attach(file: file)
            }
        } else if !ClaudeTranscript.notes.contains(where: { type.equals($0) }) {
            draft.isUnknown("attachment", type)
        }
        draft.note(ClaudeTranscript.text(of: attachment), .meta, role: .user)
    }

    /// A prompt that was typed while the model worked: `{"prompt":…,"commandMode":…,"origin":{"kind":…}}`.
    private mutating func readQueued(
        _ attachment: JSONValue,
        _ line: ClaudeLine,
        _ draft: inout ClaudeDraft
    ) {
        guard let prompt = attachment["prompt"] else { return }
        var isFirst = true
        let blocks = prompt.bytes == nil ? Array(prompt.elements) : [prompt]
        for (index, block) in blocks.enumerated() {
            if block["type"]?.equals("image") == true { draft.attach(block, .image) }
            if block["type"]?.equals("document") == true { draft.attach(block, .document) }
            guard let text = block.bytes ?? block["text"]?.bytes else { continue }
            let kind = queuedKind(text, attachment, line, draft, isFirst)
            if kind == .prompt { isFirst = false }
            draft.add(
                MessageFact(
                    block: index,
                    role: .user,
                    kind: kind,
                    text: String(decoding: text, as: UTF8.self)
                )
            )
        }
    }

    private mutating func queuedKind(
        _ text: UnsafeRawBufferPointer,
        _ attachment: JSONValue,
        _ line: ClaudeLine,
        _ draft: ClaudeDraft,
        _ isFirst: Bool
    ) -> MessageKind {
        if line.isMeta || attachment["isMeta"]?.bool == true { return .meta }
        if let kind = ClaudeText.kind(text) { return kind }
        if let mode = attachment["commandMode"], mode.bytes != nil, !mode.equals("prompt") {
            return mode.equals("bash") ? .slashCommand : .meta
        }
        if let origin = attachment["origin"]?["kind"], origin.bytes != nil, !origin.equals("human")
        {
            return .meta
        }
        if draft.entry.isSidechain { return .subagentPrompt }
        let isKnown = memory.knowsQueued(text, isQueued: true)
        return isFirst && !isKnown ? .prompt : .meta
    }

    /// The text of an attachment, wherever its kind has it.
    private static func text(of attachment: JSONValue) -> String? {
        let names: [StaticString] = [
            "content", "snippet", "text", "stdout", "stderr", "blockingError", "addedBlocks",
            "banner", "reason", "description", "skills",
        ]
        var texts: [String] = []
        for (name, value) in attachment.members where names.contains(where: { name.equals($0) }) {
            let text = text(in: value)
            if !text.isEmpty, !texts.contains(text) { texts.append(text) }
        }
        return texts.joined(separator: "\n")
    }

    private static func text(in value: JSONValue) -> String {
        switch value.kind {
        case .string: return value.string ?? ""
        case .array:
            return value.elements.map { text(in: $0) }.filter { !$0.isEmpty }.joined(
                separator: "\n"
            )
        case .object:
            let inner = value["file"] ?? value["blockingError"] ?? value["content"] ?? value["text"]
            guard let inner else { return value.json() }
            return inner.kind == .object ? inner["content"]?.string ?? "" : text(in: inner)
        default: return ""
        }
    }

    private static func size(_ content: JSONValue?) -> Int64? {
        let file = content?["file"]
        return content?.textSize ?? file?["content"]?.textSize ?? file?["originalSize"]?.int
            ?? content?["content"]?.textSize
    }
}
