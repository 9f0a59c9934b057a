import Core

/// What the path of a file tells of its session.
///
/// ```
/// projects/<folder>/<session>.jsonl
/// projects/<folder>/agent-<agent>.jsonl                                (2.0.x: the session is in the lines)
/// projects/<folder>/<session>/subagents/agent-<agent>.jsonl, .meta.json
/// projects/<folder>/<session>/subagents/workflows/wf_<run>/agent-<agent>.jsonl, .meta.json, journal.jsonl
/// projects/<folder>/<session>/workflows/wf_<run>.json
/// ```
struct ClaudePlace {
    /// The file's name without its ending.
    var name: String
    /// The subagent whose file it is.
    var agent: String?
    /// Whether it stands in a folder that has files of subagents only.
    let isAmongSubagents: Bool
    /// The session whose file it is, or in whose folder it stands; nil when the path does not tell.
    var session: String?
    /// The workflow's run ("wf_…") that it belongs to.
    var workflow: String?

    init(_ path: BytePath) {
        let parts = path.components.map { String(decoding: $0.bytes, as: UTF8.self) }
        name = parts.last ?? ""
        isAmongSubagents = parts.dropLast().contains("subagents")
        for ending in [".meta.json", ".jsonl", ".json"] where name.hasSuffix(ending) {
            name.removeLast(ending.utf8.count)
            break
        }
        if name.hasPrefix("agent-"), name.utf8.count > 6 { agent = String(name.dropFirst(6)) }
        if agent == nil, ClaudePlace.isUUID(name) {
            session = name
        } else {
            session = parts.dropLast().last { ClaudePlace.isUUID($0) }
        }
        if session == nil, let index = parts.lastIndex(of: "subagents"), index > 0 {
            session = parts[index - 1]
        }
        workflow = parts.dropLast().last { $0.hasPrefix("wf_") }
    }

    /// Whether a text is 8-4-4-4-12 hexadecimal digits.
    static func isUUID(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            switch index {
            case 8, 13, 18, 23: byte == UInt8(ascii: "-")
            default:
                (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
            }
        }
    }
}
