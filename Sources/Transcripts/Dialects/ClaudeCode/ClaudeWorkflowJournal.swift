import Core

/// Reads a workflow's `journal.jsonl`: `{"type":"started","key":…,"agentId":…}` and
/// `{"type":"result","key":…,"agentId":…,"result":<anything>}`, in the session of the subagent.
package struct ClaudeWorkflowJournal: Dialect {
    private let place: ClaudePlace

    /// Nothing is remembered between lines.
    package init(_ context: FileContext, state: [UInt8]) { place = ClaudePlace(context.path) }

    package var tool: Tool { .claudeCode }
    package var state: [UInt8] { [] }

    /// Reads one line.
    package mutating func read(_ record: JSONValue, at position: RecordPosition) -> Entry {
        var draft = ClaudeDraft(Entry(position: position, kind: "untyped"))
        let type = record["type"]
        if let word = type?.string { draft.entry.kind = ClaudeText.start(of: word, 64) }
        let isStart = type?.equals("started") == true
        if !isStart, type?.equals("result") != true { draft.isUnknown("type", type) }
        draft.entry.timestamp = Timestamp.parse(record["timestamp"])
        draft.entry.isSidechain = true
        let agent = record["agentId"]?.nonEmptyString
        if let key = record["key"]?.nonEmptyString {
            let place = [place.session, place.workflow].compactMap { $0 }.joined(separator: "/")
            draft.entry.eventKey = [draft.entry.kind, place, key, agent ?? ""].joined(
                separator: "#"
            )
        }
        if let session = place.session {
            draft.entry.session = ClaudeTranscript.key(session, agent)
            if agent != nil {
                draft.session {
                    $0.parent = session
                    $0.lineage = .subagent
                }
            }
        }
        if let result = record["result"], !result.isNull {
            draft.note(result.string ?? result.json(), .system, role: .tool)
        }
        return draft.entry
    }
}
