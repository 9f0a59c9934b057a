import Transcripts

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
    package var text: String {
        let value = value.contains(where: \.isWhitespace) ? "\"\(value)\"" : value
        return (isNegated ? "-" : "") + "\(field.rawValue):\(value)"
    }

    /// One term for each value that is asked for; any of them is enough.
    var alternatives: [FilterTerm] {
        guard field.isEnumerated, value.contains(",") else { return [self] }
        return value.split(separator: ",").map { FilterTerm(field, String($0)) }
    }

    /// Whether the value is a pattern and not a text.
    var isPattern: Bool { value.contains("*") || value.contains("?") }

    /// Whether calls are what is asked for, so that a list of what matches is one of calls.
    var asksCalls: Bool {
        guard !isNegated else { return false }
        return switch field {
        case .path, .file, .command, .program, .host, .duration, .errorClass: true
        case .kind: value == MessageKind.toolUse.rawValue
        case .outcome: CallOutcome.names.contains(value)
        default: false
        }
    }

    /// Whether calls could not answer it.
    var asksMessages: Bool {
        switch field {
        case .kind: value != MessageKind.toolUse.rawValue
        case .language, .role, .speaker, .tag: true
        case .has: FilterProperty(rawValue: value)?.isOfMessages ?? false
        default: false
        }
    }

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
