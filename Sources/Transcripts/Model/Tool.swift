/// The tool whose sessions a file tells; the raw value stands in the `tool` column of every row.
package enum Tool: String, Sendable, Hashable, CaseIterable {
    case claudeCode = "claude-code"
    case codex
    case gemini
    case copilot
    case openCode = "opencode"
    case pi
    case qwen
    case cursor
    case droid
    /// Files of no known tool, read by the generic dialect.
    case other
}
