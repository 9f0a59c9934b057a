/// One element of a pattern of a name.
enum NameToken: Sendable, Hashable {
    /// Whole characters, as they are.
    case literal([UInt8])
    /// `?`
    case one
    /// `[a-z]`; a byte that belongs to no character is in no range.
    case set(ranges: [ClosedRange<UInt32>], isNegated: Bool)
    /// `*`
    case star

    /// Where the name goes on behind what this token takes at `index`; nil when it does not fit.
    func end(in name: UnsafeRawBufferPointer, from index: Int) -> Int? {
        switch self {
        case .literal(let bytes):
            guard name.count - index >= bytes.count,
                name[index..<(index + bytes.count)].elementsEqual(bytes)
            else { return nil }
            return index + bytes.count
        case .one:
            guard index < name.count else { return nil }
            return index + NameToken.character(in: name, at: index).width
        case .set(let ranges, let isNegated):
            guard index < name.count else { return nil }
            let character = NameToken.character(in: name, at: index)
            let isInside =
                character.scalar.map { scalar in ranges.contains { $0.contains(scalar) } } ?? false
            return isInside != isNegated ? index + character.width : nil
        case .star:
            return nil
        }
    }

    /// The character at `index` and its bytes; a single byte without a value where UTF-8 is broken.
    static func character(
        in name: UnsafeRawBufferPointer,
        at index: Int
    ) -> (scalar: UInt32?, width: Int) {
        let first = name[index]
        guard first >= 0x80 else { return (UInt32(first), 1) }
        var rest = name[index...].prefix(4).makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return (nil, 1) }
        return (scalar.value, UTF8.width(scalar))
    }
}
