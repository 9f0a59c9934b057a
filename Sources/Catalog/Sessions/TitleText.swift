/// A title from a text that may be long.
enum TitleText {
    /// The text on one line, at most 200 characters.
    static func of(_ text: String) -> String {
        // Enough for 200 characters of any script, without walking a text of megabytes.
        let words = text.unicodeScalars.prefix(4096).split { $0.properties.isWhitespace }
        var title = ""
        for word in words {
            if !title.isEmpty { title += " " }
            title += String(String.UnicodeScalarView(word))
            if title.count >= 200 { break }
        }
        return String(title.prefix(200))
    }
}
