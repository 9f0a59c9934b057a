/// Characters that Python's `str.isspace` calls white space.
enum WhiteSpace {
    /// The bytes of the white space at `index`; nil when something else stands there.
    static func width(at index: Int, _ text: TextBytes) -> Int? {
        let byte = text[index]
        if byte < 0x80 { return isASCII(byte) ? 1 : nil }
        let next = index + 1 < text.count ? text[index + 1] : 0
        if byte == 0xc2 { return next == 0x85 || next == 0xa0 ? 2 : nil }
        let third = index + 2 < text.count ? text[index + 2] : 0
        return isThreeBytes(byte, next, third) ? 3 : nil
    }

    /// The bytes of the white space that ends before `index`.
    static func width(before index: Int, _ text: TextBytes) -> Int? {
        guard index > 0 else { return nil }
        if text[index - 1] < 0x80 { return isASCII(text[index - 1]) ? 1 : nil }
        if index >= 2, text[index - 2] == 0xc2 { return width(at: index - 2, text) }
        return index >= 3 ? width(at: index - 3, text).flatMap { $0 == 3 ? 3 : nil } : nil
    }

    static func isASCII(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0d).contains(byte) || (0x1c...0x1f).contains(byte)
    }

    /// U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
    private static func isThreeBytes(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
        switch (first, second) {
        case (0xe1, 0x9a): third == 0x80
        case (0xe2, 0x80): (0x80...0x8a).contains(third) || [0xa8, 0xa9, 0xaf].contains(third)
        case (0xe2, 0x81): third == 0x9f
        case (0xe3, 0x80): third == 0x80
        default: false
        }
    }
}
