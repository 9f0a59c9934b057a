/// Reads messages, calls and results of any tool by the names that most of them use.
struct GenericReader {
    let inner: InnerJSON
    /// Of messages that are written more than once; nil where the record tells them.
    var keyPrefix: String?
    var version: UInt64 = 0
    var model: String?
    var response: ResponseKey?
    /// Whether it is a side conversation, in which no person speaks.
    var isSide = false
    /// Calls that were told before, so that a second telling adds nothing.
    var calls: [String] = []
    private var blocks = 0

    init(inner: InnerJSON) { self.inner = inner }

    /// Who speaks in a record; nil when it is no message.
    static func role(_ record: JSONValue) -> Role? {
        for value in [
            record["role"], record["type"], record["source"], record["sender"],
            record["author"]?["role"] ?? record["author"],
        ] {
            guard let value else { continue }
            for (name, role) in roles where value.equals(name) { return role }
            if value.hasPrefix("user.message") { return .user }
            if value.hasPrefix("assistant.message") { return .assistant }
            if value.hasPrefix("system.message") { return .system }
        }
        return nil
    }

    private static let roles: [(StaticString, Role)] = [
        ("user", .user), ("human", .user), ("USER", .user), ("assistant", .assistant),
        ("model", .assistant), ("gemini", .assistant), ("agent", .assistant), ("MODEL", .assistant),
        ("system", .system), ("developer", .system), ("SYSTEM", .system), ("tool", .tool),
        ("toolResult", .tool), ("tool_result", .tool), ("reasoning", .assistant),
        ("user_message", .user), ("assistant_message", .assistant), ("agent_message", .assistant),
        ("ai", .assistant), ("bot", .assistant), ("function", .tool),
    ]

    /// Reads what a message says.
    mutating func read(_ message: JSONValue, role: Role, isMeta: Bool, _ entry: inout Entry) {
        if role == .tool {
            readResult(message, &entry)
            return
        }
        if let thought = message["thinking"] ?? message["reasoningText"] ?? message["summary"],
            role == .assistant
        {
            readThought(thought, &entry)
        }
        let content =
            message["content"] ?? message["parts"] ?? message["text"] ?? message["message"]
        if let text = content?.nonEmptyString {
            add(text, role, kind(of: text, role, isMeta), &entry)
        }
        if let inside = content, inside.kind == .object {
            let parts = inside["parts"] ?? inside["content"]
            for block in parts?.elements ?? JSONElements(message) {
                read(block: block, role, isMeta, &entry)
            }
            if parts == nil { read(block: inside, role, isMeta, &entry) }
        }
        for block in content?.elements ?? JSONElements(message) {
            read(block: block, role, isMeta, &entry)
        }
        if let error = message["errorMessage"] ?? message["error"] { readError(error, &entry) }
        for list in [message["tool_calls"], message["toolRequests"], message["toolCalls"]] {
            for call in list?.elements ?? JSONElements(message) { readCall(call, &entry) }
        }
    }

    /// Reads a block of a message, or a record of a part.
    mutating func read(block: JSONValue, _ role: Role, _ isMeta: Bool, _ entry: inout Entry) {
        if let text = block.nonEmptyString {
            add(text, role, kind(of: text, role, isMeta), &entry)
        } else if let call = block["functionCall"] {
            readCall(call, &entry)
        } else if let result = block["functionResponse"] {
            readResult(result, &entry)
        } else if let data = block["inlineData"] ?? block["source"], data["data"] != nil {
            addData(data, &entry)
        } else if block["data"]?.bytes != nil, block["mimeType"] != nil {
            addData(block, &entry)
        } else if let url = block["image_url"],
            let fact = AttachmentFact(url: url, ordinal: entry.attachmentCount)
        {
            entry.facts.append(.attachment(fact))
        } else {
            readTyped(block, role, isMeta, &entry)
        }
    }

    private mutating func readTyped(
        _ block: JSONValue,
        _ role: Role,
        _ isMeta: Bool,
        _ entry: inout Entry
    ) {
        switch block["type"]?.string ?? "text" {
        case "text", "input_text", "output_text":
            guard let text = block["text"]?.nonEmptyString else { return }
            let isThought = block["thought"]?.bool == true
            // OpenCode puts what it made up itself into the user's role.
            let isMeta = isMeta || block["synthetic"]?.bool == true
            add(text, role, isThought ? .thinking : kind(of: text, role, isMeta), &entry)
        case "thinking", "reasoning", "think":
            readThought(block["thinking"] ?? block["text"] ?? block["think"], &entry)
        case "tool_use", "toolCall", "tool_call", "tool-call", "function", "function_call":
            readCall(block, &entry)
        case "tool_result", "toolResult", "tool-result", "function_result":
            readResult(block, &entry)
        case "tool": readStatefulCall(block, &entry)
        case "patch":
            for file in block["files"]?.elements ?? JSONElements(block) {
                if let path = file.nonEmptyString { touch(path, .edit, &entry) }
            }
        case "file": readFile(block, &entry)
        case "compaction": entry.facts.append(.compaction(CompactionFact()))
        case "subtask":
            guard let prompt = block["prompt"]?.nonEmptyString else { return }
            add(prompt, role, .subagentPrompt, &entry)
        default: break
        }
    }

    /// Why an answer failed: a text, `{message}` or OpenCode's `{name, data{message}}`.
    mutating func readError(_ error: JSONValue, _ entry: inout Entry) {
        let text = error.nonEmptyString ?? error["message"]?.nonEmptyString
        guard let text = text ?? error["data"]?["message"]?.nonEmptyString else { return }
        let isAborted = text.lowercased().contains("aborted")
        add(text, .system, isAborted ? .interruption : .apiError, &entry)
    }

    private func touch(_ path: String, _ operation: FileOperation, _ entry: inout Entry) {
        let access = FileAccessFact(
            ordinal: entry.accessCount,
            path: path,
            operation: operation
        )
        entry.facts.append(.access(access))
    }

    /// OpenCode's `{mime, filename, url, source{path}}`, which a person put to a prompt.
    private func readFile(_ block: JSONValue, _ entry: inout Entry) {
        let path = block["source"]?["path"]?.nonEmptyString ?? block["filename"]?.nonEmptyString
        if let path { touch(path, .attach, &entry) }
        guard block["url"]?.hasPrefix("data:") == true,
            let fact = AttachmentFact(url: block["url"], ordinal: entry.attachmentCount)
        else { return }
        entry.facts.append(.attachment(fact))
    }

    private mutating func readThought(_ thought: JSONValue?, _ entry: inout Entry) {
        guard let thought else { return }
        if let text = thought.nonEmptyString { add(text, .assistant, .thinking, &entry) }
        for part in thought.elements {
            guard let text = part["text"]?.nonEmptyString ?? part.nonEmptyString else { continue }
            add(text, .assistant, .thinking, &entry)
        }
    }

    /// A call: its name is `name`, `tool`, `toolName` or `function.name`, its input one of many names.
    mutating func readCall(_ call: JSONValue, _ entry: inout Entry) {
        guard call.kind == .object else { return }
        let function = call["function"]
        let name = call["name"] ?? call["toolName"] ?? call["tool"] ?? function?["name"] ?? function
        var input = ToolInput(name: name?.nonEmptyString ?? "unknown", namespace: nil)
        input.read(
            call["input"] ?? call["arguments"] ?? call["args"] ?? call["parameters"]
                ?? function?["arguments"],
            inner
        )
        append(input, GenericFields.callID(call) ?? call["id"]?.nonEmptyString, &entry)
    }

    private mutating func append(_ input: ToolInput, _ callID: String?, _ entry: inout Entry) {
        if let callID {
            guard !calls.contains(callID) else { return }
            if calls.count == 64 { calls.removeFirst() }
            calls.append(callID)
        }
        let block = entry.messageCount
        var fact = ToolCallFact(callID: callID, block: block, name: input.name, input: input.input)
        fact.command = input.command
        fact.filePath = input.filePath
        fact.query = input.query
        fact.targetDirectory = input.directory
        fact.mcpServer = input.server
        fact.model = model
        fact.response = response
        fact.version = version
        entry.facts.append(.call(fact))
        add(input.readable, .assistant, .toolUse, &entry, callID: callID)
        guard let operation = input.operation, let path = input.filePath ?? input.directory else {
            return
        }
        var access = FileAccessFact(ordinal: entry.accessCount, path: path, operation: operation)
        access.callID = callID
        access.range = input.range
        entry.facts.append(.access(access))
    }

    /// OpenCode's `{callID, tool, state{status, input, output, error, metadata{exit}, time{start, end}}}`.
    private mutating func readStatefulCall(_ part: JSONValue, _ entry: inout Entry) {
        guard let state = part["state"] else { return readCall(part, &entry) }
        let callID = GenericFields.callID(part)
        var input = ToolInput(name: part["tool"]?.nonEmptyString ?? "unknown", namespace: nil)
        input.read(state["input"], inner)
        append(input, callID, &entry)
        let status = state["status"]
        let isError = status?.equals("error") == true
        guard isError || status?.equals("completed") == true else { return }
        let output = (state["error"] ?? state["output"])?.string ?? ""
        var fact = result(callID, isError, output, entry)
        if isError, output.hasPrefix("The user rejected permission") { fact.outcome = .denied }
        fact.exitCode = state["metadata"]?["exit"]?.int
        fact.agentID = state["metadata"]?["sessionId"]?.nonEmptyString
        if let start = state["time"]?["start"]?.int, let end = state["time"]?["end"]?.int,
            end >= start
        {
            fact.durationMilliseconds = end &- start
        }
        append(fact, output, &entry)
    }

    /// A result: `content`, `output`, `result`, `response` or `value`, as a text, blocks or an object.
    mutating func readResult(_ value: JSONValue, _ entry: inout Entry) {
        let callID = GenericFields.callID(value) ?? value["id"]?.nonEmptyString
        let error = value["error"] ?? value["response"]?["error"]
        var isError =
            value["is_error"]?.bool == true || value["isError"]?.bool == true
            || value["success"]?.bool == false
        if let error, !error.isNull { isError = true }
        let content =
            value["content"] ?? value["output"] ?? value["result"] ?? value["response"]
            ?? value["value"] ?? value["parts"]
        let told = error == nil || value["error"] != nil
        var text = told ? content.map { Self.text(of: $0) } ?? "" : ""
        if text.isEmpty, let error, !error.isNull { text = Self.text(of: error) }
        var fact = result(callID, isError, text, entry)
        fact.exitCode = (content?["exitCode"] ?? content?["exit_code"] ?? value["exitCode"])?.int
        if let code = fact.exitCode, code != 0 { fact.outcome = .error }
        append(fact, text, &entry)
    }

    private func result(
        _ callID: String?,
        _ isError: Bool,
        _ text: String,
        _ entry: Entry
    ) -> ToolResultFact {
        ToolResultFact(
            callID: callID,
            block: entry.messageCount,
            outcome: isError ? .error : .success,
            size: Int64(text.utf8.count)
        )
    }

    private mutating func append(_ fact: ToolResultFact, _ text: String, _ entry: inout Entry) {
        var fact = fact
        fact.version = version
        if fact.outcome != .success { fact.errorText = String(text.prefix(2_000)) }
        entry.facts.append(.result(fact))
        if !text.isEmpty { add(text, .tool, .toolResult, &entry, callID: fact.callID) }
    }

    private static func text(of content: JSONValue) -> String {
        if let text = content.string { return text }
        if content.kind == .array {
            let texts = content.elements.compactMap {
                $0.nonEmptyString ?? $0["text"]?.nonEmptyString
            }
            return texts.joined(separator: "\n")
        }
        for name in ["content", "output", "stdout", "text", "message"] as [StaticString] {
            if let text = content[name]?.nonEmptyString { return text }
        }
        return content.isNull ? "" : content.json()
    }

    mutating func add(
        _ text: String,
        _ role: Role,
        _ kind: MessageKind,
        _ entry: inout Entry,
        callID: String? = nil
    ) {
        var fact = MessageFact(block: entry.messageCount, role: role, kind: kind, text: text)
        fact.key = keyPrefix.map { $0 + "/" + String(blocks) }
        fact.version = version
        if role == .assistant {
            fact.model = model
            fact.response = response
        }
        fact.callID = callID
        entry.facts.append(.message(fact))
        blocks += 1
    }

    private func addData(_ data: JSONValue, _ entry: inout Entry) {
        guard let bytes = data["data"]?.bytes else { return }
        let type = data["mimeType"] ?? data["media_type"]
        let fact = AttachmentFact(
            base64: bytes,
            mediaType: type?.nonEmptyString,
            ordinal: entry.attachmentCount
        )
        entry.facts.append(.attachment(fact))
    }

    private func kind(of text: String, _ role: Role, _ isMeta: Bool) -> MessageKind {
        switch role {
        case .assistant: .text
        case .system: .system
        case .tool: .toolResult
        case .user:
            isMeta || Self.contexts.contains { text.hasPrefix($0) }
                ? .meta : isSide ? .subagentPrompt : .prompt
        }
    }

    private static let contexts = [
        "<user_info>", "<environment_context>", "<system-reminder>", "<system_reminder>",
        "<environment_details>", "<session_context>", "<rules>",
    ]
}
