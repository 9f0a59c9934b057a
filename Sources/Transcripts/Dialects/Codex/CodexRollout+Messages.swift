import Core

extension CodexRollout {
    /// Adds a message that stands in one record only.
    mutating func add(
        text: String,
        role: Role,
        kind: MessageKind,
        callID: String? = nil,
        to entry: inout Entry
    ) {
        let block = entry.messageCount
        var fact = MessageFact(block: block, role: role, kind: kind, text: text)
        fact.key = entry.messageKey(block)
        fact.callID = callID
        if role == .assistant { fact.model = memory.model }
        memory.recent.append(fact.key)
        entry.facts.append(.message(fact))
    }

    /// Adds an answer, a thought or a context unless another family of records has told it.
    mutating func addOnce(
        _ text: JSONValue?,
        kind: MessageKind,
        _ family: CodexTextPool.Family,
        to entry: inout Entry
    ) {
        guard let text, let bytes = text.bytes, !bytes.isEmpty else { return }
        let hash = Self.textHash(bytes, kind == .thinking ? 1 : kind == .meta ? 3 : 2)
        guard memory.texts.match(hash, family) == nil else { return }
        let block = entry.messageCount
        let role: Role = kind == .meta ? .user : .assistant
        add(text: String(decoding: bytes, as: UTF8.self), role: role, kind: kind, to: &entry)
        memory.texts.add(
            hash,
            family,
            key: entry.messageKey(block) ?? "",
            block: block,
            isPrompt: false
        )
    }

    /// Adds what a `response_item` with the role of the user says.
    ///
    /// Codex puts much into that role that nobody typed. Where a file tells its prompts by events, the item is
    /// context until the event with the same text makes it a prompt: a later version of the same message.
    mutating func addUserItem(_ text: JSONValue, to entry: inout Entry) {
        guard let bytes = text.bytes, !bytes.isEmpty else { return }
        let hash = Self.textHash(bytes, 3)
        if memory.texts.match(hash, .response) != nil { return }
        let wrapped = Self.wrapped(text)
        let isPrompt = wrapped == nil && !memory.hasEvents
        let kind = wrapped ?? (isPrompt ? promptKind : .meta)
        if isPrompt { memory.recent.beginTurn() }
        let block = entry.messageCount
        add(text: String(decoding: bytes, as: UTF8.self), role: .user, kind: kind, to: &entry)
        memory.texts.add(
            hash,
            .response,
            key: entry.messageKey(block) ?? "",
            block: block,
            isPrompt: isPrompt
        )
    }

    /// Adds a prompt that an event tells.
    mutating func addPrompt(
        _ text: JSONValue?,
        _ family: CodexTextPool.Family,
        to entry: inout Entry
    ) {
        guard let text, let bytes = text.bytes, !bytes.isEmpty else { return }
        let hash = Self.textHash(bytes, 3)
        let earlier = memory.texts.match(hash, family)
        if let earlier, earlier.isPrompt { return }
        memory.recent.beginTurn()
        let block = earlier?.block ?? entry.messageCount
        var fact = MessageFact(
            block: block,
            role: .user,
            kind: promptKind,
            text: String(decoding: bytes, as: UTF8.self)
        )
        fact.key = earlier?.key ?? entry.messageKey(block)
        fact.version = earlier == nil ? 0 : 1
        memory.recent.append(fact.key)
        entry.facts.append(.message(fact))
        guard earlier == nil else { return }
        memory.texts.add(hash, family, key: fact.key ?? "", block: block, isPrompt: true)
    }

    /// What the agent above asks is no prompt of a person.
    private var promptKind: MessageKind { memory.lineage == .subagent ? .subagentPrompt : .prompt }

    private static func textHash(_ bytes: UnsafeRawBufferPointer, _ kind: UInt64) -> UInt64 {
        var text = bytes[...]
        while let first = text.first, first <= 0x20 { text.removeFirst() }
        while let last = text.last, last <= 0x20 { text.removeLast() }
        return JSONValue.mix(kind, Checksum.xxh3(UnsafeRawBufferPointer(rebasing: text)))
    }

    /// What kind of message a text in the user's role is that nobody typed; nil for others.
    private static func wrapped(_ text: JSONValue) -> MessageKind? {
        guard let first = text.bytes?.first(where: { $0 > 0x20 }) else { return .meta }
        if first == UInt8(ascii: "#") {
            return text.hasPrefix("# AGENTS.md instructions") ? .meta : nil
        }
        guard first == UInt8(ascii: "<") else { return nil }
        if text.hasPrefix("<user_shell_command>") { return .commandOutput }
        return wrappers.contains { text.hasPrefix($0) } ? .meta : nil
    }

    private static let wrappers: [StaticString] = [
        "<environment_context>", "<user_instructions>", "<INSTRUCTIONS>", "<turn_aborted>",
        "<skill>", "<skills_instructions>", "<subagent_notification>", "<permissions instructions>",
        "<collaboration_mode>", "<model_switch>", "<personality_spec>", "<app-context>",
        "<codex_internal_context", "<image name=", "<image>", "</image>", "<recommended_plugins>",
        "<apps_instructions>", "<plugins_instructions>", "<realtime_conversation>",
        "<hook_prompt", "<token_budget", "<goal_context>", "<user_action>", "<user_action>",
    ]
}

extension Entry {
    /// Messages so far, which is the block of the next.
    var messageCount: Int {
        facts.count {
            if case .message = $0 { true } else { false }
        }
    }

    /// The key of a message of this event.
    func messageKey(_ block: Int) -> String? {
        eventKey.map { $0 + "/" + String(block) }
    }
}
