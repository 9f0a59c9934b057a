/// What the first members of a record tell of the tool that wrote it.
struct EnvelopeShape {
    private struct Members: OptionSet {
        let rawValue: UInt32
        static let session = Members(rawValue: 1 << 0)
        static let uuid = Members(rawValue: 1 << 1)
        static let parent = Members(rawValue: 1 << 2)
        static let timestamp = Members(rawValue: 1 << 3)
        static let payload = Members(rawValue: 1 << 4)
        static let message = Members(rawValue: 1 << 5)
        static let leaf = Members(rawValue: 1 << 6)
        static let projectHash = Members(rawValue: 1 << 7)
        static let display = Members(rawValue: 1 << 8)
        static let project = Members(rawValue: 1 << 9)
        static let key = Members(rawValue: 1 << 10)
        static let agent = Members(rawValue: 1 << 11)
        static let patch = Members(rawValue: 1 << 12)
        static let messageID = Members(rawValue: 1 << 13)
        static let request = Members(rawValue: 1 << 14)
        static let instructions = Members(rawValue: 1 << 15)
        static let state = Members(rawValue: 1 << 16)
        static let id = Members(rawValue: 1 << 17)
        static let data = Members(rawValue: 1 << 18)
        static let foreign = Members(rawValue: 1 << 19)
        static let operation = Members(rawValue: 1 << 20)
        static let messages = Members(rawValue: 1 << 21)
    }

    private static let names: [(StaticString, Members)] = [
        ("sessionId", .session), ("session_id", .session), ("uuid", .uuid),
        ("parentUuid", .parent), ("isSidechain", .parent), ("timestamp", .timestamp),
        ("time", .timestamp), ("payload", .payload), ("message", .message), ("leafUuid", .leaf),
        ("projectHash", .projectHash), ("display", .display), ("project", .project),
        ("pastedContents", .project), ("key", .key), ("agentId", .agent), ("$set", .patch),
        ("$rewindTo", .patch), ("messageId", .messageID), ("requestId", .request),
        ("costUSD", .request), ("instructions", .instructions), ("record_type", .state),
        ("id", .id), ("data", .data), ("systemPayload", .foreign), ("usageMetadata", .foreign),
        ("toolCallResult", .foreign), ("operation", .operation), ("messages", .messages),
    ]

    private var members: Members = []
    private var type: JSONValue?

    /// Looks at the members of `record`.
    init(_ record: JSONValue) {
        for (name, value) in record.members {
            if name.equals("type") {
                if value.kind == .string { type = value }
            } else if name.equals("message"), value["parts"] != nil {
                members.insert(.foreign)
            } else if let (_, member) = Self.names.first(where: { name.equals($0.0) }) {
                members.insert(member)
            }
        }
    }

    /// Whether an object that may as well be a part of another has what records have.
    var isRecord: Bool {
        if type != nil {
            let marks: Members = [
                .session, .uuid, .parent, .timestamp, .payload, .leaf, .messageID, .key,
            ]
            return !members.isDisjoint(with: marks)
        }
        return members.isSuperset(of: [.session, .timestamp])
            || members.isSuperset(of: [.display, .timestamp]) || members.contains(.patch)
    }

    /// The dialect of a file with this record in it; nil when it is of no known tool.
    var choice: DialectChoice? {
        if members.isSuperset(of: [.session, .projectHash]) || members.contains(.patch) {
            return .geminiSession
        }
        if members.contains(.payload), isOneOf(Self.codexTypes) { return .codexRollout }
        if type == nil, members.contains(.state) || members.isSuperset(of: [.id, .instructions]) {
            return .codexRollout
        }
        if members.isSuperset(of: [.display, .timestamp, .project]) { return .claudeHistory }
        if members.isSuperset(of: [.key, .agent]), isOneOf(["started", "result"]) {
            return .claudeWorkflowJournal
        }
        return isClaude ? .claudeTranscript : nil
    }

    private static let codexTypes: [StaticString] = [
        "session_meta", "turn_context", "response_item", "event_msg", "compacted", "world_state",
        "inter_agent_communication", "inter_agent_communication_metadata",
    ]

    private static let claudeTypes: [StaticString] = [
        "permission-mode", "mode", "ai-title", "custom-title", "agent-name", "last-prompt",
        "pr-link", "bridge-session", "worktree-state", "relocated", "file-history-delta",
        "file-history-snapshot", "progress", "attachment", "summary",
    ]

    private var isClaude: Bool {
        // Qwen writes the same envelope around another message.
        guard !members.contains(.foreign) else { return false }
        guard type != nil else { return members.isSuperset(of: [.message, .request, .timestamp]) }
        if members.isSuperset(of: [.session, .uuid]) || members.isSuperset(of: [.uuid, .parent]) {
            return true
        }
        if members.isSuperset(of: [.session, .operation]) { return true }
        return isOneOf(Self.claudeTypes)
            && !members.isDisjoint(with: [.session, .leaf, .messageID, .uuid])
    }

    private func isOneOf(_ words: [StaticString]) -> Bool {
        guard let type else { return false }
        return words.contains { type.equals($0) }
    }

    /// Whether a document with these members is a session of Gemini CLI.
    var isGeminiDocument: Bool { members.isSuperset(of: [.session, .projectHash, .messages]) }
}
