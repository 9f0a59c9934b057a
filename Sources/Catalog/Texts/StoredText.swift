/// What of a text stands in a row.
enum StoredText {
    /// Bytes of UTF-8 at most; the archive has it all.
    static let limit = 1 << 20

    /// The text, or its beginning up to the boundary of a Unicode scalar.
    static func of(_ text: String) -> String {
        guard text.utf8.count > limit else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: limit)
        while end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text[..<end])
    }
}
