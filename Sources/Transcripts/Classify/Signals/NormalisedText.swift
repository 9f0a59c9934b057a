/// A long text in a form that white space does not change.
package enum NormalisedText {
    /// Texts of so many characters or fewer repeat by chance.
    private static let shortest = 200

    /// Gives the text with one space for each run of white space, and none at its ends, to `body`; nil when it is
    /// too short to count.
    package static func withBytes<Result>(
        of text: String,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        var text = text
        return text.withUTF8 { text in
            guard isLong(text) else { return nil }
            return normalised(text).withUnsafeBytes(body)
        }
    }

    /// A character takes one byte at least and four at most.
    private static func isLong(_ text: TextBytes) -> Bool {
        if text.count <= shortest || text.count > 4 * shortest { return text.count > shortest }
        return text.count { $0 & 0xC0 != 0x80 } > shortest
    }

    private static func normalised(_ text: TextBytes) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: text.count) { buffer, count in
            guard let base = UnsafeRawPointer(text.baseAddress),
                let target = UnsafeMutableRawPointer(buffer.baseAddress)
            else { return }
            var isSpaced = false
            var index = 0
            // Before this byte the slow way, as there is something special.
            var special = 0
            while index < text.count {
                if index >= special, index + 8 <= text.count {
                    let word = UInt64(
                        littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    )
                    if isPlain(word, isFirst: count == 0 || isSpaced) {
                        if isSpaced {
                            buffer[count] = UInt8(ascii: " ")
                            count += 1
                        }
                        // What comes out is never longer than what went in.
                        target.storeBytes(
                            of: word.littleEndian,
                            toByteOffset: count,
                            as: UInt64.self
                        )
                        isSpaced = word >> 56 == 0x20
                        count += isSpaced ? 7 : 8
                        index += 8
                        continue
                    }
                    special = index + 8
                }
                if let width = WhiteSpace.width(at: index, text) {
                    isSpaced = count > 0
                    index += width
                    continue
                }
                if isSpaced {
                    buffer[count] = UInt8(ascii: " ")
                    count += 1
                    isSpaced = false
                }
                buffer[count] = text[index]
                count += 1
                index += 1
            }
        }
    }

    /// Whether eight bytes are ASCII without controls and without two spaces that meet.
    ///
    /// `isFirst`: nothing stands before them but white space.
    @inline(__always)
    private static func isPlain(_ word: UInt64, isFirst: Bool) -> Bool {
        let highs: UInt64 = 0x8080_8080_8080_8080
        // From 0x20 on, a byte of ASCII has bit 5 or bit 6.
        let printable = (word | word << 1) & 0x4040_4040_4040_4040
        guard word & highs == 0, printable == 0x4040_4040_4040_4040 else { return false }
        let differences = word ^ 0x2020_2020_2020_2020
        let spaces = ~(differences &+ 0x7f7f_7f7f_7f7f_7f7f) & highs
        return spaces & spaces << 8 == 0 && !(isFirst && spaces & 0x80 != 0)
    }
}
