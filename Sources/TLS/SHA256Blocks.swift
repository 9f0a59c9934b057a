import Core

/// SHA-256 values of one block after another.
///
/// Not Sendable: it belongs to one thread.
package final class SHA256Blocks {
    private var hasher = SHA256Hasher()

    package init() {}

    /// Adds bytes to the current block; a block may come in any number of parts.
    package func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bytes) }

    /// The digest of everything since the last call; the next one starts from nothing.
    package func finish() -> Digest {
        let digest = hasher.snapshot()
        hasher = SHA256Hasher()
        return digest
    }
}
