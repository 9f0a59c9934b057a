/// What a person typed to find, as an expression of FTS5 (https://sqlite.org/fts5.html, section 3).
///
/// Words must all be there, `"some words"` in this order, `-word` must not, `begin*` begins a word. Everything is
/// quoted: nothing that is typed is an operator of FTS5.
package struct SearchWords: Sendable, Hashable {
    /// The expression.
    package let expression: String

    /// Nil without a word that is to be found.
    package init?(_ text: String) {
        var wanted: [String] = []
        var unwanted: [String] = []
        var rest = Substring(text)
        while let first = rest.first(where: { !$0.isWhitespace }) {
            rest = rest.drop { $0.isWhitespace }
            let isUnwanted = first == "-" && rest.count > 1
            if isUnwanted { rest = rest.dropFirst() }
            let phrase = SearchWords.take(&rest)
            guard let phrase else { continue }
            if isUnwanted { unwanted.append(phrase) } else { wanted.append(phrase) }
        }
        guard !wanted.isEmpty else { return nil }
        var expression = wanted.joined(separator: " AND ")
        if !unwanted.isEmpty {
            expression = "(\(expression)) NOT (\(unwanted.joined(separator: " OR ")))"
        }
        self.expression = expression
    }

    /// Takes a word or a phrase; nil for one without letters and digits, which stands in no index.
    private static func take(_ rest: inout Substring) -> String? {
        let words: Substring
        var isBeginning = false
        if rest.first == "\"" {
            rest = rest.dropFirst()
            words = rest.prefix { $0 != "\"" }
            rest = rest.dropFirst(words.count + 1)
        } else {
            words = rest.prefix { !$0.isWhitespace && $0 != "\"" }
            rest = rest.dropFirst(words.count)
            isBeginning = words.last == "*"
        }
        guard words.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
        return quoted(String(words)) + (isBeginning ? "*" : "")
    }

    /// The text as one string of FTS5; NUL ends an expression, so it is left out.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars where scalar.value != 0 {
            if scalar == "\"" { out += "\"" }
            out.unicodeScalars.append(scalar)
        }
        return out + "\""
    }
}
