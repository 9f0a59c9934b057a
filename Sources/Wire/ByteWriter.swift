/// Little-endian values appended to a byte array.
package struct ByteWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    /// An empty writer with room for `capacity` bytes.
    package init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// A value in its own size.
    package mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// One byte, 0 or 1.
    package mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// The bytes as they are, without a length.
    package mutating func raw(_ value: some Sequence<UInt8>) { bytes.append(contentsOf: value) }

    /// A length of 16 bits, then the bytes; what does not fit is cut (callers bound their fields).
    package mutating func field(_ value: some Collection<UInt8>) {
        let length = min(value.count, Int(UInt16.max))
        integer(UInt16(length))
        bytes.append(contentsOf: value.prefix(length))
    }

    /// A text for people as a `field`; one above `limit` bytes is cut before a character, never inside.
    package mutating func text(_ value: String, limit: Int = Int(UInt16.max)) {
        let utf8 = Array(value.utf8)
        guard utf8.count > limit else { return field(utf8) }
        var end = limit
        while end > 0, utf8[end] & 0xc0 == 0x80 { end -= 1 }
        field(utf8[..<end])
    }
}
