import Core

/// Reads `history.jsonl`, a line for each prompt that was typed.
///
/// `{"display":…,"timestamp":<ms>,"project":…,"sessionId":…,"pastedContents":{"1":{"content":…}}}`
///
/// The prompts stand in the transcripts too, as long as these are not cleaned up. So that none counts twice they
/// are messages of the kind `meta` here, which can be searched for.
package struct ClaudeHistory: Dialect {
    /// Nothing is remembered between lines.
    package init(_ context: FileContext, state: [UInt8]) {}

    package var tool: Tool { .claudeCode }
    package var state: [UInt8] { [] }

    /// Reads one line.
    package mutating func read(_ record: JSONValue, at position: RecordPosition) -> Entry {
        var draft = ClaudeDraft(Entry(position: position, kind: "history"))
        draft.entry.timestamp = Timestamp.parse(record["timestamp"])
        draft.entry.session = (record["sessionId"] ?? record["session_id"])?.nonEmptyString
        if draft.entry.timestamp != nil {
            draft.entry.eventKey = "history#" + Hex.encode(record.contentHash())
        }
        if record["display"] == nil { draft.isUnknown("record", record["type"]) }
        let text = ClaudeHistory.text(record)
        draft.note(text, .meta, role: .user)
        if draft.entry.session != nil {
            draft.session { $0.workingDirectory = record["project"]?.nonEmptyString }
        }
        return draft.entry
    }

    /// What was typed, with what was pasted into it.
    private static func text(_ record: JSONValue) -> String {
        var texts = [record["display"]?.string ?? ""]
        if let pasted = record["pastedContents"] {
            let parts = pasted.kind == .array ? Array(pasted.elements) : pasted.members.map(\.value)
            texts += parts.compactMap { $0.nonEmptyString ?? $0["content"]?.nonEmptyString }
        }
        return texts.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
