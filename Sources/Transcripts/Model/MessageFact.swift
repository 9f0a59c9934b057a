/// What kind of message a text is.
package enum MessageKind: String, Sendable, Hashable, CaseIterable {
    /// Typed by a person.
    case prompt
    /// The model's answer.
    case text
    case thinking
    /// A tool call; the text is its input.
    case toolUse = "tool_use"
    /// What a tool gave back; the text is its output.
    case toolResult = "tool_result"
    /// Put in by the tool, not by a person (`isMeta`, environment context, reminders).
    case meta
    /// The summary that a compaction left.
    case compactSummary = "compact_summary"
    /// "[Request interrupted by user…".
    case interruption
    /// A slash command as the tool wraps it.
    case slashCommand = "slash_command"
    /// Output of a local command.
    case commandOutput = "local_command_output"
    /// The prompt that an agent wrote for its subagent.
    case subagentPrompt = "subagent_prompt"
    /// An error of the service, written as an answer.
    case apiError = "api_error"
    /// A notice of the tool.
    case system
}

/// Who speaks.
package enum Role: String, Sendable, Hashable {
    case user, assistant, system, tool
}

/// One block of a message.
package struct MessageFact: Sendable, Hashable {
    /// Which block of its event it is, from 0; with the event's identity it is the message's.
    package var block: Int
    /// The tool's own identifier of the message where it is written more than once (Gemini); nil: the
    /// event and the block tell it.
    package var key: String?
    /// Of several texts with one key the greatest version counts.
    package var version: UInt64 = 0
    package var role: Role
    package var kind: MessageKind
    package var text: String
    package var model: String?
    /// The response that it is a part of.
    package var response: ResponseKey?
    /// The call that it is the input or the output of.
    package var callID: String?
    /// Whether bytes that were no UTF-8 were replaced in the text.
    package var isRepaired = false

    package init(block: Int, role: Role, kind: MessageKind, text: String) {
        self.block = block
        self.role = role
        self.kind = kind
        self.text = text
    }
}

/// Withdraws messages: `keys` by their `MessageFact.key`, or all of the session when it is empty.
package struct RetractionFact: Sendable, Hashable {
    package var keys: [String]
    /// Of the retraction; it withdraws versions below it only.
    package var version: UInt64

    package init(keys: [String], version: UInt64) {
        self.keys = keys
        self.version = version
    }
}
