/// A set of bytes, asked in a few instructions.
struct ByteSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    /// Whether every byte from 0x80 on is in it.
    private var hasNonASCII: Bool

    /// The characters of a text, all ASCII; `a-z` stands for a range, a hyphen at the end for itself.
    init(_ text: StaticString, nonASCII: Bool = false) {
        hasNonASCII = nonASCII
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        var index = 0
        while index < bytes.count {
            let isRange = index + 2 < bytes.count && bytes[index + 1] == UInt8(ascii: "-")
            let last = isRange ? bytes[index + 2] : bytes[index]
            for byte in bytes[index]...max(bytes[index], last) { insert(byte) }
            index += isRange ? 3 : 1
        }
    }

    /// These bytes; of those that are not ASCII all or none.
    init(bytes: [UInt8]) {
        hasNonASCII = bytes.contains { $0 >= 0x80 }
        for byte in bytes where byte < 0x80 { insert(byte) }
    }

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        if byte < 64 { return low >> UInt64(byte) & 1 != 0 }
        return byte < 128 ? high >> UInt64(byte & 63) & 1 != 0 : hasNonASCII
    }
}

extension ByteSet {
    static let alphanumeric = ByteSet("A-Za-z0-9")
    /// What a name in a program is made of.
    static let word = ByteSet("A-Za-z0-9_")
    static let wordOrHyphen = ByteSet("A-Za-z0-9_-")
    static let base64 = ByteSet("A-Za-z0-9+/=")
    static let hexadecimal = ByteSet("0-9a-fA-F")
    static let digits = ByteSet("0-9")
    static let slashes = ByteSet("/\\")
    static let comma = ByteSet(",")
    static let dot = ByteSet(".")
    static let colon = ByteSet(":")
    /// What a path begins with that does not depend on the folder.
    static let anchors = ByteSet("/~$")
}

extension UInt8 {
    @inline(__always)
    var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
    @inline(__always)
    var isASCIIDigit: Bool { self &- 0x30 < 10 }
    @inline(__always)
    var isASCIIUppercase: Bool { self &- 0x41 < 26 }
    @inline(__always)
    var isASCIILowercase: Bool { self &- 0x61 < 26 }
    /// Of letters the small one; every other byte is itself.
    @inline(__always)
    var asciiLowercased: UInt8 { isASCIIUppercase ? self | 0x20 : self }
}
