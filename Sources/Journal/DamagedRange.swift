import Core

/// Bytes of a stored file in which no valid record was found.
package struct DamagedRange: Sendable, Hashable, CustomStringConvertible {
    /// Below the storage folder.
    package let file: BytePath
    /// Bytes from the start of the file.
    package let offset: UInt64
    /// Bytes.
    package let length: UInt64

    /// A range of `length` bytes from `offset` on.
    package init(file: BytePath, offset: UInt64, length: UInt64) {
        self.file = file
        self.offset = offset
        self.length = length
    }

    /// File and bytes, for people.
    package var description: String { "\(file): \(length) bytes at offset \(offset)" }
}
