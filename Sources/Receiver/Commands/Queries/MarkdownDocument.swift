import Catalog
import Core

/// A conversation as Markdown (CommonMark).
enum MarkdownDocument {
    static func head(_ session: SessionSummary) -> String {
        let facts = [
            ("Session", session.session), ("Tool", session.tool), ("Project", session.project),
            ("Machine", session.machine), ("Models", session.models),
            ("From", AmountText.minute(session.started) + " UTC"),
            ("To", AmountText.minute(session.ended) + " UTC"),
            ("Tokens", AmountText.grouped(session.tokens)),
            ("Cost", AmountText.cost(session.cost, unpriced: session.unpriced)),
        ]
        let lines = facts.compactMap { name, value in
            value.map { "- \(name): \(escaped($0))\n" }
        }
        return "# \(escaped(session.title ?? "(no title)"))\n\n\(lines.joined())\n"
    }

    static func block(_ item: TranscriptItem) -> String {
        let time = AmountText.minute(item.timestamp)
        switch item.kind {
        case "text": return "## \(escaped(item.model ?? item.role)) · \(time)\n\n\(item.text)\n\n"
        case "prompt", "subagent_prompt", "slash_command":
            return "## \(escaped(item.kind)) · \(time)\n\n\(quoted(item.text))\n\n"
        case "tool_use":
            guard let call = item.call else { return fenced(item.text) }
            let result = [
                call.outcome ?? "no result", call.duration.map(AmountText.duration),
            ].compactMap { $0 }.joined(separator: ", ")
            return "**\(escaped(call.name))** (\(result))\n\n"
                + fenced(call.argument ?? item.text)
        default: return "*\(escaped(item.kind))*\n\n" + fenced(item.text)
        }
    }

    private static func quoted(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "> " + $0 }
            .joined(separator: "\n")
    }

    /// A fence that is longer than any run of backticks in the text.
    static func fenced(_ text: String) -> String {
        var longest = 2
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence)\n\(text)\n\(fence)\n\n"
    }

    /// One line in which nothing is Markdown or HTML.
    static func escaped(_ text: String) -> String {
        var out = ""
        for character in TerminalText.line(text) {
            if "\\`*_{}[]<>#|!&".contains(character) { out += "\\" }
            out.append(character)
        }
        return out
    }
}
