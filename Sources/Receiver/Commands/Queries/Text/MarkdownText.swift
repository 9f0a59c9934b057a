import Core

/// Text of strangers in Markdown (CommonMark).
enum MarkdownText {
    /// One line in which nothing is Markdown or HTML; an underline between letters and digits is none.
    static func escaped(_ text: String) -> String {
        var out = ""
        let characters = Array(TerminalText.line(text))
        for (index, character) in characters.enumerated() {
            if "\\`*{}[]<>#|!&".contains(character)
                || character == "_" && !isInside(characters, index)
            {
                out += "\\"
            }
            out.append(character)
        }
        return out
    }

    private static func isInside(_ characters: [Character], _ index: Int) -> Bool {
        let before = characters[..<index].last { $0 != "_" }
        let after = characters[index...].first { $0 != "_" }
        guard let before, let after else { return false }
        return (before.isLetter || before.isNumber) && (after.isLetter || after.isNumber)
    }

    /// A block of a fence that is longer than any run of backticks in the text.
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

    static func quoted(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "> " + $0 }
            .joined(separator: "\n")
    }
}
