extension ClaudeTranscript {
    private static let noise: [StaticString] = [
        "bash_progress", "hook_progress", "mcp_progress", "query_update", "search_results_received",
        "waiting_for_task", "powershell_progress",
    ]

    /// Reads `{"data":{"type":…}}`: signs of life, and copies of what subagents say.
    mutating func readProgress(_ line: ClaudeLine, _ draft: inout ClaudeDraft) {
        guard let data = line.data, data.kind == .object, let type = data["type"] else {
            draft.entry.kind = "progress"
            return draft.note(line.record["content"]?.nonEmptyString)
        }
        draft.entry.kind = "progress/" + ClaudeText.start(of: type.string ?? "", 64)
        if ClaudeTranscript.isCopy(data) {
            readCopy(data, line, &draft)
        } else if ClaudeTranscript.noise.contains(where: { type.equals($0) }) {
            return
        }
        if !ClaudeTranscript.copies.contains(where: { type.equals($0) }) {
            draft.isUnknown("progress", type)
        }
    }

    private static let copies: [StaticString] = ["agent_progress", "skill_progress"]

    /// Whether a line of progress has a message that stands elsewhere too: what else tells its tokens may be gone.
    static func isCopy(_ data: JSONValue) -> Bool {
        data["type"]?.equals("agent_progress") == true || data["message"]?["message"] != nil
    }

    /// A message of a subagent, as it stands in the subagent's own file too:
    /// `{"agentId":…,"message":{"type":…,"uuid":…,"timestamp":…,"requestId":…,"message":{…}}}`.
    ///
    /// The entry is then that event, in the subagent's session.
    private mutating func readCopy(
        _ data: JSONValue,
        _ line: ClaudeLine,
        _ draft: inout ClaudeDraft
    ) {
        draft.isCopy = true
        draft.entry.isSidechain = true
        tellOrigin(line, data, &draft)
        guard let record = data["message"], record.kind == .object else { return }
        let copy = ClaudeLine(record)
        draft.entry.eventKey = copy.uuid?.nonEmptyString
        draft.entry.timestamp = Timestamp.parse(copy.timestamp) ?? draft.entry.timestamp
        if copy.type?.equals("assistant") == true {
            readAnswer(copy, &draft)
        } else if copy.type?.equals("user") == true {
            readUser(copy, &draft)
        } else {
            draft.isUnknown("type of agent_progress", copy.type)
        }
    }

    /// Which call started the subagent, once.
    private mutating func tellOrigin(
        _ line: ClaudeLine,
        _ data: JSONValue,
        _ draft: inout ClaudeDraft
    ) {
        guard let agent = data["agentId"], agent.nonEmptyString != nil,
            let call = line.record["parentToolUseID"], let id = call.nonEmptyString,
            memory.tells(agent.contentHash(1), call.contentHash())
        else { return }
        draft.session { $0.parentCallID = id }
    }
}
