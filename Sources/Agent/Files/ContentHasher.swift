import Core
import TLS
import Tailing

/// SHA-256 by OpenSSL, for the hashes of blocks.
package final class ContentHasher: BlockHasher {
    private var hasher = SHA256Hasher()

    package init() {}

    /// Forgets what was added.
    package func reset() { hasher = SHA256Hasher() }

    /// Adds the next bytes of the block.
    package func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bytes) }

    /// The digest of what was added so far; more may follow.
    package func digest() -> Digest { hasher.snapshot() }
}
