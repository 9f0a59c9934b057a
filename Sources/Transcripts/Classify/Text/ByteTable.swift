/// Short texts with a value each, found by their bytes without a string: made once, asked by any thread.
///
/// Open addressing over a quarter full table. A text is told by its length, its first and its last eight bytes,
/// and then compared.
struct ByteTable<Value: Sendable>: Sendable {
    private struct Key: Sendable {
        var start: Int32
        var count: Int32
    }

    /// In each place the number of a key, from 1; 0: nothing.
    private let places: [UInt16]
    private let mask: Int
    private let keys: [Key]
    private let values: [Value]
    private let pool: [UInt8]
    private let longest: Int

    /// - Parameter entries: of texts that come twice the first counts; for `value(ignoringCase:)` they are
    ///   lower case.
    init(_ entries: [(text: String, value: Value)]) {
        var size = 16
        while size < entries.count * 4 { size *= 2 }
        var places = [UInt16](repeating: 0, count: size)
        var keys: [Key] = []
        var values: [Value] = []
        var pool: [UInt8] = []
        for (text, value) in entries {
            let bytes = Array(text.utf8)
            var place = bytes.withUnsafeBufferPointer { Self.hash($0) } & (size - 1)
            func isTaken(_ number: UInt16) -> Bool {
                let key = keys[Int(number) - 1]
                return pool[Int(key.start)..<Int(key.start + key.count)].elementsEqual(bytes)
            }
            while places[place] != 0, !isTaken(places[place]) { place = (place + 1) & (size - 1) }
            guard places[place] == 0 else { continue }
            keys.append(Key(start: Int32(pool.count), count: Int32(bytes.count)))
            values.append(value)
            pool += bytes
            places[place] = UInt16(keys.count)
        }
        self.places = places
        self.keys = keys
        self.values = values
        self.pool = pool
        mask = size - 1
        longest = keys.map { Int($0.count) }.max() ?? 0
    }

    /// The value of a text; nil when it is not in the table.
    @inline(__always)
    subscript(text: TextBytes) -> Value? { find(text, folds: false) }

    /// The same for ASCII letters of either case.
    @inline(__always)
    func value(ignoringCase text: TextBytes) -> Value? { find(text, folds: true) }

    @inline(__always)
    private func find(_ text: TextBytes, folds: Bool) -> Value? {
        guard text.count <= longest else { return nil }
        var place = Self.hash(text) & mask
        while places[place] != 0 {
            let number = Int(places[place]) - 1
            if isKey(number, text, folds) { return values[number] }
            place = (place + 1) & mask
        }
        return nil
    }

    @inline(__always)
    private func isKey(_ number: Int, _ text: TextBytes, _ folds: Bool) -> Bool {
        let key = keys[number]
        guard Int(key.count) == text.count else { return false }
        return pool.withUnsafeBufferPointer { pool in
            for index in 0..<text.count {
                let byte = folds ? text[index].asciiLowercased : text[index]
                if byte != pool[Int(key.start) &+ index] { return false }
            }
            return true
        }
    }

    // MARK: Hash

    /// The same for letters of either case, whether case counts or not: bit 5 of every byte is set.
    @inline(__always)
    private static func hash(_ text: TextBytes) -> Int {
        let ends = ends(text)
        let folds: UInt64 = 0x2020_2020_2020_2020
        var mixed = (ends.0 | folds) ^ (ends.1 | folds) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ UInt64(truncatingIfNeeded: text.count)) &* 0xd6e8_feb8_6659_fd93
        return Int(truncatingIfNeeded: mixed >> 40)
    }

    /// The first and the last up to eight bytes, which overlap in a short text.
    @inline(__always)
    private static func ends(_ text: TextBytes) -> (UInt64, UInt64) {
        guard let base = UnsafeRawPointer(text.baseAddress) else { return (0, 0) }
        let count = text.count
        if count >= 8 {
            return (
                base.loadUnaligned(as: UInt64.self),
                base.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            )
        }
        if count >= 4 {
            return (
                UInt64(base.loadUnaligned(as: UInt32.self)),
                UInt64(base.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            )
        }
        guard count > 0 else { return (0, 0) }
        return (UInt64(text[0]) | UInt64(text[count / 2]) << 8, UInt64(text[count - 1]))
    }
}

/// A set of short texts, asked by their bytes.
struct WordSet: Sendable {
    private let table: ByteTable<Bool>

    /// - Parameter words: for `contains(ignoringCase:)` lower case.
    init(_ words: [String]) { table = ByteTable(words.map { ($0, true) }) }

    @inline(__always)
    func contains(_ text: TextBytes) -> Bool { table[text] == true }

    @inline(__always)
    func contains(ignoringCase text: TextBytes) -> Bool { table.value(ignoringCase: text) == true }
}
