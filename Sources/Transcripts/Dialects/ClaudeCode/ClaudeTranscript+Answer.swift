extension ClaudeTranscript {
    /// Reads `{"message":{"id":…,"model":…,"content":[…],"usage":{…}},"requestId":…}`.
    mutating func readAnswer(_ line: ClaudeLine, _ draft: inout ClaudeDraft) {
        draft.retract(line.record["supersedesUuids"])
        guard let message = line.message else { return }
        guard message.kind == .object else {
            return draft.note(message.nonEmptyString, .text, role: .assistant)
        }
        let key = ClaudeTranscript.responseKey(message["id"], line.request)
        let model = message["model"]?.nonEmptyString
        let isSynthetic = model == "<synthetic>"
        let isError = line.isAPIError || isSynthetic
        if let usage = message["usage"], usage.kind == .object {
            let tokens = ClaudeUsage.tokens(usage)
            var fact = ResponseFact(key: key, model: model, usage: tokens)
            fact.speed = usage["speed"]?.nonEmptyString
            fact.geography = usage["inference_geo"]?.nonEmptyString
            fact.effort = line.effort?.nonEmptyString
            fact.stopReason = message["stop_reason"]?.nonEmptyString
            fact.toolMicrodollars = ClaudeUsage.microdollars(line.cost)
            fact.isCopy = draft.isCopy
            // An error that comes in the middle of an answer is billed as far as it came.
            fact.isError = isSynthetic || isError && tokens.total == 0
            draft.entry.facts.append(.response(fact))
        }
        let answer = ClaudeAnswer(model: model, response: key, isError: isError)
        guard let content = message["content"] else { return }
        if content.kind == .array {
            for (index, block) in content.elements.enumerated() {
                answer.read(block, index, &draft)
            }
        } else if let text = content.string {
            answer.text(text, 0, &draft)
        }
    }

    /// The request's identifier alone tells a response when the message has none.
    private static func responseKey(_ id: JSONValue?, _ request: JSONValue?) -> ResponseKey? {
        let request = request?.nonEmptyString
        if let id = id?.nonEmptyString { return ResponseKey(messageID: id, requestID: request) }
        return request.map { ResponseKey(messageID: $0) }
    }
}

/// Reads the blocks of an answer.
struct ClaudeAnswer {
    var model: String?
    var response: ResponseKey?
    /// Whether it is an error of the service, written as an answer.
    var isError: Bool

    func text(_ text: String, _ index: Int, _ draft: inout ClaudeDraft) {
        add(text, isError ? .apiError : .text, index, nil, &draft)
    }

    private func add(
        _ text: String,
        _ kind: MessageKind,
        _ index: Int,
        _ callID: String?,
        _ draft: inout ClaudeDraft
    ) {
        var fact = MessageFact(block: index, role: .assistant, kind: kind, text: text)
        fact.model = model
        fact.response = response
        fact.callID = callID
        draft.add(fact)
    }

    func read(_ block: JSONValue, _ index: Int, _ draft: inout ClaudeDraft) {
        guard let type = block["type"], type.bytes != nil else {
            if let text = block.string ?? block["text"]?.string {
                return self.text(text, index, &draft)
            }
            return draft.isUnknown("block", block["type"])
        }
        if type.equals("text") {
            text(block["text"]?.string ?? "", index, &draft)
        } else if type.equals("thinking") {
            add(block["thinking"]?.string ?? "", .thinking, index, nil, &draft)
        } else if type.equals("redacted_thinking") {
            add("", .thinking, index, nil, &draft)
        } else if type.equals("tool_use") || type.equals("server_tool_use")
            || type.equals("mcp_tool_use")
        {
            call(block, index, &draft)
        } else if type.equals("tool_result")
            || type.bytes?.suffix(12).elementsEqual(
                "_tool_result".utf8
            ) == true
        {
            ClaudeResult(block, ClaudeLine(block), isOnly: false).add(index, &draft)
        } else if type.equals("image") {
            draft.attach(block, .image)
        } else if type.equals("document") {
            draft.attach(block, .document)
        } else if !type.equals("fallback") {
            draft.isUnknown("block", type)
            if let text = block["text"]?.nonEmptyString { self.text(text, index, &draft) }
        }
    }

    /// A call: `{"id":…,"name":…,"input":{…}}`.
    func call(_ block: JSONValue, _ index: Int, _ draft: inout ClaudeDraft) {
        let input = ClaudeInput(block)
        var fact = ToolCallFact(
            callID: block["id"]?.nonEmptyString,
            block: index,
            name: input.name,
            input: input.text
        )
        fact.filePath = input.filePath
        fact.command = input.command
        fact.query = input.query
        fact.targetDirectory = input.directory
        fact.mcpServer = input.server
        fact.model = model
        fact.response = response
        draft.add(fact)
        add(input.readable, .toolUse, index, fact.callID, &draft)
        if let operation = input.operation, let path = input.filePath ?? input.directory {
            draft.access(path, operation) { access in
                access.callID = fact.callID
                access.size = input.size
                access.range = input.range
            }
        }
    }
}
