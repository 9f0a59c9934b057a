import Core
import SQL
import Tailing

/// The end of what was read of a stream: hashes block by block as more is read.
final class Frontier {
    let number: StreamNumber
    /// Bytes hashed so far.
    private(set) var length: UInt64
    private let checksum: RunningChecksum

    /// Goes on at `length`; the checksum has taken in exactly the last, partial block before it.
    init(_ number: StreamNumber, length: UInt64, checksum: RunningChecksum) {
        self.number = number
        self.length = length
        self.checksum = checksum
    }

    /// Takes in bytes that follow `length` and remembers the hashes of their blocks.
    func append(_ bytes: UnsafeRawBufferPointer, to store: CheckpointStore) throws(SQLError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int(min(UInt64(rest.count), Blocks.rest(at: length))))
            checksum.update(UnsafeRawBufferPointer(rebasing: part))
            let index = Blocks.index(of: length)
            length += UInt64(part.count)
            rest = rest.dropFirst(part.count)
            let isWhole = length.isMultiple(of: Blocks.size)
            // A partial block is remembered once, at the end of the bytes.
            if isWhole || rest.isEmpty { try store.setBlock(number, index, checksum.value) }
            if isWhole { checksum.reset() }
        }
        try store.setHashed(number, length)
    }
}
