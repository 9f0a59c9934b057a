import Core

/// Which dialect reads a file: by source and path, or by what the first records look like.
package enum DialectChoice: UInt8, Sendable, Hashable, CaseIterable {
    case claudeTranscript = 1
    case claudeHistory
    case claudeWorkflowJournal
    case codexRollout
    case geminiSession
    case genericRecords
    case claudeMeta
    case geminiDocument
    case genericDocument

    /// The choice for a file of lines of a preset; nil for every other source: its records tell.
    package static func lines(_ context: FileContext) -> DialectChoice? {
        let name = context.path.lastComponent
        switch context.source {
        case "claude-code":
            if name == "history.jsonl" { return .claudeHistory }
            return name == "journal.jsonl" ? .claudeWorkflowJournal : .claudeTranscript
        case "codex":
            return name == "history.jsonl" || name == "session_index.jsonl"
                ? .genericRecords : .codexRollout
        case "gemini": return .geminiSession
        default: return nil
        }
    }

    /// The choice for a whole document.
    ///
    /// - Parameters:
    ///   - context: which file it is.
    ///   - root: the document; a source that is no preset is judged by it.
    /// - Returns: a choice for `document`.
    package static func document(_ context: FileContext, _ root: JSONValue) -> DialectChoice {
        switch context.source {
        case "claude-code": return .claudeMeta
        case "gemini": return .geminiDocument
        case "codex": return .genericDocument
        default: break
        }
        let name = context.path.lastComponent
        if EnvelopeShape(root).isGeminiDocument { return .geminiDocument }
        if name.bytes.suffix(10).elementsEqual(".meta.json".utf8), root["agentType"] != nil {
            return .claudeMeta
        }
        if name == "sessions-index.json", root["entries"] != nil { return .claudeMeta }
        if name.bytes.starts(with: "wf_".utf8), context.path.components.contains("workflows") {
            return .claudeMeta
        }
        if root["loglines"]?.kind == .array { return .claudeMeta }
        return .genericDocument
    }

    /// A new dialect of records, from its state; the choices that are documents have none of their own.
    func records(_ context: FileContext, _ state: [UInt8]) -> any Dialect {
        switch self {
        case .claudeTranscript: ClaudeTranscript(context, state: state)
        case .claudeHistory: ClaudeHistory(context, state: state)
        case .claudeWorkflowJournal: ClaudeWorkflowJournal(context, state: state)
        case .codexRollout: CodexRollout(context, state: state)
        case .geminiSession: GeminiSession(context, state: state)
        default: GenericRecords(context, state: state)
        }
    }

    /// A new dialect of documents; the choices that are records have none of their own.
    func document(_ context: FileContext) -> any DocumentDialect {
        switch self {
        case .claudeMeta: ClaudeMeta(context, state: [])
        case .geminiDocument: GeminiDocument(context, state: [])
        default: GenericDocument(context, state: [])
        }
    }

    /// What the rows are filed under before a record was read.
    package var tool: Tool {
        switch self {
        case .claudeTranscript, .claudeHistory, .claudeWorkflowJournal, .claudeMeta: .claudeCode
        case .codexRollout: .codex
        case .geminiSession, .geminiDocument: .gemini
        case .genericRecords, .genericDocument: .other
        }
    }
}
