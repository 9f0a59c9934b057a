/// A title from a text that may be long.
enum TitleText {
    /// Characters.
    private static let longest = 200

    /// The text on one line, at most 200 characters.
    static func of(_ text: String) -> String {
        var title = String.UnicodeScalarView()
        var length = 0
        var isSpaced = false
        // Enough for 200 characters of any script, without walking a text of megabytes.
        for scalar in text.unicodeScalars.prefix(4096) {
            if isWhiteSpace(scalar) {
                // A character has one scalar or more; only whole words tell how many there are.
                if !isSpaced, length >= longest, String(title).count >= longest { break }
                isSpaced = true
                continue
            }
            if isSpaced, length > 0 {
                title.append(" ")
                length += 1
            }
            isSpaced = false
            title.append(scalar)
            length += 1
        }
        return String(String(title).prefix(longest))
    }

    private static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            ? scalar.value == 0x20 || (0x09...0x0d).contains(scalar.value)
            : scalar.properties.isWhitespace
    }
}
