import Catalog
import Core
import SQL

/// The command that goes on with a session in its tool.
enum ResumeCommand {
    /// Nil where the tool has none, or the identifier is none that it would make.
    static func of(_ id: Int64, _ context: RequestContext) throws(APIError) -> String? {
        try context.rows(
            "SELECT tool, session, cwd, lineage FROM sessions WHERE id = ?",
            [.integer(id)]
        ) { row -> String? in
            guard row.optionalText(3) != "subagent" else { return nil }
            return command(row.text(0), row.text(1), row.optionalText(2))
        }.first ?? nil
    }

    static func command(_ tool: String, _ session: String, _ folder: String?) -> String? {
        // What is not certainly an identifier never becomes a word of a command.
        let isPlain = session.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || Character(Unicode.Scalar(byte)).isHexDigit
                || Character(Unicode.Scalar(byte)).isLetter
        }
        guard isPlain, !session.isEmpty, session.utf8.count <= 100, session.first != "-" else {
            return nil
        }
        let resume: String
        switch tool {
        case "claude-code": resume = "claude --resume \(session)"
        case "codex": resume = "codex resume \(session)"
        default: return nil
        }
        guard let folder, !folder.isEmpty else { return resume }
        guard folder.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
            return resume
        }
        return "cd \(quoted(folder)) && \(resume)"
    }

    /// A word of a shell, in single quotes.
    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
