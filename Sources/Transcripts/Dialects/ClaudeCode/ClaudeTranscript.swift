import Core

/// Reads the transcripts of Claude Code: main ones, and those of subagents in their three places (files beside the
/// session's, files in its `subagents`, side conversations inside the main file).
///
/// A line is `{"type":…,"uuid":…,"parentUuid":…,"sessionId":…,"timestamp":…,"message":…}`; the
/// format is nowhere described, and it drifts. No member is required and none needs to be of the type that it has in other versions.
/// What is not known makes the entry's status `unknown`, and what is understood beside it still counts.
package struct ClaudeTranscript: Dialect {
    let place: ClaudePlace
    var memory: ClaudeMemory

    /// A dialect for a transcript from its start, or from a state.
    package init(_ context: FileContext, state: [UInt8]) {
        place = ClaudePlace(context.path)
        memory = ClaudeMemory(state)
    }

    package var tool: Tool { .claudeCode }
    package var state: [UInt8] { memory.state }

    /// Reads one line.
    package mutating func read(_ record: JSONValue, at position: RecordPosition) -> Entry {
        var draft = ClaudeDraft(Entry(position: position, kind: "untyped"))
        guard record.kind == .object else {
            draft.entry.status = .malformed
            draft.entry.reason = "not an object"
            return draft.entry
        }
        let line = ClaudeLine(record)
        draft.entry.uuid = line.uuid?.nonEmptyString
        draft.entry.parent = line.parent?.nonEmptyString
        draft.entry.timestamp = Timestamp.parse(line.timestamp)
        let agent = self.agent(of: line)
        draft.entry.isSidechain = line.sidechain ?? (agent != nil)
        settle(line, agent, &draft)
        dispatch(line, &draft)
        draft.entry.eventKey = draft.entry.eventKey ?? eventKey(of: line, draft.entry)
        return draft.entry
    }

    /// The subagent that a line is of, or whose message it is a copy of.
    private func agent(of line: ClaudeLine) -> String? {
        if let data = line.data, ClaudeTranscript.isCopy(data),
            let agent = data["agentId"]?.nonEmptyString
        {
            return agent
        }
        if let agent = line.agent?.nonEmptyString {
            return line.sidechain == false && place.agent == nil ? nil : agent
        }
        // A file may be called like a subagent's, and be none.
        return line.sidechain == false && !place.isAmongSubagents ? nil : place.agent
    }

    /// A line without identifier is the same wherever the same is told at the same time; without a time only lines
    /// that tell a state are.
    private func eventKey(of line: ClaudeLine, _ entry: Entry) -> String? {
        if let uuid = entry.uuid { return uuid }
        guard entry.timestamp != nil || ClaudeTranscript.isState(entry.kind) else { return nil }
        return entry.kind + "#" + Hex.encode(line.record.contentHash())
    }

    private static func isState(_ kind: String) -> Bool {
        switch kind {
        case "summary", "ai-title", "custom-title", "agent-name", "last-prompt", "mode",
            "permission-mode", "pr-link", "bridge-session", "worktree-state", "relocated",
            "frame-link", "atis-latch", "file-history-snapshot", "file-history-delta":
            true
        default: false
        }
    }

    // MARK: Types

    private mutating func dispatch(_ line: ClaudeLine, _ draft: inout ClaudeDraft) {
        guard let type = line.type, type.bytes != nil else { return readUntyped(line, &draft) }
        if type.equals("assistant") {
            draft.entry.kind = "assistant"
            readAnswer(line, &draft)
        } else if type.equals("user") {
            draft.entry.kind = "user"
            readUser(line, &draft)
        } else if type.equals("progress") {
            readProgress(line, &draft)
        } else if type.equals("system") {
            readSystem(line, &draft)
        } else if type.equals("attachment") {
            readAttachment(line, &draft)
        } else if type.equals("tool") || type.equals("tool_use") || type.equals("tool_result") {
            draft.entry.kind = type.string ?? ""
            readTool(line, type, &draft)
        } else if !readState(line, type, &draft) {
            draft.entry.kind = ClaudeText.start(of: type.string ?? "", 64)
            draft.isUnknown("type", type)
            readAny(line, &draft)
        }
    }

    /// Lines without a type, as other programs write them: the message tells.
    private mutating func readUntyped(_ line: ClaudeLine, _ draft: inout ClaudeDraft) {
        draft.entry.kind = "untyped"
        if line.message?.kind != .object { draft.isUnknown("type", line.type) }
        readAny(line, &draft)
    }

    /// Reads what looks like a message, whatever the line is.
    private mutating func readAny(_ line: ClaudeLine, _ draft: inout ClaudeDraft) {
        guard let message = line.message, message.kind == .object else {
            return draft.note((line.record["content"] ?? line.message)?.nonEmptyString)
        }
        if message["role"]?.equals("user") == true {
            readUser(line, &draft)
        } else if message["role"]?.equals("assistant") == true || message["usage"] != nil {
            readAnswer(line, &draft)
        } else {
            draft.note(ClaudeText.joined(message["content"]))
        }
    }
}
