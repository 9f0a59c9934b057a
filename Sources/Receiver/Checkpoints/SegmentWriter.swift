import Catalog
import Core
import Platform
import TLS

/// Writes the lines of one table of a checkpoint; it belongs to one thread.
final class SegmentWriter {
    private static let bufferBytes = 1 << 20

    private(set) var segment: CheckpointManifest.Segment
    private let file: any DiskFile
    private let hash = SHA256Blocks()
    private var buffer: [UInt8] = []

    init(_ file: any DiskFile, _ segment: CheckpointManifest.Segment) {
        self.file = file
        self.segment = segment
    }

    func add(_ row: FeedRow) throws(SystemError) {
        FeedJSON.append(row, to: &buffer)
        buffer.append(UInt8(ascii: "\n"))
        if row.isDeletion { segment.deletions += 1 } else { segment.rows += 1 }
        segment.firstRev = segment.firstRev == 0 ? row.rev : min(segment.firstRev, row.rev)
        segment.lastRev = max(segment.lastRev, row.rev)
        if buffer.count >= SegmentWriter.bufferBytes { try drain() }
    }

    /// Everything up to this rev was added.
    func reached(_ through: Int64) { segment.through = max(segment.through, through) }

    /// Makes the lines durable; nothing is added any more.
    func finish() throws(SystemError) {
        try drain()
        try file.synchronize()
        segment.sha256 = hash.finish().description
    }

    private func drain() throws(SystemError) {
        try buffer.withUnsafeBufferPointer { (lines) throws(SystemError) in
            let bytes = UnsafeRawBufferPointer(lines)
            try file.write(bytes, at: segment.bytes)
            hash.update(bytes)
        }
        segment.bytes += UInt64(buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }
}
