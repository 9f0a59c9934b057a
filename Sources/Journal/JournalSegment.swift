import Core

/// The names of segments.
enum JournalSegment {
    private static let suffix = Array(".segment".utf8)
    private static let digits = 20

    /// `<20 digits>.segment` in `directory`.
    static func path(_ number: UInt64, in directory: BytePath) -> BytePath {
        let text = String(number)
        let zeros = String(repeating: "0", count: digits - text.count)
        return directory.appending(BytePath(zeros + text + ".segment"))
    }

    /// The number that a name spells; nil when it is not a segment's.
    static func number(_ name: BytePath) -> UInt64? {
        guard name.bytes.count == digits + suffix.count,
            name.bytes[digits...].elementsEqual(suffix),
            name.bytes[..<digits].allSatisfy({
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            })
        else { return nil }
        return UInt64(String(decoding: name.bytes[..<digits], as: UTF8.self))
    }
}
