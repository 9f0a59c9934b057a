extension ClaudeTranscript {
    /// Reads `{"message":{"role":"user","content":…},"toolUseResult":…}`.
    ///
    /// A person's prompt is what is left when nothing tells that it is something else.
    mutating func readUser(_ line: ClaudeLine, _ draft: inout ClaudeDraft) {
        guard let message = line.message else { return }
        let content = message.kind == .object ? message["content"] : message
        guard let content else { return }
        if line.isCompactSummary { summarise(&draft) }
        if let bytes = content.bytes {
            return say(bytes, 0, kind(of: bytes, line, draft), &draft)
        }
        guard content.kind == .array else { return }
        readBlocks(content, line, &draft)
    }

    private mutating func readBlocks(
        _ content: JSONValue,
        _ line: ClaudeLine,
        _ draft: inout ClaudeDraft
    ) {
        let results = content.elements.count { $0["type"]?.equals("tool_result") == true }
        var hasPrompt = false
        var hasImage = false
        var isSaid = false
        for (index, block) in content.elements.enumerated() {
            let type = block["type"]
            if type?.equals("tool_result") == true {
                ClaudeResult(block, line, isOnly: results == 1).add(index, &draft)
            } else if let text = type?.equals("text") == true ? block["text"]?.bytes : block.bytes {
                var kind = kind(of: text, line, draft)
                // Words beside a result are the tool's, and one line is one prompt.
                if kind == .prompt || kind == .subagentPrompt {
                    if results > 0 || hasPrompt { kind = .meta }
                    hasPrompt = true
                }
                // What an editor puts in says nothing.
                if !text.starts(with: "<ide_".utf8) { isSaid = true }
                say(text, index, kind, &draft)
            } else if type?.equals("image") == true || type?.equals("document") == true {
                draft.attach(block, type?.equals("image") == true ? .image : .document)
                hasImage = true
            } else {
                readOther(block, type, index, &draft)
            }
        }
        if hasImage, !isSaid, !hasPrompt, results == 0 { showImage(content, line, &draft) }
    }

    /// An image without words is a prompt too, unless the line is none.
    private mutating func showImage(
        _ content: JSONValue,
        _ line: ClaudeLine,
        _ draft: inout ClaudeDraft
    ) {
        let kind = kind(of: UnsafeRawBufferPointer(start: nil, count: 0), line, draft)
        guard kind == .prompt || kind == .subagentPrompt else { return }
        let block = content.elements.count { _ in true }
        draft.add(MessageFact(block: block, role: .user, kind: kind, text: ""))
    }

    private func readOther(
        _ block: JSONValue,
        _ type: JSONValue?,
        _ index: Int,
        _ draft: inout ClaudeDraft
    ) {
        if type?.equals("text") == true { return }
        if type?.equals("thinking") == true || type?.equals("tool_use") == true {
            let answer = ClaudeAnswer(model: nil, response: nil, isError: false)
            return answer.read(block, index, &draft)
        }
        draft.isUnknown("block", type)
        guard let text = block["text"]?.nonEmptyString else { return }
        draft.add(MessageFact(block: index, role: .user, kind: .meta, text: text))
    }

    private func say(
        _ text: UnsafeRawBufferPointer,
        _ index: Int,
        _ kind: MessageKind,
        _ draft: inout ClaudeDraft
    ) {
        let text = String(decoding: text, as: UTF8.self)
        draft.add(MessageFact(block: index, role: .user, kind: kind, text: text))
        if kind == .subagentPrompt, draft.isSubagent { draft.title(.firstPrompt, text) }
    }

    private mutating func kind(
        of text: UnsafeRawBufferPointer,
        _ line: ClaudeLine,
        _ draft: ClaudeDraft
    ) -> MessageKind {
        if line.isMeta { return .meta }
        if line.isCompactSummary { return .compactSummary }
        if let kind = ClaudeText.kind(text) { return kind }
        if draft.entry.isSidechain { return .subagentPrompt }
        if line.promptSource?.equals("system") == true { return .meta }
        if let origin = line.origin?["kind"], origin.bytes != nil, !origin.equals("human") {
            return .meta
        }
        if line.promptSource?.equals("queued") == true, memory.knowsQueued(text, isQueued: false) {
            return .meta
        }
        return .prompt
    }

    /// A summary without a boundary before it is a compaction of its own.
    private mutating func summarise(_ draft: inout ClaudeDraft) {
        if !memory.isCompacting { draft.entry.facts.append(.compaction(CompactionFact())) }
        memory.isCompacting = false
    }

    /// Reads the top-level types of clones and of old exports: a call or a result, in the line or in its message.
    mutating func readTool(_ line: ClaudeLine, _ type: JSONValue, _ draft: inout ClaudeDraft) {
        if line.message?.kind == .object { return readUser(line, &draft) }
        if type.equals("tool_use") {
            ClaudeAnswer(model: nil, response: nil, isError: false).call(line.record, 0, &draft)
        } else {
            ClaudeResult(line.record, line, isOnly: true).add(0, &draft)
        }
    }
}
