import Core

extension ClaudeTranscript {
    /// Finds the line's session and tells of it what was not told before.
    ///
    /// A subagent is a session of its own below the one that its lines name.
    mutating func settle(_ line: ClaudeLine, _ agent: String?, _ draft: inout ClaudeDraft) {
        let named = line.session?.nonEmptyString
        let former = memory.session
        let isResumed =
            agent == nil && named != nil && former != nil && named != former
            && named == place.session
        if let named { memory.session = named }
        guard let session = named ?? former ?? place.session ?? fallback(line) else { return }
        let key = ClaudeTranscript.key(session, agent)
        draft.entry.session = key
        draft.isSubagent = agent != nil
        tell(line, of: key, &draft) { fact in
            if agent != nil {
                fact.parent = session
                fact.lineage = .subagent
            } else if let origin = line.forkedFrom?["sessionId"]?.nonEmptyString {
                fact.parent = origin
                fact.lineage = .forked
            } else if isResumed {
                fact.parent = former
                fact.lineage = .resumed
            }
        }
        if agent != nil { tellType(line, &draft) }
    }

    /// What kind of subagent it is stands in its answers only.
    private mutating func tellType(_ line: ClaudeLine, _ draft: inout ClaudeDraft) {
        guard let type = line.record["attributionAgent"] ?? line.record["agentSlug"],
            let name = type.nonEmptyString, var key = draft.entry.session
        else { return }
        let hash = key.withUTF8 { Checksum.xxh3(UnsafeRawBufferPointer($0)) }
        guard memory.tells(hash ^ 1, type.contentHash()) else { return }
        draft.session { $0.agentType = name }
    }

    /// A subagent's session.
    static func key(_ session: String, _ agent: String?) -> String {
        agent.map { session + "/" + $0 } ?? session
    }

    /// The file's name, when a line of a conversation is in no session.
    private func fallback(_ line: ClaudeLine) -> String? {
        guard line.message != nil, place.agent == nil, !place.name.isEmpty else { return nil }
        return place.name
    }

    private mutating func tell(
        _ line: ClaudeLine,
        of key: String,
        _ draft: inout ClaudeDraft,
        _ lineage: (inout SessionFact) -> Void
    ) {
        let said = [line.workingDirectory, line.gitBranch, line.version, line.entrypoint]
        let isSaid = said.contains { $0?.bytes?.isEmpty == false }
        guard isSaid || line.forkedFrom != nil || draft.entry.isSidechain else { return }
        var facts: UInt64 = 0
        for value in said {
            facts = JSONValue.mix(facts, value?.bytes.map { Checksum.xxh3($0) } ?? 0)
        }
        facts = JSONValue.mix(facts, line.forkedFrom?.contentHash() ?? 0)
        var name = key
        let hash = name.withUTF8 { Checksum.xxh3(UnsafeRawBufferPointer($0)) }
        guard memory.tells(hash, facts) else { return }
        draft.session { fact in
            fact.workingDirectory = line.workingDirectory?.nonEmptyString
            fact.gitBranch = line.gitBranch?.nonEmptyString
            fact.version = line.version?.nonEmptyString.map { ClaudeText.start(of: $0, 64) }
            fact.entrypoint = line.entrypoint?.nonEmptyString
            lineage(&fact)
        }
    }
}
