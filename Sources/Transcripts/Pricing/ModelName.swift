/// Folds the many spellings of a model's name into the one that price lists use.
///
/// `us.anthropic.claude-opus-4-5-20251101-v1:0`, `anthropic/claude-opus-4.5`, `claude-opus-4-5@20251101` and
/// `claude-opus-4-5[1m]` are one model (`formats.md`, section 11).
package enum ModelName {
    /// The names to look for, the most exact first.
    package static func candidates(_ name: String) -> [String] {
        let full = folded(name)
        var names = [full]
        func add(_ name: String) { if !names.contains(name) { names.append(name) } }
        let bare = withoutVariant(full)
        add(bare)
        add(withoutDate(bare))
        return names
    }

    /// Lower case, without vendor, region and context marks; dots between digits of a Claude model are dashes.
    package static func folded(_ name: String) -> String {
        var text = Substring(name.lowercased())
        if let slash = text.lastIndex(of: "/") { text = text[text.index(after: slash)...] }
        for vendor in ["anthropic.", "openai.", "google."] {
            if let range = range(of: vendor, in: text) { text = text[range.upperBound...] }
        }
        if let bracket = text.firstIndex(of: "[") { text = text[..<bracket] }
        var folded = ""
        for character in text { folded.append(character == "@" ? "-" : character) }
        return folded.hasPrefix("claude") ? String(folded.map { $0 == "." ? "-" : $0 }) : folded
    }

    /// Without what names a way to call the model: `:high`, `-v1:0`, `-thinking`, `-latest`.
    static func withoutVariant(_ name: String) -> String {
        var text = Substring(name)
        if let colon = text.firstIndex(of: ":") { text = text[..<colon] }
        for suffix in ["-v1", "-v2", "-thinking"] where text.hasSuffix(suffix) {
            text = text.dropLast(suffix.count)
        }
        return String(text)
    }

    /// Without `-20251101` or `-2025-11-01` at the end.
    static func withoutDate(_ name: String) -> String {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        func isNumber(_ part: Substring, _ count: Int) -> Bool {
            part.utf8.count == count && part.utf8.allSatisfy { (48...57).contains($0) }
        }
        if let last = parts.last, parts.count > 1, isNumber(last, 8) {
            return parts.dropLast().joined(separator: "-")
        }
        if parts.count > 3, isNumber(parts[parts.count - 3], 4),
            isNumber(parts[parts.count - 2], 2), isNumber(parts[parts.count - 1], 2)
        {
            return parts.dropLast(3).joined(separator: "-")
        }
        return name
    }

    private static func range(of part: String, in text: Substring) -> Range<Substring.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(part) {
                return start..<text.index(start, offsetBy: part.count)
            }
            start = text.index(after: start)
        }
        return nil
    }
}
