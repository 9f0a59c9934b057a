import Core

/// Reads the documents that Claude Code keeps beside its transcripts.
///
/// - `agent-<id>.meta.json`: `{"agentType":…,"toolUseId":…,"description":…,"spawnDepth":…}`, what a subagent is.
/// - `sessions-index.json`: `{"entries":[{"sessionId":…,"summary":…,"firstPrompt":…}]}`, a cache of
///   what stands in the transcripts and may be older than they are: an entry for each session,
///   without facts and in no session.
/// - `workflows/wf_<run>.json`: the state of a workflow, an entry.
/// - `tool-results/<id>.json`: an output of several blocks that was too large for the transcript, an entry.
/// - `{"loglines":[…]}`: an exported transcript, read as one.
package struct ClaudeMeta: DocumentDialect {
    private let context: FileContext
    private let place: ClaudePlace

    /// A dialect for one document.
    package init(_ context: FileContext, state: [UInt8]) {
        self.context = context
        place = ClaudePlace(context.path)
    }

    package var tool: Tool { .claudeCode }

    /// Reads the document; what it is, its name tells.
    package mutating func read(document: JSONValue, at position: RecordPosition) -> [Entry] {
        if let lines = document["loglines"], lines.kind == .array {
            return transcript(lines, position)
        }
        let name = context.path.lastComponent.bytes
        if name == Array("sessions-index.json".utf8) { return index(document, position) }
        var draft = ClaudeDraft(Entry(position: position, kind: "document"))
        if name.suffix(10).elementsEqual(".meta.json".utf8) {
            draft.entry.kind = "meta"
            subagent(document, &draft)
        } else if place.name.hasPrefix("wf_") {
            draft.entry.kind = "workflow"
            draft.entry.session = place.session
        } else if context.path.components.dropLast().last == "tool-results" {
            draft.entry.kind = "tool-output"
            draft.entry.session = place.session
        } else if place.name == "stats-cache" {
            draft.entry.kind = "stats-cache"
        } else {
            draft.entry.session = place.session
            draft.isUnknown("document", nil)
        }
        return [draft.entry]
    }

    private func subagent(_ document: JSONValue, _ draft: inout ClaudeDraft) {
        draft.entry.isSidechain = true
        guard let session = place.session, let agent = place.agent else { return }
        draft.entry.session = ClaudeTranscript.key(session, agent)
        draft.session { fact in
            fact.parent = session
            fact.lineage = .subagent
            fact.agentType = document["agentType"]?.nonEmptyString
            fact.parentCallID = document["toolUseId"]?.nonEmptyString
            fact.workingDirectory = document["worktreePath"]?.nonEmptyString
        }
        draft.title(.agent, document["description"])
    }

    /// An entry for each session of the index; for a form that is not known, one for all.
    private func index(_ document: JSONValue, _ position: RecordPosition) -> [Entry] {
        var entries: [Entry] = []
        if let sessions = document["entries"] {
            for _ in sessions.elements {
                var at = position
                at.ordinal = entries.count
                entries.append(Entry(position: at, kind: "sessions-index"))
            }
        }
        return entries.isEmpty ? [Entry(position: position, kind: "sessions-index")] : entries
    }

    private func transcript(_ lines: JSONValue, _ position: RecordPosition) -> [Entry] {
        var dialect = ClaudeTranscript(context, state: [])
        var entries: [Entry] = []
        for line in lines.elements {
            var at = position
            at.ordinal = entries.count
            entries.append(dialect.read(line, at: at))
        }
        return entries.isEmpty ? [Entry(position: position, kind: "document")] : entries
    }
}
