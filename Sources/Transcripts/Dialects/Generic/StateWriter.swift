/// Writes the state of a dialect: numbers as LEB128, texts with their length in front.
struct StateWriter {
    private(set) var bytes: [UInt8] = []

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func signed(_ value: Int64) {
        number(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Bytes without their length, for the end of a state.
    mutating func rest(_ value: [UInt8]) { bytes += value }

    mutating func text(_ value: String) {
        number(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    mutating func optional<Value>(_ value: Value?, _ body: (inout StateWriter, Value) -> Void) {
        bool(value != nil)
        if let value { body(&self, value) }
    }

    mutating func list<List: Collection>(
        _ values: List,
        _ body: (inout StateWriter, List.Element) -> Void
    ) {
        number(UInt64(values.count))
        for value in values { body(&self, value) }
    }
}
