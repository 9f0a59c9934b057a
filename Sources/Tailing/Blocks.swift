import Core

/// Arithmetic of the blocks of 1 MiB that content is hashed and digested by.
package enum Blocks {
    /// Bytes of a whole block.
    package static let size = UInt64(Limits.blockBytes)

    /// How many blocks `length` bytes touch; none for an empty file.
    package static func count(_ length: UInt64) -> Int {
        Int((length + size - 1) / size)
    }

    /// The block in which `offset` stands.
    package static func index(of offset: UInt64) -> Int { Int(offset / size) }

    /// Where the block of `offset` starts.
    package static func start(of offset: UInt64) -> UInt64 { offset / size * size }

    /// Bytes from `offset` to the end of its block.
    package static func rest(at offset: UInt64) -> UInt64 { size - offset % size }
}
