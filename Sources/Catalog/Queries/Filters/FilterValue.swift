import Core

/// Values of fields that are more than a text.
enum FilterValue {
    /// ">1.5" as a comparison and millionths of a dollar.
    static func cost(_ text: String) throws(OperatorError) -> (comparison: String, micros: Int64) {
        let (comparison, amount) = compared(text)
        let digits = amount.first == "$" ? amount.dropFirst() : amount
        guard let comparison, let dollars = Double(digits), dollars.isFinite,
            dollars.magnitude < 1e9
        else {
            throw OperatorError(
                .usage,
                "cost:\(TerminalText.line(text)) is no cost",
                remedy: "For example: cost:>1 or cost:<0.25, in dollars"
            )
        }
        let micros = Int64((dollars * 1_000_000).rounded())
        return (comparison, micros)
    }

    /// ">10m" as a comparison and nanoseconds.
    static func duration(
        _ term: FilterTerm
    ) throws(OperatorError) -> (comparison: String, nanoseconds: Int64) {
        let (comparison, text) = compared(term.value)
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let units = ["ms": 1e6, "s": 1e9, "m": 6e10, "min": 6e10, "h": 3.6e12, "d": 8.64e13]
        guard let comparison, let amount = Double(digits),
            let unit = units[String(text.dropFirst(digits.count))], amount * unit < 1e18
        else { throw noNumber(term, "duration:>10m or duration:<500ms") }
        return (comparison, Int64((amount * unit).rounded()))
    }

    /// ">=0.8" as a comparison and a number.
    static func number(
        _ term: FilterTerm,
        for example: String
    ) throws(OperatorError) -> (comparison: String, number: Double) {
        let (comparison, text) = compared(term.value)
        guard let comparison, let number = Double(text), number.isFinite else {
            throw noNumber(term, example)
        }
        return (comparison, number)
    }

    /// What stands before a number, ">=" where nothing does; nil for what compares nothing.
    private static func compared(_ text: String) -> (comparison: String?, rest: Substring) {
        let comparison = text.prefix { "<>=".contains($0) }
        let isKnown = ["<", "<=", ">", ">=", "=", ""].contains(comparison)
        return (
            isKnown ? comparison.isEmpty ? ">=" : String(comparison) : nil,
            text.dropFirst(comparison.count)
        )
    }

    private static func noNumber(_ term: FilterTerm, _ example: String) -> OperatorError {
        OperatorError(
            .usage,
            "\(TerminalText.line(term.text)) compares nothing",
            remedy: "For example: \(example)"
        )
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
