import Core

/// The digest of a content that comes in pieces: SHA-256 over the SHA-256 of each MiB, in order.
///
/// The last block may be shorter. A content without bytes has no blocks: its digest is the SHA-256 of
/// nothing. Not Sendable: it belongs to one thread.
package struct SHA256Tree {
    private let hasher: SHA256Blocks
    private var blocks: [UInt8] = []
    /// Bytes of the block that is not whole yet.
    private var blockCount = 0

    /// A tree of nothing; `hasher` is used by nobody else until `finish`, and is fresh again then.
    package init(_ hasher: SHA256Blocks = SHA256Blocks()) { self.hasher = hasher }

    /// Takes the next bytes, of any number.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Limits.blockBytes - blockCount)
            hasher.update(UnsafeRawBufferPointer(rebasing: part))
            blockCount += part.count
            rest = rest.dropFirst(part.count)
            if blockCount == Limits.blockBytes { closeBlock() }
        }
    }

    /// The digest of everything that came; after it the tree is one of nothing again.
    package mutating func finish() -> Digest {
        if blockCount > 0 { closeBlock() }
        blocks.withUnsafeBytes { hasher.update($0) }
        blocks = []
        return hasher.finish()
    }

    private mutating func closeBlock() {
        blocks.append(contentsOf: hasher.finish().bytes)
        blockCount = 0
    }
}
