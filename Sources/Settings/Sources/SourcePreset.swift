import Core

/// A tool whose files Tailship knows where to find.
package enum SourcePreset: String, Sendable, CaseIterable {
    case claudeCode = "claude-code"
    case codex
    case gemini

    /// The variable with which the tool's user moves its folder; nil when there is none.
    var variable: String? {
        switch self {
        case .claudeCode: "CLAUDE_CONFIG_DIR"
        case .codex: "CODEX_HOME"
        case .gemini: nil
        }
    }

    /// Where the folder is without that variable.
    var home: String {
        switch self {
        case .claudeCode: "~/.claude"
        case .codex: "~/.codex"
        case .gemini: "~/.gemini"
        }
    }

    /// - Throws: what is wrong with the variable.
    func root(_ context: ExpansionContext) throws(ValueMismatch) -> BytePath {
        guard let variable, let value = context.variable(variable) else {
            return try BytePath(context.absolutePath(home))
        }
        guard value.hasPrefix("/") else {
            throw ValueMismatch(
                "the variable \(variable) is \(TOMLText.quoted(value)), which is not an absolute path"
            )
        }
        return try BytePath(context.absolutePath(ExpansionContext.escaped(value)))
    }

    /// Patterns below the root, in the order in which they are tried.
    var patterns: [(pattern: String, mode: SourceMode)] {
        switch self {
        case .claudeCode:
            // Transcripts of sessions and subagents and spilled tool results grow; the small JSON
            // files beside them are rewritten.
            [("projects/**/*.json", .snapshot), ("projects/**", .tail), ("history.jsonl", .tail)]
        case .codex:
            // Old rollouts are compressed once, into a sibling that then stays as it is.
            [
                ("sessions/**/*.jsonl", .tail), ("sessions/**/*.jsonl.zst", .tail),
                ("archived_sessions/*.jsonl", .tail), ("archived_sessions/*.jsonl.zst", .tail),
                ("history.jsonl", .tail),
            ]
        case .gemini:
            // One folder a project. Before version 0.39 a chat was one object, rewritten whole.
            [
                ("tmp/*/chats/**/*.json", .snapshot), ("tmp/*/chats/**/*.jsonl", .tail),
                ("tmp/*/logs.json", .snapshot),
            ]
        }
    }
}
