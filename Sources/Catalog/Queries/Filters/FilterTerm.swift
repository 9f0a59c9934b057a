/// One thing that is asked of rows: a field and its value, where `*` and `?` stand for anything.
package struct FilterTerm: Sendable, Hashable {
    package var field: FilterField
    package var value: String
    /// Rows that it is true of are left out.
    package var isNegated: Bool

    package init(_ field: FilterField, _ value: String, isNegated: Bool = false) {
        self.field = field
        self.value = value
        self.isNegated = isNegated
    }

    /// As it is typed.
    package var text: String { (isNegated ? "-" : "") + "\(field.rawValue):\(value)" }

    /// Whether the value is a pattern and not a text.
    var isPattern: Bool { value.contains("*") || value.contains("?") }

    /// A name as a value that matches nothing else, whatever letters it has.
    package static func exactly(_ name: String) -> String {
        guard name.contains("*") || name.contains("?") else { return name }
        var out = ""
        for letter in name {
            out += "*?[".contains(letter) ? "[\(letter)]" : String(letter)
        }
        return out
    }
}
