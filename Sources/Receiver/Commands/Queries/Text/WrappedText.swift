import Core

/// Text broken between words, for a terminal.
enum WrappedText {
    /// The lines of a text, none wider than `width` where blanks allow it; each keeps its line's indentation.
    ///
    /// What stands in a fence of Markdown stays as it is: a terminal breaks code where it must.
    static func lines(_ text: String, width: Int?) -> [String] {
        var isCode = false
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isFence = line.drop { $0 == " " }.hasPrefix("```")
            if isFence { isCode.toggle() }
            guard let width, !isCode, !isFence, DisplayWidth.of(line) > width else {
                lines.append(String(line))
                continue
            }
            lines += broken(line, width: max(20, width))
        }
        return lines
    }

    private static func broken(_ line: Substring, width: Int) -> [String] {
        let indent = String(line.prefix { $0 == " " }.prefix(width / 2))
        var lines: [String] = []
        var current = indent
        var used = indent.count
        var isEmpty = true
        for word in line.split(separator: " ") {
            let size = DisplayWidth.of(word)
            if !isEmpty, used + 1 + size > width {
                lines.append(current)
                (current, used, isEmpty) = (indent, indent.count, true)
            }
            current += (isEmpty ? "" : " ") + word
            used += size + (isEmpty ? 0 : 1)
            isEmpty = false
        }
        return lines + [current]
    }
}
