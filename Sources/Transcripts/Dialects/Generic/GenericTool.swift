import Core

extension Tool {
    /// The tool that a file belongs to, by the source's name, else by the file's path.
    static func of(_ context: FileContext) -> Tool {
        named(context.source) ?? named(String(decoding: context.path.bytes, as: UTF8.self))
            ?? .other
    }

    private static func named(_ text: String) -> Tool? {
        let text = text.lowercased()
        let words = text.split { !$0.isLetter && !$0.isNumber }
        return hints.first { hint in
            words.contains { $0 == hint.word } || (hint.path.map { text.contains($0) } ?? false)
        }?.tool
    }

    private static let hints: [(word: Substring, path: String?, tool: Tool)] = [
        ("codex", nil, .codex),
        ("gemini", nil, .gemini),
        ("claude", nil, .claudeCode),
        ("copilot", "session-state/", .copilot),
        ("opencode", nil, .openCode),
        ("qwen", nil, .qwen),
        ("cursor", "agent-transcripts/", .cursor),
        ("droid", nil, .droid),
        ("factory", ".factory/", .droid),
        ("pi", ".pi/agent/", .pi),
    ]
}
