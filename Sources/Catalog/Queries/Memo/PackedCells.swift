/// Rows of cells as bytes, a few for each: what is kept of very many sessions.
///
/// A cell is a byte that says what follows: 0 nothing (NULL), 1 an integer, 2 a number of 8 bytes (its bits, least
/// first), 3 the number of a text; from 4 on the byte is an integer itself, 4 more than that. Integers are zigzag and
/// seven bits a byte, the least first, the highest bit set in all but the last.
struct PackedCells: Sendable {
    private(set) var bytes: [UInt8] = []

    private enum Kind {
        static let null: UInt8 = 0
        static let integer: UInt8 = 1
        static let real: UInt8 = 2
        static let text: UInt8 = 3
        static let small: UInt8 = 4
    }

    init() {}

    mutating func append(_ cell: MemoCell) {
        switch cell {
        case .null: bytes.append(Kind.null)
        case .integer(let value):
            if value >= 0, value <= Int64(UInt8.max - Kind.small) {
                bytes.append(UInt8(value) + Kind.small)
            } else {
                bytes.append(Kind.integer)
                append(number: value)
            }
        case .real(let value):
            bytes.append(Kind.real)
            for shift in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift * 8)))
            }
        case .text(let number):
            bytes.append(Kind.text)
            append(number: Int64(number))
        }
    }

    /// Adds an integer alone.
    mutating func append(number: Int64) {
        var rest = UInt64(bitPattern: (number << 1) ^ (number >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Adds a text alone: its length, then its bytes.
    mutating func append(text: String) {
        append(number: Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Replaces `cells` by all of these.
    func unpack(into cells: inout [MemoCell]) {
        cells.removeAll(keepingCapacity: true)
        bytes.withUnsafeBufferPointer { bytes in
            var reader = Reader(bytes)
            while let cell = reader.cell() { cells.append(cell) }
        }
    }

    /// Reads what was packed, one after the other.
    struct Reader {
        private let bytes: UnsafeBufferPointer<UInt8>
        private var place = 0

        init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

        var isAtEnd: Bool { place >= bytes.count }

        /// Nil behind the end, and for what was not packed here.
        mutating func cell() -> MemoCell? {
            guard let kind = byte() else { return nil }
            switch kind {
            case Kind.null: return .null
            case Kind.integer: return number().map { .integer($0) }
            case Kind.real:
                guard place + 8 <= bytes.count else { return nil }
                var bits: UInt64 = 0
                for shift in 0..<8 { bits |= UInt64(bytes[place + shift]) << UInt64(shift * 8) }
                place += 8
                return .real(Double(bitPattern: bits))
            case Kind.text: return number().flatMap { Int32(exactly: $0) }.map { .text($0) }
            default: return .integer(Int64(kind - Kind.small))
            }
        }

        mutating func number() -> Int64? {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while let next = byte(), shift < 64 {
                value |= UInt64(next & 0x7f) << shift
                if next < 0x80 {
                    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
                }
                shift += 7
            }
            return nil
        }

        mutating func text() -> String? {
            guard let length = number(), length >= 0, Int(length) <= bytes.count - place else {
                return nil
            }
            defer { place += Int(length) }
            return String(decoding: bytes[place..<place + Int(length)], as: UTF8.self)
        }

        private mutating func byte() -> UInt8? {
            guard place < bytes.count else { return nil }
            defer { place += 1 }
            return bytes[place]
        }
    }
}
