/// Words to find, as an expression of FTS5 (https://sqlite.org/fts5.html, section 3).
///
/// Everything is quoted: nothing that is typed is an operator of FTS5.
package struct SearchWords: Sendable, Hashable {
    /// Of each group one must be there.
    private(set) var wanted: [[String]] = []
    /// None of them may be there.
    private(set) var unwanted: [String] = []
    /// What is wanted, as it was typed.
    package private(set) var texts: [String] = []

    /// What is found; nil without a word that is to be found.
    package var expression: String? {
        guard !wanted.isEmpty else { return nil }
        let groups = wanted.map { $0.count == 1 ? $0[0] : "(\($0.joined(separator: " OR ")))" }
        let found = groups.joined(separator: " AND ")
        guard let unwanted = unwantedExpression else { return found }
        return "(\(found)) NOT (\(unwanted))"
    }

    /// What must not be there; nil when anything may.
    var unwantedExpression: String? {
        unwanted.isEmpty ? nil : unwanted.joined(separator: " OR ")
    }

    /// The phrases of `expression`, in their order.
    var phrases: [String] { wanted.flatMap { $0 } + unwanted }

    package var isEmpty: Bool { wanted.isEmpty && unwanted.isEmpty }

    /// Adds a word or a phrase, which without letters and digits stands in no index; `begin*` begins a word.
    mutating func add(_ text: String, isPhrase: Bool, isUnwanted: Bool, isAlternative: Bool) {
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return }
        let phrase = SearchWords.quoted(text) + (!isPhrase && text.last == "*" ? "*" : "")
        if !isUnwanted { texts.append(text) }
        if isUnwanted {
            unwanted.append(phrase)
        } else if isAlternative, !wanted.isEmpty {
            wanted[wanted.count - 1].append(phrase)
        } else {
            wanted.append([phrase])
        }
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
