/// What a tolerant parser put right in a text.
package struct JSONRepairs: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Bytes that are no UTF-8 became U+FFFD.
    package static let encoding = JSONRepairs(rawValue: 1)
    /// An escape of half a surrogate pair became U+FFFD.
    package static let surrogate = JSONRepairs(rawValue: 2)
    /// Control characters stood in a string unescaped; they were kept.
    package static let control = JSONRepairs(rawValue: 4)
    /// NUL bytes stood in a string, where each run became U+FFFD, or between values.
    package static let nul = JSONRepairs(rawValue: 8)
    /// A number beyond 64 bits became the nearest double; what is no number (`NaN`) became null.
    package static let number = JSONRepairs(rawValue: 16)
    /// A backslash before a character that needs none was dropped.
    package static let escape = JSONRepairs(rawValue: 32)

    /// For people; nil when nothing was put right.
    package var reason: String? {
        let words: [(JSONRepairs, String)] = [
            (.encoding, "invalid UTF-8"), (.surrogate, "half a surrogate pair"),
            (.control, "control characters in a string"), (.nul, "NUL bytes"),
            (.number, "a number out of range"), (.escape, "an unknown escape"),
        ]
        let found = words.filter { contains($0.0) }.map(\.1)
        return found.isEmpty ? nil : "repaired: " + found.joined(separator: ", ")
    }
}
