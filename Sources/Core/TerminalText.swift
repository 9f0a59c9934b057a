/// Text of strangers on a terminal: nothing in it moves the cursor, changes colours or turns the direction of text.
package enum TerminalText {
    /// The text with control characters shown as `\x1b`; line ends and tabs stay.
    package static func lines(_ text: String) -> String { shown(text) { $0 == 10 || $0 == 9 } }

    /// The text on one line: white space is one blank each, other control characters are shown as `\x1b`.
    package static func line(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isSpace = scalar == "\n" || scalar == "\t" || scalar == "\r"
            scalars.append(isSpace ? " " : scalar)
        }
        return shown(String(scalars)) { _ in false }
    }

    /// Whether a terminal may take it for more than a character: C0, DEL, C1, line separators, and what turns
    /// the direction of text (Unicode 15, chapter 23).
    package static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f...0x9f, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    private static func shown(_ text: String, _ isKept: (UInt32) -> Bool) -> String {
        guard text.unicodeScalars.contains(where: { isControl($0) && !isKept($0.value) }) else {
            return text
        }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar), !isKept(scalar.value) {
                let digits = String(scalar.value, radix: 16)
                shown +=
                    scalar.value < 0x100
                    ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
