/// Which identifiers were written to a catalog that is made anew: what is not in it need not be looked for.
///
/// A Bloom filter (https://en.wikipedia.org/wiki/Bloom_filter) of words of 64 bits, five of which an identifier has in
/// one word; identifiers are hashes already. It grows by parts, each twice as large as the one before, with 16 bits for
/// each identifier, so that about one in a hundred is looked for in vain.
struct SeenFilter {
    private static let bitsForEach = 16
    private static let firstWords = 1 << 14

    private var parts: [[UInt64]] = [Array(repeating: 0, count: firstWords)]
    /// Identifiers that the last part takes yet.
    private var room = firstWords * 64 / bitsForEach

    /// Whether it may have been added.
    func mayHave(_ id: Int64) -> Bool {
        let bits = SeenFilter.bits(id)
        return parts.contains { $0[SeenFilter.place(id, $0.count)] & bits == bits }
    }

    mutating func add(_ id: Int64) {
        if room == 0 {
            let words = parts[parts.count - 1].count * 2
            parts.append(Array(repeating: 0, count: words))
            room = words * 64 / SeenFilter.bitsForEach
        }
        room -= 1
        let last = parts.count - 1
        parts[last][SeenFilter.place(id, parts[last].count)] |= SeenFilter.bits(id)
    }

    /// The number of words is a power of two.
    private static func place(_ id: Int64, _ words: Int) -> Int {
        Int(UInt64(bitPattern: id) >> 32) & (words - 1)
    }

    private static func bits(_ id: Int64) -> UInt64 {
        let hash = UInt64(bitPattern: id)
        return 1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63)
            | 1 << (hash >> 18 & 63) | 1 << (hash >> 24 & 63)
    }
}
