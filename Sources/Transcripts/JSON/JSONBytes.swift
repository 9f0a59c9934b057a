/// Means to look at JSON text eight bytes at a time.
enum JSONBytes {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let newline = UInt8(ascii: "\n")

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The index from `start` on of the first byte of a string that is not plain: a quote, a backslash, a control
    /// character, or one that is not ASCII; `end` when there is none.
    @inline(__always)
    static func plainEnd(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let word = UInt64(
                littleEndian: (base + index).loadUnaligned(as: UInt64.self)
            )
            // A borrow can mark a byte wrongly only above one that is marked rightly.
            let marks =
                ((word &- ones &* 0x20) | ((word ^ ones &* 0x22) &- ones)
                    | ((word ^ ones &* 0x5c) &- ones) | word) & highs
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            if byte < 0x20 || byte >= 0x80 || byte == quote || byte == backslash { return index }
            index += 1
        }
        return end
    }

    /// The index from `start` on of the first quote, backslash or newline; `end` when there is none.
    @inline(__always)
    static func stringStop(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let word = UInt64(
                littleEndian: (base + index).loadUnaligned(as: UInt64.self)
            )
            let marks =
                (zeros(word ^ ones &* 0x22) | zeros(word ^ ones &* 0x5c)
                    | zeros(word ^ ones &* 0x0a))
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            if byte == quote || byte == backslash || byte == newline { return index }
            index += 1
        }
        return end
    }

    /// The index from `start` on of the first `byte`; `end` when there is none.
    @inline(__always)
    static func first(
        _ byte: UInt8,
        _ base: UnsafeRawPointer,
        _ start: Int,
        _ end: Int
    ) -> Int {
        var index = start
        let pattern = ones &* UInt64(byte)
        while index + 8 <= end {
            let word = UInt64(
                littleEndian: (base + index).loadUnaligned(as: UInt64.self)
            )
            let marks = zeros(word ^ pattern)
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end {
            if base.load(fromByteOffset: index, as: UInt8.self) == byte { return index }
            index += 1
        }
        return end
    }

    /// Whether two runs of `count` bytes are the same.
    @inline(__always)
    static func equal(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
        var index = 0
        while index + 8 <= count {
            if (a + index).loadUnaligned(as: UInt64.self)
                != (b + index).loadUnaligned(as: UInt64.self)
            {
                return false
            }
            index += 8
        }
        while index < count {
            if a.load(fromByteOffset: index, as: UInt8.self)
                != b.load(fromByteOffset: index, as: UInt8.self)
            {
                return false
            }
            index += 1
        }
        return true
    }

    /// The high bit of each byte that is zero; of the bytes above the lowest of them nothing is said.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }
}
