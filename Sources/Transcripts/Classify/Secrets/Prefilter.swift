/// Finds any of many short texts in one pass, each occurrence once.
///
/// Every text has two marks: a pair of its bytes at an even offset and one at an odd offset, the rarest that it
/// has. Wherever the text stands, one of the two begins at an even position of what is searched, so only
/// every second pair is looked up, in a table of 64 Ki bits that stays in the first cache. What a pair may
/// belong to is then compared in full.
struct Prefilter: Sendable {
    /// A text to find, at least 3 bytes.
    struct Literal: Sendable {
        var bytes: [UInt8]
        /// Whether letters of either case count; then `bytes` is lower case.
        var ignoresCase: Bool
    }

    private struct Mark: Sendable, Equatable {
        var literal: UInt16
        var offset: UInt8
        var length: UInt8
        var ignoresCase: Bool
        /// Where the literal begins in `pool`.
        var start: UInt16
    }

    /// One bit for each pair that is a mark.
    private let bits: [UInt64]
    /// Where the marks of each hash begin; one more at the end.
    private let starts: [UInt16]
    private let marks: [Mark]
    private let pool: [UInt8]

    init(_ literals: [Literal]) {
        var bits = [UInt64](repeating: 0, count: 1024)
        var buckets = [[Mark]](repeating: [], count: Prefilter.hashes)
        var pool: [UInt8] = []
        for (index, literal) in literals.enumerated() {
            let start = UInt16(pool.count)
            pool += literal.bytes
            for parity in 0...1 {
                let offset = Prefilter.rarest(literal.bytes, parity)
                let mark = Mark(
                    literal: UInt16(index),
                    offset: UInt8(offset),
                    length: UInt8(literal.bytes.count),
                    ignoresCase: literal.ignoresCase,
                    start: start
                )
                for pair in Prefilter.pairs(literal, offset) {
                    bits[Int(pair >> 6)] |= 1 << UInt64(pair & 63)
                    let bucket = Prefilter.hash(pair)
                    guard !buckets[bucket].contains(mark) else { continue }
                    buckets[bucket].append(mark)
                }
            }
        }
        self.bits = bits
        self.pool = pool
        var starts: [UInt16] = [0]
        for bucket in buckets { starts.append(starts[starts.count - 1] + UInt16(bucket.count)) }
        self.starts = starts
        marks = buckets.flatMap { $0 }
    }

    /// Calls `found` with the literal's number and where it begins, once for each occurrence, nearly in order.
    @inline(__always)
    func scan(_ text: TextBytes, _ found: (_ literal: Int, _ start: Int) -> Void) {
        guard let base = UnsafeRawPointer(text.baseAddress) else { return }
        bits.withUnsafeBufferPointer { bits in
            var position = 0
            while position + 8 <= text.count {
                let word = UInt64(
                    littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                )
                let first = Prefilter.test(bits, word)
                let second = Prefilter.test(bits, word >> 16)
                let third = Prefilter.test(bits, word >> 32)
                let fourth = Prefilter.test(bits, word >> 48)
                if (first | second | third | fourth) & 1 != 0 {
                    if first & 1 != 0 { verify(text, position, found) }
                    if second & 1 != 0 { verify(text, position + 2, found) }
                    if third & 1 != 0 { verify(text, position + 4, found) }
                    if fourth & 1 != 0 { verify(text, position + 6, found) }
                }
                position += 8
            }
            while position + 2 <= text.count {
                verify(text, position, found)
                position += 2
            }
        }
    }

    @inline(__always)
    private static func test(_ bits: UnsafeBufferPointer<UInt64>, _ word: UInt64) -> UInt64 {
        bits[Int(truncatingIfNeeded: word & 0xffff) &>> 6] &>> (word & 63)
    }

    /// Compares the literals of which the pair at `position` may be a mark.
    private func verify(
        _ text: TextBytes,
        _ position: Int,
        _ found: (_ literal: Int, _ start: Int) -> Void
    ) {
        let pair = UInt16(text[position]) | UInt16(text[position + 1]) << 8
        let bucket = Prefilter.hash(pair)
        var index = Int(starts[bucket])
        let end = Int(starts[bucket + 1])
        while index < end {
            let mark = marks[index]
            index += 1
            let start = position - Int(mark.offset)
            guard start >= 0, start + Int(mark.length) <= text.count, matches(text, start, mark)
            else { continue }
            found(Int(mark.literal), start)
        }
    }

    private func matches(_ text: TextBytes, _ start: Int, _ mark: Mark) -> Bool {
        for offset in 0..<Int(mark.length) {
            let byte = text[start + offset]
            let wanted = pool[Int(mark.start) + offset]
            guard byte == wanted || mark.ignoresCase && byte.asciiLowercased == wanted else {
                return false
            }
        }
        return true
    }

    // MARK: Marks

    private static let hashes = 1024

    private static func hash(_ pair: UInt16) -> Int {
        Int((UInt32(pair) &* 0x9e37_79b1) >> 22)
    }

    /// The pairs that may stand at an offset: one, or one for each way to write its letters.
    private static func pairs(_ literal: Literal, _ offset: Int) -> Set<UInt16> {
        func ways(_ byte: UInt8) -> [UInt8] {
            literal.ignoresCase && byte.isASCIILowercase ? [byte, byte & ~0x20] : [byte]
        }
        var pairs: Set<UInt16> = []
        for first in ways(literal.bytes[offset]) {
            for second in ways(literal.bytes[offset + 1]) {
                pairs.insert(UInt16(first) | UInt16(second) << 8)
            }
        }
        return pairs
    }

    private static func rarest(_ bytes: [UInt8], _ parity: Int) -> Int {
        let offsets = stride(from: parity, to: bytes.count - 1, by: 2)
        return offsets.min { cost(bytes, $0) < cost(bytes, $1) } ?? parity
    }

    private static func cost(_ bytes: [UInt8], _ offset: Int) -> Int {
        frequency(bytes[offset]) * frequency(bytes[offset + 1])
    }

    /// How common a byte is in conversations about programs, roughly, in hundredths of a percent.
    private static func frequency(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: " "): 1500
        case UInt8(ascii: "e"), UInt8(ascii: "t"): 800
        case UInt8(ascii: "a"), UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "o"),
            UInt8(ascii: "r"), UInt8(ascii: "s"):
            550
        case UInt8(ascii: "c"), UInt8(ascii: "d"), UInt8(ascii: "l"), UInt8(ascii: "p"),
            UInt8(ascii: "u"), UInt8(ascii: "m"):
            300
        case UInt8(ascii: "j"), UInt8(ascii: "q"), UInt8(ascii: "x"), UInt8(ascii: "z"): 20
        case UInt8(ascii: "a")...UInt8(ascii: "z"): 150
        case UInt8(ascii: "0")...UInt8(ascii: "9"): 60
        case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "\""): 120
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): 30
        default: 40
        }
    }
}
