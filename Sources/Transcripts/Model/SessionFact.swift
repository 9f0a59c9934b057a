/// Where a session's title comes from; a later case wins over an earlier one, among equals the latest record.
package enum TitleSource: Int, Sendable, Hashable, Comparable {
    case firstPrompt, summary, agent, custom

    package static func < (a: TitleSource, b: TitleSource) -> Bool { a.rawValue < b.rawValue }
}

/// How a session came from another.
package enum Lineage: String, Sendable, Hashable {
    case subagent, resumed, forked, compacted
}

/// What a record says of its session; what it does not say is nil.
package struct SessionFact: Sendable, Hashable {
    /// A title and where it is from.
    package struct Title: Sendable, Hashable {
        package var source: TitleSource
        package var text: String
        /// The event at the end of the conversation that is meant, when that may be another session's.
        package var leaf: String?

        package init(source: TitleSource, text: String, leaf: String? = nil) {
            self.source = source
            self.text = text
            self.leaf = leaf
        }
    }

    package var title: Title?
    package var workingDirectory: String?
    package var gitBranch: String?
    package var gitRemote: String?
    /// Of the tool.
    package var version: String?
    /// How it was started ("cli", "sdk-cli", "claude-vscode", "codex_exec" …).
    package var entrypoint: String?
    /// The session that this one came from.
    package var parent: String?
    package var lineage: Lineage?
    /// The kind of subagent ("Explore", "general-purpose" …) or its nickname.
    package var agentType: String?
    /// The call in the parent that started it.
    package var parentCallID: String?
    /// Wall time of a turn that ended.
    package var turnMilliseconds: Int64?
    /// A link that the session made (a pull request).
    package var link: String?

    package init() {}

    /// Whether it says nothing.
    package var isEmpty: Bool { self == SessionFact() }
}

/// The conversation so far was replaced by a summary.
package struct CompactionFact: Sendable, Hashable {
    /// What it came from: "auto", "manual".
    package var trigger: String?
    package var tokensBefore: Int64?
    package var tokensAfter: Int64?
    /// Whether only old tool results were dropped.
    package var isPartial = false

    package init() {}
}
