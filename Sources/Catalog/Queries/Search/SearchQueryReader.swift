/// Cuts what was typed into words, phrases and fields.
struct SearchQueryReader {
    struct Token {
        var isNegated = false
        /// Before a colon.
        var field: String?
        var text: String
        var isPhrase = false

        /// Whether it joins two words, as typed without quotes.
        var isOperator: Bool { text == "OR" && !isPhrase && !isNegated && field == nil }
    }

    private var rest: Substring

    init(_ text: String) { rest = Substring(text) }

    /// Whether a word or a phrase comes next that may be an alternative.
    var isAtWord: Bool {
        var copy = self
        guard let token = copy.next() else { return false }
        return !token.isNegated && token.field == nil && !token.isOperator
    }

    mutating func next() -> Token? {
        rest = rest.drop { $0.isWhitespace }
        guard let first = rest.first else { return nil }
        var token = Token(text: "")
        if first == "-", rest.dropFirst().first.map({ !$0.isWhitespace }) == true {
            token.isNegated = true
            rest = rest.dropFirst()
        }
        if rest.first == "\"" {
            token.text = phrase()
            token.isPhrase = true
            return token
        }
        let word = rest.prefix { !$0.isWhitespace && $0 != "\"" }
        if let colon = word.firstIndex(of: ":") {
            let name = word[..<colon]
            let value = word[word.index(after: colon)...]
            let isQuoted = value.isEmpty && rest[word.endIndex...].first == "\""
            let isName =
                !name.isEmpty && name.allSatisfy { $0.isASCII && $0.isLetter }
                || FilterField.named(name.lowercased()) != nil
            if isName, isQuoted || !value.isEmpty {
                token.field = name.lowercased()
                rest = rest[word.endIndex...]
                token.text = isQuoted ? phrase() : String(value)
                return token
            }
        }
        rest = rest[word.endIndex...]
        token.text = String(word)
        return token
    }

    /// Takes what stands between quotes; one that is not closed ends with the text.
    private mutating func phrase() -> String {
        rest = rest.dropFirst()
        let text = rest.prefix { $0 != "\"" }
        rest = rest[text.endIndex...].dropFirst()
        return String(text)
    }
}
