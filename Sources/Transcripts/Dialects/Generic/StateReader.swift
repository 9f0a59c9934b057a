/// Reads what `StateWriter` wrote; anything else ends in nil, never in a trap.
struct StateReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether everything was read.
    var isAtEnd: Bool { position == bytes.count }

    mutating func number() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    /// What was not read yet.
    mutating func rest() -> [UInt8] {
        defer { position = bytes.count }
        return Array(bytes[position...])
    }

    mutating func signed() -> Int64? {
        number().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }

    mutating func bool() -> Bool? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position] != 0
    }

    mutating func text() -> String? {
        guard let count = number(), count <= UInt64(bytes.count - position) else { return nil }
        defer { position += Int(count) }
        return String(decoding: bytes[position..<position + Int(count)], as: UTF8.self)
    }

    /// Nil when the bytes are wrong; `.some(nil)` for a value that is not there.
    mutating func optional<Value>(_ body: (inout StateReader) -> Value?) -> Value?? {
        guard let isThere = bool() else { return nil }
        guard isThere else { return .some(nil) }
        guard let value = body(&self) else { return nil }
        return .some(value)
    }

    mutating func list<Value>(_ body: (inout StateReader) -> Value?) -> [Value]? {
        guard let count = number(), count <= UInt64(bytes.count - position) else { return nil }
        var values: [Value] = []
        for _ in 0..<count {
            guard let value = body(&self) else { return nil }
            values.append(value)
        }
        return values
    }
}
