extension CodexRollout {
    /// A `response_item`, or an item of a file without envelopes.
    mutating func readResponseItem(_ item: JSONValue, _ entry: inout Entry) {
        let type = item["type"]
        let name = type?.nonEmptyString ?? (item["role"] == nil ? "record" : "message")
        identify(item, &entry, item["payload"] == nil ? "response_item/" + name : name)
        entry.uuid = item["id"]?.nonEmptyString
        switch name {
        case "message": readMessage(item, &entry)
        case "agent_message": readBlocks(item["content"], role: .assistant, kind: .meta, &entry)
        case "reasoning": readReasoning(item, &entry)
        case "function_call", "custom_tool_call", "tool_call": readCall(item, &entry)
        case "local_shell_call", "web_search_call", "tool_search_call", "image_generation_call":
            readHostedCall(item, name, &entry)
        case "function_call_output", "custom_tool_call_output", "tool_search_output",
            "tool_result", "function_result", "mcp_tool_call_output":
            readOutput(item, &entry)
        case "ghost_snapshot", "compaction", "compaction_summary", "context_compaction", "other",
            "additional_tools", "compaction_trigger":
            break
        default:
            entry.status = .unknown
            entry.reason = "an item of an unknown type: \(name)"
        }
    }

    private mutating func readMessage(_ item: JSONValue, _ entry: inout Entry) {
        let role = item["role"]
        let content = item["content"]
        if role?.equals("assistant") == true || role?.equals("model") == true {
            if content?.kind == .string {
                addOnce(content, kind: .text, .response, to: &entry)
            }
            for block in content?.elements ?? JSONElements(item) {
                let text = block["text"] ?? block["refusal"]
                addOnce(text, kind: .text, .response, to: &entry)
            }
        } else if role?.equals("user") == true {
            if let content, content.kind == .string { addUserItem(content, to: &entry) }
            for block in content?.elements ?? JSONElements(item) {
                if let text = block["text"] {
                    addUserItem(text, to: &entry)
                } else {
                    addImage(block["image_url"], callID: nil, .response, &entry)
                }
            }
        } else {
            readBlocks(content, role: .system, kind: .meta, &entry)
        }
    }

    /// Adds the texts of a content that stands in one record only.
    private mutating func readBlocks(
        _ content: JSONValue?,
        role: Role,
        kind: MessageKind,
        _ entry: inout Entry
    ) {
        guard let content else { return }
        if let text = content.nonEmptyString { add(text: text, role: role, kind: kind, to: &entry) }
        for block in content.elements {
            guard let text = block["text"]?.nonEmptyString else { continue }
            add(text: text, role: role, kind: kind, to: &entry)
        }
    }

    private mutating func readReasoning(_ item: JSONValue, _ entry: inout Entry) {
        for list in [item["summary"], item["content"]] {
            guard let list else { continue }
            for part in list.elements {
                addOnce(part["text"] ?? part, kind: .thinking, .response, to: &entry)
            }
        }
    }

    /// A call of a function or a custom tool.
    private mutating func readCall(_ item: JSONValue, _ entry: inout Entry) {
        let function = item["function"]
        let name =
            item["name"]?.nonEmptyString ?? function?["name"]?.nonEmptyString
            ?? function?.nonEmptyString ?? "unknown"
        let input = item["arguments"] ?? item["input"] ?? function?["arguments"]
        var call = ToolInput(name: name, namespace: item["namespace"]?.nonEmptyString)
        call.read(input, inner)
        append(call, callID: item["call_id"]?.nonEmptyString, &entry)
    }

    /// A call that is told by an item of its own type.
    private mutating func readHostedCall(
        _ item: JSONValue,
        _ type: String,
        _ entry: inout Entry
    ) {
        var callID = item["call_id"]?.nonEmptyString ?? entry.uuid
        var call = ToolInput(name: String(type.dropLast("_call".count)), namespace: nil)
        switch type {
        case "local_shell_call":
            call.read(item["action"], inner)
        case "web_search_call":
            callID = callID ?? memory.search
            memory.search = nil
            call.read(item["action"], inner)
        case "image_generation_call":
            call.input = item["revised_prompt"]?.string ?? ""
            addImageData(item["result"], callID: callID, .response, &entry)
        default:
            call.read(item["arguments"], inner)
        }
        append(call, callID: callID, &entry)
    }

    private mutating func append(_ call: ToolInput, callID: String?, _ entry: inout Entry) {
        let block = entry.messageCount
        var fact = ToolCallFact(callID: callID, block: block, name: call.name, input: call.input)
        fact.command = call.command
        fact.filePath = call.filePath ?? call.patch.first?.path
        fact.query = call.query
        fact.targetDirectory = call.directory
        fact.mcpServer = call.server
        fact.model = memory.model
        entry.facts.append(.call(fact))
        add(
            text: call.readable,
            role: .assistant,
            kind: .toolUse,
            callID: callID,
            to: &entry
        )
        if let operation = call.operation, let path = call.filePath ?? call.directory {
            var access = FileAccessFact(ordinal: 0, path: path, operation: operation)
            access.callID = callID
            access.range = call.range
            entry.facts.append(.access(access))
        }
        guard !call.patch.isEmpty, let callID else { return }
        if memory.patches.count == 16 { memory.patches.removeFirst() }
        memory.patches.append(CodexMemory.Pending(callID: callID, files: call.patch))
    }
}
