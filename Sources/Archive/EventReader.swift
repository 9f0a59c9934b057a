import Core
import Journal

/// Takes the fields of an event from its bytes, in order; nil when they run out.
struct EventReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) -> Value?
    {
        guard bytes.count - offset >= MemoryLayout<Value>.size else { return nil }
        defer { offset += MemoryLayout<Value>.size }
        return bytes.littleEndian(type, at: offset)
    }

    mutating func byte() -> UInt8? { integer(UInt8.self) }

    mutating func time() -> WallTime? {
        integer(Int64.self).map { WallTime(nanoseconds: $0) }
    }

    mutating func file() -> FileID? {
        integer(UInt64.self).flatMap { FileID($0) }
    }

    mutating func stream() -> StreamID? {
        guard let file = file(), let generation = integer(UInt32.self) else { return nil }
        return StreamID(file: file, generation: generation)
    }

    mutating func text() -> [UInt8]? {
        guard let count = integer(UInt16.self) else { return nil }
        return take(Int(count))
    }

    mutating func digest() -> Digest? {
        take(Digest.size).flatMap { Digest($0) }
    }

    private mutating func take(_ count: Int) -> [UInt8]? {
        guard bytes.count - offset >= count else { return nil }
        defer { offset += count }
        return Array(bytes[offset..<(offset + count)])
    }
}
