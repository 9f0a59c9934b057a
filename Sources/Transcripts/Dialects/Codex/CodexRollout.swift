import Core

/// The rollouts of OpenAI's Codex: `sessions/YYYY/MM/DD/rollout-<time>-<uuid>.jsonl`.
///
/// A line is `{timestamp, type, payload}`; until September 2025 it was a bare item without envelope. The file
/// only grows, and the same content may stand in `archived_sessions` or in a `.zst` beside it.
///
/// Identity of a record: the turn that it belongs to (Codex gives it a UUID), the hash of its payload, and how
/// many equal payloads the turn had before. So copies in other files, and in forks, which are written with new
/// times and without some of the lines, are the same events. Files without turns use their session and the
/// number of the record.
package struct CodexRollout: Dialect {
    /// What the rows are filed under.
    package let tool = Tool.codex
    var memory: CodexMemory
    let inner = InnerJSON()

    /// A reader from the start of a file, or from what `state` gave.
    package init(_ context: FileContext, state: [UInt8]) {
        memory =
            CodexMemory(state) ?? CodexMemory(session: CodexRollout.session(named: context.path))
    }

    /// What is remembered, in a few KiB.
    package var state: [UInt8] { memory.encoded }

    /// Reads one record.
    package mutating func read(_ record: JSONValue, at position: RecordPosition) -> Entry {
        var entry = Entry(position: position, kind: "record")
        entry.timestamp = RecordTime.parse(record["timestamp"] ?? record["created_at"])
        if memory.began == nil { memory.began = entry.timestamp?.nanoseconds }
        let type = record["type"]
        let payload = record["payload"] ?? record
        switch Envelope(type, hasPayload: record["payload"] != nil) {
        case .sessionMeta: readMeta(payload, &entry)
        case .turnContext: readTurnContext(payload, &entry)
        case .response: readResponseItem(payload, &entry)
        case .event: readEvent(payload, &entry)
        case .compacted: readCompacted(payload, &entry)
        case .known: identify(payload, &entry, type?.string ?? "record")
        case .bare: readBare(record, &entry)
        case .unknown:
            identify(payload, &entry, type?.nonEmptyString ?? "record")
            entry.status = .unknown
            entry.reason = "a record of an unknown type: \(entry.kind)"
        }
        entry.session = memory.session
        entry.isSidechain = memory.lineage == .subagent
        memory.ordinal &+= 1
        return entry
    }

    /// The type of a line.
    private enum Envelope {
        case sessionMeta, turnContext, response, event, compacted, known, bare, unknown

        init(_ type: JSONValue?, hasPayload: Bool) {
            guard let type, type.kind == .string else {
                self = .bare
                return
            }
            if type.equals("response_item"), hasPayload {
                self = .response
            } else if type.equals("event_msg"), hasPayload {
                self = .event
            } else if type.equals("turn_context") {
                self = .turnContext
            } else if type.equals("session_meta") {
                self = .sessionMeta
            } else if type.equals("compacted") {
                self = .compacted
            } else if type.equals("world_state") || type.hasPrefix("inter_agent_communication") {
                self = .known
            } else {
                self = hasPayload ? .unknown : .bare
            }
        }
    }

    /// A line without envelope: the header `{id, timestamp, instructions, git}`, a state, or an item.
    private mutating func readBare(_ record: JSONValue, _ entry: inout Entry) {
        if record["type"] != nil || record["role"] != nil {
            readResponseItem(record, &entry)
        } else if record["record_type"] != nil {
            identify(record, &entry, "state")
        } else if record["id"] != nil, record["timestamp"] != nil {
            readMeta(record, &entry)
        } else {
            identify(record, &entry, "record")
            entry.status = .unknown
            entry.reason = "a record without a type"
        }
    }

    private mutating func readTurnContext(_ payload: JSONValue, _ entry: inout Entry) {
        if let turn = payload["turn_id"]?.nonEmptyString { begin(turn: turn) }
        identify(payload, &entry, "turn_context")
        memory.model = payload["model"]?.nonEmptyString ?? memory.model
        memory.effort = payload["effort"]?.nonEmptyString ?? memory.effort
        var fact = SessionFact()
        fact.workingDirectory = payload["cwd"]?.nonEmptyString
        if !memory.isReplay, !fact.isEmpty { entry.facts.append(.session(fact)) }
    }

    /// `compacted` and the event `context_compacted` tell the same; which comes first does not matter.
    private mutating func readCompacted(_ payload: JSONValue, _ entry: inout Entry) {
        identify(payload, &entry, "compacted")
        if let summary = payload["message"]?.nonEmptyString {
            add(text: summary, role: .user, kind: .compactSummary, to: &entry)
        }
        noteCompaction(1, &entry)
    }

    /// `side` is 1 for the record and −1 for the event.
    mutating func noteCompaction(_ side: Int64, _ entry: inout Entry) {
        let isTold = memory.compactions.signum() == -side.signum()
        memory.compactions += side
        guard !isTold else { return }
        var fact = CompactionFact()
        fact.tokensBefore = memory.context
        entry.facts.append(.compaction(fact))
    }

    /// The UUID at the end of `rollout-<time>-<uuid>.jsonl`, or the name without its extensions.
    private static func session(named path: BytePath) -> String {
        var name = String(decoding: path.lastComponent.bytes, as: UTF8.self)
        for suffix in [".zst", ".jsonl", ".json"] where name.hasSuffix(suffix) {
            name.removeLast(suffix.utf8.count)
        }
        let tail = String(name.suffix(36))
        return name.hasPrefix("rollout-") && TurnTime.isUUID(tail) ? tail : name
    }
}
