import Core

/// What a person typed to find.
///
/// Words must all be there, `"some words"` in this order, `-word` must not, `begin*` begins a word, `a OR b` is
/// either of both; `field:value` is a filter (`FilterField`), `-field:value` its opposite; `since:`, `until:` and
/// `on:` bound the time (`after:` and `before:` too). A colon behind any other name is part of a word.
package struct SearchQuery: Sendable, Hashable {
    package var words = SearchWords()
    package var filter = RowFilter()
    /// What looks like a filter and is none, as "projct:".
    package var unknownFields: [String] = []

    package init() {}

    /// Reads what was typed.
    ///
    /// `time` gives the moment of a date as people write it, and of one that covers a time (a day) its end; nil for
    /// what is none.
    ///
    /// - Throws: `.usage` for a date that is none.
    package init(
        _ text: String,
        time: (_ text: String, _ isEnd: Bool) -> WallTime?
    ) throws(OperatorError) {
        var reader = SearchQueryReader(text)
        var isAlternative = false
        while let token = reader.next() {
            if token.isOperator, !words.wanted.isEmpty, reader.isAtWord {
                isAlternative = true
                continue
            }
            try take(token, isAlternative, time)
            isAlternative = false
        }
    }

    private mutating func take(
        _ token: SearchQueryReader.Token,
        _ isAlternative: Bool,
        _ time: (_ text: String, _ isEnd: Bool) -> WallTime?
    ) throws(OperatorError) {
        guard let name = token.field else {
            return words.add(
                token.text,
                isPhrase: token.isPhrase,
                isUnwanted: token.isNegated,
                isAlternative: isAlternative
            )
        }
        if let field = FilterField.named(name) {
            filter.terms.append(FilterTerm(field, token.text, isNegated: token.isNegated))
        } else if ["since", "after", "until", "before", "on"].contains(name), !token.isNegated {
            try bound(name, token.text, time)
        } else {
            unknownFields.append(name)
            words.add(
                name + ":" + token.text,
                isPhrase: true,
                isUnwanted: token.isNegated,
                isAlternative: isAlternative
            )
        }
    }

    private mutating func bound(
        _ name: String,
        _ text: String,
        _ time: (_ text: String, _ isEnd: Bool) -> WallTime?
    ) throws(OperatorError) {
        // "after" a day begins behind it, "since" it with it.
        let (start, end) = (time(text, false), time(text, true))
        guard let start, let end else {
            throw OperatorError(
                .usage,
                "\(name):\(TerminalText.line(text)) is no date",
                remedy: "For example: \(name):2026-11-21, \(name):2026-11-21T06:30Z, \(name):7d"
            )
        }
        switch name {
        case "since": filter.span.since = start
        case "after": filter.span.since = end
        case "until": filter.span.until = end
        case "before": filter.span.until = start
        default: filter.span = TimeSpan(since: start, until: end)
        }
    }
}
