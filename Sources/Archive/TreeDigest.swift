import Core

/// The digest of a file's content: SHA-256 over the SHA-256 of each MiB, in order.
///
/// The last block may be shorter. A file without bytes has no blocks: its digest is the SHA-256 of nothing.
struct TreeDigest<Hasher: BlockHasher> {
    private var hasher: Hasher
    private var blocks: [UInt8] = []
    private var blockCount = 0

    init(_ hasher: Hasher) { self.hasher = hasher }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Limits.blockBytes - blockCount)
            hasher.update(UnsafeRawBufferPointer(rebasing: part))
            blockCount += part.count
            rest = rest.dropFirst(part.count)
            if blockCount == Limits.blockBytes { closeBlock() }
        }
    }

    mutating func finish() -> Digest {
        if blockCount > 0 { closeBlock() }
        blocks.withUnsafeBytes { hasher.update($0) }
        return hasher.finish()
    }

    private mutating func closeBlock() {
        blocks.append(contentsOf: hasher.finish().bytes)
        blockCount = 0
    }
}
