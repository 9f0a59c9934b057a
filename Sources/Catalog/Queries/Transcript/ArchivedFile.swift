import Core

/// A generation of a file whose bytes are in the archive.
package struct ArchivedFile: Sendable, Hashable {
    package var stream: StreamID
    package var source: String
    /// Relative to the source's root, bytes that are no UTF-8 replaced.
    package var path: String
    /// Bytes in the archive.
    package var held: UInt64
}
