import Core

/// An offset in a stream with the hash of the bytes before it, which proves that the file is still the same.
package struct ReadPosition: Hashable, Sendable {
    package var offset: UInt64
    /// XXH3-64 of up to `Limits.guardBytes` bytes that end at `offset`.
    package var check: UInt64

    package init(offset: UInt64, check: UInt64) {
        self.offset = offset
        self.check = check
    }

    /// The start of any file.
    package static let start = ReadPosition(offset: 0, check: Checksum.xxh3([]))

    /// Bytes that the guard of `offset` covers.
    package static func guardLength(at offset: UInt64) -> Int {
        Int(min(offset, UInt64(Limits.guardBytes)))
    }

    /// The position at the end of `bytes`, which end at `offset` in the file.
    ///
    /// There must be at least `guardLength(at: offset)` bytes.
    package init(offset: UInt64, endOf bytes: UnsafeRawBufferPointer) {
        let length = ReadPosition.guardLength(at: offset)
        self.offset = offset
        self.check = Checksum.xxh3(UnsafeRawBufferPointer(rebasing: bytes.suffix(length)))
    }

    /// Whether `bytes`, which were read just before the offset, are those that the guard covers.
    package func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count == ReadPosition.guardLength(at: offset) && Checksum.xxh3(bytes) == check
    }
}
