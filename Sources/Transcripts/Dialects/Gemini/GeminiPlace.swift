import Core

/// What the path of a Gemini file tells of its session.
struct GeminiPlace {
    var session: String
    /// Of a subagent: the session whose folder it stands in.
    var parent: String?

    init(_ path: BytePath) {
        let parts = path.components.map { String(decoding: $0.bytes, as: UTF8.self) }
        var name = parts.last ?? ""
        for suffix in [".jsonl", ".json"] where name.hasSuffix(suffix) {
            name.removeLast(suffix.utf8.count)
        }
        session = name
        if parts.count >= 3, parts[parts.count - 3] == "chats" { parent = parts[parts.count - 2] }
    }
}
