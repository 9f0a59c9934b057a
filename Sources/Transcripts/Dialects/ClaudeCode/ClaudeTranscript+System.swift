extension ClaudeTranscript {
    /// Of which nothing but the text matters.
    private static let notices: [StaticString] = [
        "away_summary", "bridge_status", "informational", "session_start", "api_refusal", "error",
        "stop_hook_summary", "model_refusal_fallback",
    ]

    /// Reads `{"type":"system","subtype":…,"content":…}`.
    mutating func readSystem(_ line: ClaudeLine, _ draft: inout ClaudeDraft) {
        let record = line.record
        let content = record["content"]
        guard let type = line.subtype, !type.isNull else {
            draft.entry.kind = "system"
            return say(content, &draft)
        }
        draft.entry.kind = "system/" + ClaudeText.start(of: type.string ?? "", 64)
        if type.equals("turn_duration") {
            draft.session { $0.turnMilliseconds = record["durationMs"]?.int.map { max(0, $0) } }
        } else if type.equals("local_command") {
            return say(content, &draft)
        } else if type.equals("compact_boundary") {
            memory.isCompacting = true
            compact(record["compactMetadata"] ?? record, isPartial: false, &draft)
        } else if type.equals("microcompact_boundary") {
            compact(record["microcompactMetadata"] ?? record, isPartial: true, &draft)
        } else if type.equals("api_error") {
            let text = ClaudeTranscript.error(in: record) ?? ""
            return draft.add(MessageFact(block: 0, role: .system, kind: .apiError, text: text))
        } else if !ClaudeTranscript.notices.contains(where: { type.equals($0) }) {
            draft.isUnknown("subtype", type)
        }
        draft.retract(record["retractedMessageUuids"])
        draft.note(ClaudeTranscript.text(of: record, content))
    }

    /// A text that a local command left, or a notice.
    private func say(_ content: JSONValue?, _ draft: inout ClaudeDraft) {
        let kind = content?.bytes.flatMap { ClaudeText.kind($0) } ?? .system
        draft.note(content?.nonEmptyString, kind)
    }

    private static func text(of record: JSONValue, _ content: JSONValue?) -> String? {
        if let text = content?.nonEmptyString { return text }
        if record["error"]?.isNull == false { return error(in: record) }
        if let text = record["apiRefusalExplanation"]?.nonEmptyString { return text }
        let said = ["hookErrors", "hookAdditionalContext"].flatMap { (name: StaticString) in
            record[name]?.elements.map { $0.string ?? $0.json() } ?? []
        }
        let lines = said + [record["stopReason"]?.nonEmptyString].compactMap { $0 }
        return lines.joined(separator: "\n")
    }

    /// What went wrong, in words; nil when nothing is told at all.
    private static func error(in record: JSONValue) -> String? {
        let told = [record["error"], record["cause"]].compactMap { $0 }.filter { !$0.isNull }
        if let words = told.lazy.compactMap({ words(in: $0, depth: 4) }).first { return words }
        return told.first { $0.kind != .object || $0.members.contains { _ in true } }?.json()
    }

    /// An error is a text, or it has a message, or it wraps another error in `error` or `cause`.
    private static func words(in error: JSONValue, depth: Int) -> String? {
        if let text = error.nonEmptyString { return text }
        guard depth > 0 else { return nil }
        for name in ["formatted", "message", "error", "cause", "code"] as [StaticString] {
            if let inner = error[name], let words = words(in: inner, depth: depth - 1) {
                return words
            }
        }
        return nil
    }

    private func compact(_ data: JSONValue, isPartial: Bool, _ draft: inout ClaudeDraft) {
        var fact = CompactionFact()
        fact.isPartial = isPartial
        fact.trigger = data["trigger"]?.nonEmptyString
        fact.tokensBefore = data["preTokens"]?.int
        fact.tokensAfter = data["postTokens"]?.int
        if fact.tokensAfter == nil, let before = fact.tokensBefore,
            let saved = data["tokensSaved"]?.int
        {
            fact.tokensAfter = before.subtractingReportingOverflow(saved).partialValue
        }
        draft.entry.facts.append(.compaction(fact))
    }
}
