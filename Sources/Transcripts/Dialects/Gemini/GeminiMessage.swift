/// One message of a session, in either kind of file.
///
/// `{id, timestamp, type: user|gemini|info|warning|error, content, displayContent?}`; gemini's have `model`,
/// `thoughts[{subject, description}]`, `tokens{input, output, cached, thoughts, tool, total}` and `toolCalls`.
struct GeminiMessage {
    let session: String
    let id: String?
    let version: UInt64
    let isSubagent: Bool
    /// How many blocks it has; a message that stands in one record with others goes on counting.
    private(set) var blocks = 0
    private var model: String?

    init(session: String, id: String?, version: UInt64, isSubagent: Bool) {
        self.session = session
        self.id = id
        self.version = version
        self.isSubagent = isSubagent
    }

    static func key(_ session: String, _ id: String, _ block: Int) -> String {
        session + "/" + id + "/" + String(block)
    }

    static func isKnown(_ type: String) -> Bool {
        ["user", "gemini", "model", "info", "warning", "error"].contains(type)
    }

    mutating func read(_ message: JSONValue, _ entry: inout Entry) {
        let type = message["type"] ?? message["role"]
        let content = message["content"] ?? message["parts"]
        model = message["model"]?.nonEmptyString
        if type?.equals("user") == true {
            readUser(content, displayed: message["displayContent"], &entry)
        } else if type?.equals("gemini") == true || type?.equals("model") == true {
            readAnswer(message, content, &entry)
        } else {
            let isError = type?.equals("error") == true
            for text in Self.texts(content) {
                let isCancelled = text == "Request cancelled."
                let kind: MessageKind = isCancelled ? .interruption : isError ? .apiError : .system
                add(text, .system, kind, &entry)
            }
        }
    }

    /// With `displayContent` that is what was typed, and the content is what it was made into.
    private mutating func readUser(
        _ content: JSONValue?,
        displayed: JSONValue?,
        _ entry: inout Entry
    ) {
        let typed = displayed.map(Self.texts)
        for text in typed ?? [] { add(text, .user, Self.kind(of: text, isSubagent), &entry) }
        for text in Self.texts(content) where typed?.contains(text) != true {
            let kind = typed == nil ? Self.kind(of: text, isSubagent) : .meta
            add(text, .user, kind, &entry)
        }
        Self.addAttachments(content, &entry)
    }

    private mutating func readAnswer(
        _ message: JSONValue,
        _ content: JSONValue?,
        _ entry: inout Entry
    ) {
        let response = id.map { ResponseKey(messageID: session + "/" + $0) }
        for thought in message["thoughts"]?.elements ?? JSONElements(message) {
            let parts = [thought["subject"], thought["description"]].compactMap {
                $0?.nonEmptyString
            }
            guard !parts.isEmpty else { continue }
            add(parts.joined(separator: "\n"), .assistant, .thinking, &entry, response)
        }
        for text in Self.texts(content) { add(text, .assistant, .text, &entry, response) }
        Self.addAttachments(content, &entry)
        for call in message["toolCalls"]?.elements ?? JSONElements(message) {
            read(call: call, response, &entry)
        }
        guard let tokens = message["tokens"], tokens.kind == .object else { return }
        entry.facts.append(
            .response(ResponseFact(key: response, model: model, usage: Self.usage(tokens)))
        )
    }

    /// `cached` is a part of `input`; what tools put into the prompt (`tool`) is billed as input.
    private static func usage(_ tokens: JSONValue) -> TokenUsage {
        func count(_ value: JSONValue?) -> Int64 { max(0, value?.int ?? 0) }
        let input = count(tokens["input"])
        let cached = min(count(tokens["cached"]), input)
        let thoughts = count(tokens["thoughts"])
        var usage = TokenUsage()
        usage.input = input - cached &+ count(tokens["tool"])
        usage.cacheRead = cached
        usage.output = count(tokens["output"]) &+ thoughts
        usage.reasoning = thoughts
        return usage
    }

    private mutating func read(
        call: JSONValue,
        _ response: ResponseKey?,
        _ entry: inout Entry
    ) {
        guard call.kind == .object else { return }
        let tool = GeminiCall(call)
        let block = entry.messageCount
        var fact = ToolCallFact(callID: tool.id, block: block, name: tool.name, input: tool.input)
        fact.command = tool.command
        fact.filePath = tool.filePath
        fact.query = tool.query
        fact.targetDirectory = tool.directory
        fact.mcpServer = tool.server
        fact.model = model
        fact.response = response
        fact.version = version
        entry.facts.append(.call(fact))
        add(tool.command ?? tool.input, .assistant, .toolUse, &entry, response, tool.id)
        guard let outcome = tool.outcome else { return }
        let size = Int64(tool.output.utf8.count)
        var result = ToolResultFact(callID: tool.id, block: block, outcome: outcome, size: size)
        if outcome != .success { result.errorText = String(tool.output.prefix(2_000)) }
        result.type = "string"
        result.exitCode = tool.exitCode
        result.agentID = call["agentId"]?.nonEmptyString
        result.version = version
        entry.facts.append(.result(result))
        if !tool.output.isEmpty {
            add(tool.output, .tool, .toolResult, &entry, nil, tool.id)
        }
        guard outcome == .success, var access = tool.access else { return }
        access.ordinal = entry.accessCount
        entry.facts.append(.access(access))
    }

    private mutating func add(
        _ text: String,
        _ role: Role,
        _ kind: MessageKind,
        _ entry: inout Entry,
        _ response: ResponseKey? = nil,
        _ callID: String? = nil
    ) {
        var fact = MessageFact(block: entry.messageCount, role: role, kind: kind, text: text)
        fact.key = id.map { Self.key(session, $0, blocks) }
        fact.version = version
        fact.model = role == .assistant ? model : nil
        fact.response = response
        fact.callID = callID
        entry.facts.append(.message(fact))
        blocks += 1
    }

    /// The texts of a content: a text, a part, or a list of texts and parts.
    private static func texts(_ content: JSONValue?) -> [String] {
        guard let content else { return [] }
        if let text = content.nonEmptyString ?? content["text"]?.nonEmptyString { return [text] }
        return content.elements.compactMap { $0.nonEmptyString ?? $0["text"]?.nonEmptyString }
    }

    private static func addAttachments(_ content: JSONValue?, _ entry: inout Entry) {
        guard let content else { return }
        for part in content.elements {
            guard let data = part["inlineData"], let bytes = data["data"]?.bytes else { continue }
            let fact = AttachmentFact(
                base64: bytes,
                mediaType: data["mimeType"]?.nonEmptyString,
                ordinal: entry.attachmentCount
            )
            entry.facts.append(.attachment(fact))
        }
    }

    /// What kind of message a text in the user's role is.
    private static func kind(of text: String, _ isSubagent: Bool) -> MessageKind {
        if text == "System: Please continue." || contexts.contains(where: { text.hasPrefix($0) }) {
            return .meta
        }
        if text.hasPrefix("<state_snapshot>") { return .compactSummary }
        if isSubagent { return .subagentPrompt }
        let isCommand = text.hasPrefix("/") && !text.contains("\n")
        let word = text.prefix { $0 != " " }.dropFirst()
        return isCommand && !word.isEmpty && !word.contains("/") ? .slashCommand : .prompt
    }

    private static let contexts = [
        "<session_context>", "<hook_context>", "<environment_context>",
        "This is the Gemini CLI. We are setting up the context",
    ]
}

extension Entry {
    /// Files touched so far, which is the ordinal of the next.
    var accessCount: Int {
        facts.count {
            if case .access = $0 { true } else { false }
        }
    }
}
