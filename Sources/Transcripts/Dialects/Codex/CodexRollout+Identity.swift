import Core

extension CodexRollout {
    /// Sets the kind and the event's key of a record, and whether it stands in a fork's copied beginning.
    mutating func identify(_ payload: JSONValue, _ entry: inout Entry, _ kind: String) {
        entry.kind = kind
        memory.isReplay = isReplay(at: entry.timestamp)
        if !memory.isReplay { memory.copied = nil }
        entry.callScope = memory.turn ?? memory.copied
        guard let turn = memory.turn else {
            entry.eventKey = numberedKey()
            return
        }
        var hash = JSONValue.mix(0, kind.utf8.reduce(0) { JSONValue.mix($0, UInt64($1)) })
        for (name, value) in payload.members where !Self.isPassthrough(name) {
            hash = value.contentHash(name.contentHash(hash))
        }
        let half = UInt32(truncatingIfNeeded: hash)
        let count = memory.seen[half, default: 0]
        memory.seen[half] = count + 1
        let key = turn + "/" + Hex.encode(hash)
        entry.eventKey = count == 0 ? key : key + "#" + String(count)
    }

    /// A turn begins, or goes on.
    mutating func begin(turn: String) {
        let turn = named(turn)
        guard memory.turn != turn else { return }
        memory.turn = turn
        memory.turnBegan = nil
        memory.epoch = 0
        memory.seen.removeAll(keepingCapacity: true)
        memory.texts.clear()
        memory.compactions = 0
    }

    /// A turn's name among those of all sessions: some versions number them.
    private func named(_ turn: String) -> String {
        TurnTime.isUUID(turn) ? turn : (memory.copied ?? memory.session) + "/" + turn
    }

    /// An event that tells its turn may come after that has ended, and be of a call in it.
    func scope(_ entry: inout Entry, by event: JSONValue) {
        guard let turn = event["turn_id"]?.nonEmptyString else { return }
        entry.callScope = named(turn)
    }

    /// Whether a record was copied from the session that this one was forked from.
    ///
    /// A turn whose UUID is older than the session's is the parent's. Without such UUIDs it is what was written
    /// within a second of the file's beginning, as ccusage has it.
    private func isReplay(at time: WallTime?) -> Bool {
        guard memory.isDerived else { return false }
        if let turn = memory.turn.flatMap(TurnTime.milliseconds),
            let session = TurnTime.milliseconds(memory.session)
        {
            return turn < session
        }
        guard let began = memory.began, let time else { return false }
        return time.nanoseconds &- began < 1_000_000_000
    }

    /// The session that a record without a turn is of, and its number in it.
    private mutating func numberedKey() -> String {
        guard let copied = memory.copied else {
            return memory.session + "#" + String(memory.ordinal)
        }
        defer { memory.copiedOrdinal += 1 }
        return copied + "#" + String(memory.copiedOrdinal)
    }

    /// Members that a fork may write anew.
    private static func isPassthrough(_ name: JSONValue) -> Bool {
        name.equals("internal_chat_message_metadata_passthrough") || name.equals("metadata")
    }

    /// A `session_meta`: the first is the file's own, a later one was appended by a resume, or is the parent's.
    mutating func readMeta(_ payload: JSONValue, _ entry: inout Entry) {
        let id = payload["id"]?.nonEmptyString ?? payload["session_id"]?.nonEmptyString
        if !memory.hasMeta {
            memory.hasMeta = true
            if let id { memory.session = id }
            // Codex itself writes its version, and the events of the prompts.
            memory.hasEvents = memory.hasEvents || payload["cli_version"]?.bytes != nil
            readOrigin(payload)
            memory.model = memory.model ?? payload["model"]?.nonEmptyString
        } else if let id, id != memory.session, isBeginning(entry.timestamp) {
            if memory.parent == nil {
                memory.parent = id
                memory.lineage = .forked
            }
            if memory.copied == nil {
                memory.copied = id
                memory.copiedOrdinal = 0
            }
        }
        identify(payload, &entry, "session_meta")
        if let id, id != memory.session {
            var fact = SessionFact()
            fact.parent = memory.parent
            fact.lineage = memory.lineage
            if id == memory.parent { entry.facts.append(.session(fact)) }
            return
        }
        entry.facts.append(.session(sessionFact(payload)))
    }

    private func isBeginning(_ time: WallTime?) -> Bool {
        guard let began = memory.began, let time else { return memory.ordinal < 2 }
        return time.nanoseconds &- began < 1_000_000_000
    }

    /// Where the session came from.
    private mutating func readOrigin(_ payload: JSONValue) {
        let subagent = payload["source"]?["subagent"]
        let spawn = subagent?["thread_spawn"]
        let forked = payload["forked_from_id"]?.nonEmptyString
        let parent =
            spawn?["parent_thread_id"]?.nonEmptyString
            ?? payload["parent_thread_id"]?.nonEmptyString ?? forked
        if let parent, parent != memory.session { memory.parent = parent }
        if subagent != nil || payload["thread_source"]?.equals("subagent") == true {
            memory.lineage = .subagent
        } else if memory.parent != nil {
            memory.lineage = .forked
        }
    }

    private func sessionFact(_ payload: JSONValue) -> SessionFact {
        var fact = SessionFact()
        fact.workingDirectory = payload["cwd"]?.nonEmptyString
        fact.version = payload["cli_version"]?.nonEmptyString
        fact.entrypoint =
            payload["originator"]?.nonEmptyString ?? payload["source"]?.nonEmptyString
        let git = payload["git"]
        fact.gitBranch = git?["branch"]?.nonEmptyString
        fact.gitRemote = git?["repository_url"]?.nonEmptyString
        fact.parent = memory.parent
        fact.lineage = memory.lineage
        let subagent = payload["source"]?["subagent"]
        let spawn = subagent?["thread_spawn"]
        fact.agentType =
            payload["agent_role"]?.nonEmptyString ?? spawn?["agent_role"]?.nonEmptyString
            ?? payload["agent_nickname"]?.nonEmptyString
            ?? spawn?["agent_nickname"]?.nonEmptyString ?? subagent?["other"]?.nonEmptyString
            ?? subagent?.nonEmptyString
        return fact
    }
}
