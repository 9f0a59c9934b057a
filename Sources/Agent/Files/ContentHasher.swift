import Core
import TLS
import Tailing

/// SHA-256 by OpenSSL, for the hashes of blocks.
package final class ContentHasher: BlockHasher {
    private var hasher = SHA256Hasher()

    package init() {}

    package func reset() { hasher = SHA256Hasher() }

    package func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bytes) }

    package func digest() -> Digest { hasher.snapshot() }
}
