/// What stands at the end of a string of a long record that was cut: `… [cut here: 9000000 bytes are in the archive]`.
enum CutMark {
    private static let head: StaticString = "… [cut here: "
    private static let tail: StaticString = " bytes are in the archive]"
    /// Digits of a number that a length can be.
    private static let digits = 12

    /// The mark of a string of so many bytes, as they stand in the file.
    static func text(of bytes: UInt64) -> String { "\(head)\(bytes)\(tail)" }

    /// How long the string was that was cut; nil when it is whole.
    static func length(of text: UnsafeRawBufferPointer) -> Int64? {
        let end = text.count - tail.utf8CodeUnitCount
        guard text.last == JSONBytes.closeBracket, stands(tail, in: text, at: end) else {
            return nil
        }
        var start = end
        var value: Int64 = 0
        var unit: Int64 = 1
        while start > 0, end - start < digits, (0x30...0x39).contains(text[start - 1]) {
            start -= 1
            value += Int64(text[start] - 0x30) * unit
            unit *= 10
        }
        guard start < end, stands(head, in: text, at: start - head.utf8CodeUnitCount) else {
            return nil
        }
        return value
    }

    /// Bytes of a text, as long as it was before it was cut.
    static func size(of text: String) -> Int64 {
        var text = text
        return text.withUTF8 { bytes in
            length(of: UnsafeRawBufferPointer(bytes)) ?? Int64(bytes.count)
        }
    }

    private static func stands(
        _ word: StaticString,
        in text: UnsafeRawBufferPointer,
        at index: Int
    ) -> Bool {
        guard let base = text.baseAddress, index >= 0 else { return false }
        return JSONBytes.equal(base + index, word.utf8Start, word.utf8CodeUnitCount)
    }
}

extension JSONValue {
    /// Bytes of a string, as long as it was before it was cut; nil for every other kind.
    var textSize: Int64? { bytes.map { CutMark.length(of: $0) ?? Int64($0.count) } }
}
