/// Finds what a text needs escapes for: nearly all of it needs none, and is looked at eight bytes at a time.
package enum PlainText {
    /// Where the next control character, quote or backslash stands, from `start`; nil when there is none.
    package static func end(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // Of the found bytes only the first is surely right, and only whether there is one is asked.
            guard mayHaveSpecial(word) else {
                index += 8
                continue
            }
            for place in index..<index + 8 where isSpecial(bytes[place]) { return place }
            index += 8
        }
        while index < bytes.count {
            if isSpecial(bytes[index]) { return index }
            index += 1
        }
        return nil
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x22 || byte == 0x5c
    }

    /// Whether a byte is below 0x20, a quote or a backslash; bytes above 0x7f are none.
    ///
    /// https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord
    private static func mayHaveSpecial(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        func hasLess(_ word: UInt64, _ limit: UInt64) -> UInt64 {
            (word &- ones &* limit) & ~word & tops
        }
        return hasLess(word, 0x20) | hasLess(word ^ (ones &* 0x22), 1)
            | hasLess(word ^ (ones &* 0x5c), 1) != 0
    }
}
