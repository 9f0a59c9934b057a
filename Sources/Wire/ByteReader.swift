/// Little-endian values taken from the front of bytes that somebody else owns.
///
/// Every read is bounded; a read beyond the end throws `.truncated` and takes nothing.
package struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    /// Where the next value is read.
    package private(set) var index = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var remaining: Int { bytes.count - index }

    /// A value of its own size.
    package mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(WireError) -> Value {
        let size = MemoryLayout<Value>.size
        guard remaining >= size else { throw .truncated }
        defer { index += size }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: type))
    }

    /// A length or a position in a file: 64 bits, at most 2^63 - 1, as file systems have it.
    package mutating func offset() throws(WireError) -> UInt64 {
        let value: UInt64 = try integer()
        guard value <= UInt64(Int64.max) else { throw .malformed("an offset beyond 2^63") }
        return value
    }

    /// One byte that must be 0 or 1.
    package mutating func bool() throws(WireError) -> Bool {
        switch try integer(UInt8.self) {
        case 0: return false
        case 1: return true
        default: throw .malformed("a flag that is neither 0 nor 1")
        }
    }

    /// Exactly `count` bytes.
    package mutating func raw(_ count: Int) throws(WireError) -> [UInt8] {
        guard count >= 0, remaining >= count else { throw .truncated }
        defer { index += count }
        return Array(bytes[index..<(index + count)])
    }

    /// A length of 16 bits, then that many bytes; more than `limit` is refused before anything is copied.
    package mutating func field(limit: Int) throws(WireError) -> [UInt8] {
        let length = Int(try integer(UInt16.self))
        guard length <= limit else {
            throw .malformed("a field of \(length) bytes, at most \(limit)")
        }
        return try raw(length)
    }

    /// As `field`, and it must be valid UTF-8.
    package mutating func text(limit: Int) throws(WireError) -> String {
        guard let text = String(validating: try field(limit: limit), as: UTF8.self) else {
            throw .malformed("a text that is not UTF-8")
        }
        return text
    }

    /// Refuses bytes that nothing has read.
    package func end() throws(WireError) {
        guard remaining == 0 else { throw .malformed("\(remaining) bytes behind the message") }
    }
}
