/// The few characters beyond ASCII that become ASCII letters when case is dropped, as Python's `str.lower`
/// and `re.IGNORECASE` do it.
///
/// The Kelvin sign is a small k and a capital I with a dot is an i with a combining dot when lowered; without
/// case a long s is an s, and an i without dot and a capital I with one are an i.
enum FoldedText {
    /// What is to be done to a text whose letters will be compared without case.
    enum Folding {
        /// `content.lower()`.
        case lower
        /// Matched by an ignoring pattern after it was lowered.
        case lowerThenIgnore
        /// Matched by an ignoring pattern as it is.
        case ignore
    }

    /// Whether a text has one of them; then it must be folded.
    static func isNeeded(_ text: TextBytes) -> Bool {
        var index = 0
        while index + 1 < text.count {
            let end = text.endOfASCII(from: index)
            guard end == index else {
                index = end
                continue
            }
            if text[index] >= 0xc4, special(text, index) != nil { return true }
            index += 1
        }
        return false
    }

    private enum Special {
        case kelvin, dottedI, dotlessI, longS

        var length: Int { self == .kelvin ? 3 : 2 }
    }

    private static func special(_ text: TextBytes, _ index: Int) -> Special? {
        let next = index + 1 < text.count ? text[index + 1] : 0
        switch (text[index], next) {
        case (0xc4, 0xb0): return .dottedI
        case (0xc4, 0xb1): return .dotlessI
        case (0xc5, 0xbf): return .longS
        case (0xe2, 0x84): return index + 2 < text.count && text[index + 2] == 0xaa ? .kelvin : nil
        default: return nil
        }
    }

    static func folded(_ text: TextBytes, _ folding: Folding) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] >= 0xc4, let special = special(text, index) else {
                bytes.append(text[index])
                index += 1
                continue
            }
            switch special {
            case .kelvin: bytes.append(UInt8(ascii: "k"))
            case .dottedI:
                bytes.append(UInt8(ascii: "i"))
                if folding != .ignore { bytes += [0xcc, 0x87] }
            case .dotlessI where folding != .lower: bytes.append(UInt8(ascii: "i"))
            case .longS where folding != .lower: bytes.append(UInt8(ascii: "s"))
            default: bytes += text[index..<index + special.length]
            }
            index += special.length
        }
        return bytes
    }

    // MARK: Words

    /// Whether the character that ends before `index` is one of a word, as Python's `\w` has it.
    static func isWord(before index: Int, _ text: TextBytes) -> Bool {
        guard index > 0 else { return false }
        guard text[index - 1] >= 0x80 else { return ByteSet.word.contains(text[index - 1]) }
        var start = index - 1
        while start > 0, index - start < 4, text[start] & 0xc0 == 0x80 { start -= 1 }
        return isWord(text[start..<index])
    }

    /// Whether the character that begins at `index` is one of a word.
    static func isWord(at index: Int, _ text: TextBytes) -> Bool {
        guard index < text.count else { return false }
        guard text[index] >= 0x80 else { return ByteSet.word.contains(text[index]) }
        var end = index + 1
        while end < text.count, text[end] & 0xc0 == 0x80 { end += 1 }
        return isWord(text[index..<end])
    }

    private static func isWord(_ bytes: Slice<TextBytes>) -> Bool {
        guard let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first else {
            return false
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return true
        default: return scalar.properties.numericType != nil
        }
    }

    /// The end of the character at `index`, when there is one that is no newline (a pattern's `.`).
    static func characterEnd(_ index: Int, _ text: TextBytes) -> Int? {
        guard index < text.count, text[index] != UInt8(ascii: "\n") else { return nil }
        var end = index + 1
        while end < text.count, text[end] & 0xc0 == 0x80 { end += 1 }
        return end
    }
}
