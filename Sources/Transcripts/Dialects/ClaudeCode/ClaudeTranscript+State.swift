import Core

extension ClaudeTranscript {
    /// Reads the types that tell a state of the session; false when the type is none of them.
    mutating func readState(
        _ line: ClaudeLine,
        _ type: JSONValue,
        _ draft: inout ClaudeDraft
    ) -> Bool {
        let record = line.record
        for known in ClaudeTranscript.silent where type.equals(known) {
            draft.entry.kind = "\(known)"
            return true
        }
        if readTitle(record, type, &draft) || readHistory(record, type, &draft) { return true }
        if type.equals("queue-operation") {
            readQueue(record, &draft)
        } else if type.equals("pr-link") {
            draft.entry.kind = "pr-link"
            draft.session { $0.link = record["prUrl"]?.nonEmptyString }
        } else if type.equals("frame-link") {
            draft.entry.kind = "frame-link"
            draft.session { $0.link = record["frameUrl"]?.nonEmptyString }
        } else if type.equals("relocated") {
            draft.entry.kind = "relocated"
            draft.session { $0.workingDirectory = record["relocatedCwd"]?.nonEmptyString }
        } else if type.equals("worktree-state") {
            draft.entry.kind = "worktree-state"
            let worktree = record["worktreeSession"]
            draft.session {
                $0.workingDirectory = worktree?["worktreePath"]?.nonEmptyString
                $0.gitBranch = worktree?["worktreeBranch"]?.nonEmptyString
            }
        } else {
            return false
        }
        return true
    }

    /// Repeated often, and copies of what stands elsewhere.
    private static let silent: [StaticString] = [
        "last-prompt", "permission-mode", "mode", "bridge-session", "atis-latch", "started",
        "result",
    ]

    private func readTitle(
        _ record: JSONValue,
        _ type: JSONValue,
        _ draft: inout ClaudeDraft
    ) -> Bool {
        if type.equals("summary") {
            draft.entry.kind = "summary"
            let leaf = record["leafUuid"]
            // The event at the end of the conversation tells whose title it is, often another session's.
            if leaf?.nonEmptyString != nil { draft.entry.session = nil }
            draft.title(.summary, record["summary"], leaf: leaf)
        } else if type.equals("ai-title") {
            draft.entry.kind = "ai-title"
            draft.title(.agent, record["aiTitle"])
        } else if type.equals("agent-name") {
            draft.entry.kind = "agent-name"
            draft.title(.agent, record["agentName"])
        } else if type.equals("custom-title") {
            draft.entry.kind = "custom-title"
            draft.title(.custom, record["customTitle"])
        } else {
            return false
        }
        return true
    }

    /// What was typed while the model worked; it comes again as a line of the user or as an attachment, unless it was
    /// taken back, so it is no prompt.
    private func readQueue(_ record: JSONValue, _ draft: inout ClaudeDraft) {
        let operation = record["operation"]?.string ?? ""
        draft.entry.kind = "queue-operation/" + ClaudeText.start(of: operation, 64)
        switch operation {
        case "enqueue": draft.note(ClaudeText.joined(record["content"]), .meta, role: .user)
        case "dequeue", "remove", "popAll": break
        default: draft.isUnknown("operation", record["operation"])
        }
    }

    // MARK: Copies of files

    /// Reads the two forms of telling that copies of files were kept before they were changed.
    private mutating func readHistory(
        _ record: JSONValue,
        _ type: JSONValue,
        _ draft: inout ClaudeDraft
    ) -> Bool {
        if type.equals("file-history-snapshot") {
            draft.entry.kind = "file-history-snapshot"
            // The snapshot's own time is that of the message that it belongs to, and a copy may be hours older.
            guard let files = record["snapshot"]?["trackedFileBackups"] else { return true }
            for (index, (path, backup)) in files.members.enumerated() {
                keep(path, backup, index, &draft)
            }
        } else if type.equals("file-history-delta") {
            draft.entry.kind = "file-history-delta"
            if let path = record["trackingPath"], let backup = record["backup"] {
                keep(path, backup, 0, &draft)
            }
        } else {
            return false
        }
        return true
    }

    /// A copy is told of once, though every later snapshot repeats it; without a name there was no file to copy.
    private mutating func keep(
        _ path: JSONValue,
        _ backup: JSONValue,
        _ index: Int,
        _ draft: inout ClaudeDraft
    ) {
        guard let name = path.nonEmptyString, backup["backupFileName"]?.nonEmptyString != nil
        else { return }
        var hash = path.contentHash()
        for part in [backup["backupFileName"], backup["version"], backup["backupTime"]] {
            hash = part?.contentHash(hash) ?? JSONValue.mix(hash, 0)
        }
        guard memory.isNew(backup: hash) else { return }
        // Its place in the snapshot tells it, whatever a copy of the snapshot elsewhere told before.
        draft.access(name, .backup) {
            $0.ordinal = index
            $0.timestamp = Timestamp.parse(backup["backupTime"])
        }
    }
}
