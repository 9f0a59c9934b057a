import Core

/// Values of fields that are more than a text.
enum FilterValue {
    /// ">1.5" as a comparison and millionths of a dollar.
    static func cost(_ text: String) throws(OperatorError) -> (comparison: String, micros: Int64) {
        let comparison = text.prefix { "<>=".contains($0) }
        let amount = text.dropFirst(comparison.count)
        let digits = amount.first == "$" ? amount.dropFirst() : amount
        guard ["<", "<=", ">", ">=", "=", ""].contains(comparison), let dollars = Double(digits),
            dollars.isFinite, dollars.magnitude < 1e9
        else {
            throw OperatorError(
                .usage,
                "cost:\(TerminalText.line(text)) is no cost",
                remedy: "For example: cost:>1 or cost:<0.25, in dollars"
            )
        }
        let micros = Int64((dollars * 1_000_000).rounded())
        return (comparison.isEmpty ? ">=" : String(comparison), micros)
    }

    /// One of the names that a field may have; a pattern may be of any.
    static func check(_ term: FilterTerm, _ known: [String]) throws(OperatorError) {
        guard !term.isPattern, !known.contains(term.value) else { return }
        throw unknown(term, known)
    }

    static func unknown(_ term: FilterTerm, _ known: [String]) -> OperatorError {
        OperatorError(
            .usage,
            "\(TerminalText.line(term.text)) is unknown",
            remedy: "\(term.field.rawValue) is one of \(known.joined(separator: ", "))"
        )
    }
}
