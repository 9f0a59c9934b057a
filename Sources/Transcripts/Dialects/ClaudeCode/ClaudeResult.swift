/// The result of a call: a block `{"tool_use_id":…,"content":…,"is_error":…}` and, for most tools, the line's
/// `toolUseResult`, which is another object for each tool, a list of blocks (MCP), or a text (errors, LS).
struct ClaudeResult {
    private let block: JSONValue
    private let line: ClaudeLine
    /// Nil when the line has several results and does not say whose it is.
    private let detail: JSONValue?
    private let callID: String?

    init(_ block: JSONValue, _ line: ClaudeLine, isOnly: Bool) {
        self.block = block
        self.line = line
        detail = isOnly ? line.toolUseResult : nil
        callID = (block["tool_use_id"] ?? block["id"])?.nonEmptyString
    }

    func add(_ index: Int, _ draft: inout ClaudeDraft) {
        let content = block["content"] ?? block["output"]
        let text = content.map { ClaudeText.joined($0) } ?? detail?.string ?? ""
        let outcome = outcome(text, content)
        var fact = ToolResultFact(
            callID: callID,
            block: index,
            outcome: outcome,
            size: CutMark.size(of: text)
        )
        if outcome != .success {
            fact.errorText = ClaudeText.start(of: text.isEmpty ? detail?.string ?? "" : text, 2_000)
        }
        fact.type = type(content)
        fact.exitCode = exitCode(text)
        fact.durationMilliseconds = duration
        fact.agentID = (detail?["agentId"] ?? detail?["agent_id"])?.nonEmptyString
        draft.add(fact)
        var message = MessageFact(block: index, role: .tool, kind: .toolResult, text: text)
        message.callID = callID
        draft.add(message)
        attach(content, &draft)
        change(&draft)
    }

    // MARK: Outcome

    private static let refusals: [StaticString] = [
        "The user doesn't want to", "User rejected", "Permission to use",
        "Claude requested permissions to", "This command requires approval",
        "Permission for this action",
    ]

    private func outcome(_ text: String, _ content: JSONValue?) -> ToolOutcome {
        if line.denial?.bytes?.isEmpty == false { return .denied }
        if (detail?["interrupted"] ?? detail?["wasInterrupted"])?.bool == true
            || text.hasPrefix("[Request interrupted by user")
        {
            return .interrupted
        }
        let isFailed =
            block["is_error"]?.bool == true || text.hasPrefix("<tool_use_error>")
            || ClaudeResult.isServerError(content)
        guard isFailed else { return .success }
        if text.hasPrefix("Request was aborted") { return .interrupted }
        return isDenied(text) || isDenied(detail?.string ?? "") ? .denied : .error
    }

    /// Tools of the service have no mark: `{"type":"web_search_tool_result_error","error_code":…}`.
    private static func isServerError(_ content: JSONValue?) -> Bool {
        guard let content, content.kind == .object, let type = content["type"]?.bytes else {
            return false
        }
        return type.suffix(6).elementsEqual("_error".utf8)
    }

    private func isDenied(_ text: String) -> Bool {
        var text = Substring(text)
        for prefix in ["<tool_use_error>", "Error: "] where text.hasPrefix(prefix) {
            text = text.dropFirst(prefix.utf8.count)
        }
        return ClaudeResult.refusals.contains { text.hasPrefix("\($0)") }
    }

    /// From the field of tools that have one, or from `Exit code N` at the beginning of an error.
    private func exitCode(_ text: String) -> Int64? {
        if let code = (detail?["exitCode"] ?? detail?["exit_code"])?.int { return code }
        guard block["is_error"]?.bool == true else { return nil }
        for text in [text, detail?.string ?? ""] {
            var rest = Substring(text)
            if rest.hasPrefix("Error: ") { rest = rest.dropFirst(7) }
            guard rest.hasPrefix("Exit code ") else { continue }
            return Int64(rest.dropFirst(10).prefix { $0.isASCII && ($0.isNumber || $0 == "-") })
        }
        return nil
    }

    private var duration: Int64? {
        if let time = (detail?["durationMs"] ?? detail?["totalDurationMs"])?.int {
            return max(0, time)
        }
        guard let seconds = detail?["durationSeconds"]?.double, seconds >= 0, seconds < 1e9 else {
            return nil
        }
        return Int64((seconds * 1_000).rounded())
    }

    private func type(_ content: JSONValue?) -> String? {
        guard let detail, !detail.isNull else {
            switch content?.kind {
            case .string: return "text"
            case .array: return "blocks"
            default: return nil
            }
        }
        switch detail.kind {
        case .string: return "string"
        case .array: return "blocks"
        case .object:
            let word = (detail["type"] ?? detail["mode"] ?? detail["status"])?.nonEmptyString
            return word.map { ClaudeText.start(of: $0, 64) } ?? "object"
        default: return nil
        }
    }

    // MARK: Attachments and files

    private func attach(_ content: JSONValue?, _ draft: inout ClaudeDraft) {
        if let content {
            for part in content.elements {
                if part["type"]?.equals("image") == true {
                    draft.attach(part, .image, callID: callID)
                } else if part["type"]?.equals("document") == true {
                    draft.attach(part, .document, callID: callID)
                }
            }
        }
        // An image that was read stands in the details too, and in some versions only there.
        if let file = detail?["file"], file["base64"]?.bytes?.isEmpty == false,
            content?.elements.contains(where: { $0["type"] != nil }) != true
        {
            draft.attach(file: file, callID: callID)
        }
        if let path = detail?["persistedOutputPath"]?.nonEmptyString {
            draft.spilled(path, size: detail?["persistedOutputSize"]?.int, callID: callID)
        }
    }

    /// Tells again of the access that the call told of, with the lines that were changed.
    ///
    /// The shape of the detail tells the tool: `edits` or `oldString` is an edit, `type` and `content` a write.
    private func change(_ draft: inout ClaudeDraft) {
        guard let callID, let patch = detail?["structuredPatch"], patch.kind == .array,
            let path = detail?["filePath"]?.nonEmptyString
        else { return }
        let isWrite =
            detail?["type"]?.equals("create") == true || detail?["type"]?.equals("update") == true
        var (added, removed) = ClaudeResult.lines(patch)
        if detail?["type"]?.equals("create") == true, added == 0,
            let content = detail?["content"]?.bytes
        {
            added = ClaudeResult.lines(in: content)
        }
        draft.access(path, isWrite ? .write : .edit) { access in
            access.callID = callID
            access.linesAdded = added
            access.linesRemoved = removed
            if isWrite { access.size = detail?["content"]?.textSize }
        }
    }

    private static func lines(_ patch: JSONValue) -> (added: Int64, removed: Int64) {
        var added: Int64 = 0
        var removed: Int64 = 0
        for hunk in patch.elements {
            guard let lines = hunk["lines"] else { continue }
            for line in lines.elements {
                if line.bytes?.first == UInt8(ascii: "+") { added += 1 }
                if line.bytes?.first == UInt8(ascii: "-") { removed += 1 }
            }
        }
        return (added, removed)
    }

    private static func lines(in text: UnsafeRawBufferPointer) -> Int64 {
        guard let last = text.last else { return 0 }
        let breaks = text.count { $0 == JSONBytes.newline }
        return Int64(breaks + (last == JSONBytes.newline ? 0 : 1))
    }
}
