import Core
import TLS
import Tailing

/// The digest of a content as the wire has it: SHA-256 over the SHA-256 of each MiB, in order.
///
/// It takes the bytes from the first one on, in pieces of any size, and little memory.
package final class ContentDigest {
    private var block = SHA256Hasher()
    private var tree = SHA256Hasher()
    /// Bytes taken in so far.
    package private(set) var length: UInt64 = 0

    package init() {}

    /// Takes the next bytes.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int(min(UInt64(rest.count), Blocks.rest(at: length))))
            block.update(UnsafeRawBufferPointer(rebasing: part))
            length += UInt64(part.count)
            rest = rest.dropFirst(part.count)
            if length.isMultiple(of: Blocks.size) { endBlock() }
        }
    }

    /// The digest of everything that was taken in; nothing may follow.
    package func finish() -> Digest {
        if !length.isMultiple(of: Blocks.size) { endBlock() }
        return tree.snapshot()
    }

    private func endBlock() {
        tree.update(block.snapshot().bytes)
        block = SHA256Hasher()
    }
}
