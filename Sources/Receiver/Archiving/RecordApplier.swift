import Archive
import Core
import Journal
import Platform
import Wire

/// Applies journal records to the archive, in their order; applying one twice changes nothing.
///
/// It belongs to the archivist's thread, and at start to the thread that recovers.
final class RecordApplier {
    let archive: Archive
    private let decompressor: LZ4Decompressor
    private let scratch: UnsafeMutableRawBufferPointer
    /// Streams whose bytes or state changed since `takeFresh`.
    private var fresh: Set<StreamID> = []
    /// Raw bytes written since the last sync.
    private(set) var bytesWritten = 0
    /// Records that made no sense although their checksum was right.
    private(set) var unusable = 0

    init(_ archive: Archive) throws(OperatorError) {
        self.archive = archive
        do throws(WireError) {
            decompressor = try LZ4Decompressor()
        } catch {
            throw OperatorError(.internal, "cannot make an LZ4 context", cause: error.description)
        }
        scratch = .allocate(byteCount: Limits.batchBytes, alignment: 16)
    }

    deinit { scratch.deallocate() }

    /// Begins to count the bytes anew: they are synced.
    func synced() { bytesWritten = 0 }

    /// Streams that changed since the last call, for the rows.
    func takeFresh() -> Set<StreamID> {
        defer { fresh = [] }
        return fresh
    }

    /// The stream's state changed beside the journal.
    func note(_ stream: StreamID) { fresh.insert(stream) }

    /// - Throws: `.storage` when the archive cannot be written; the record may be applied again.
    func apply(_ record: StoredRecord) throws(OperatorError) {
        if record.kind == ArchiveRecord.batchKind {
            try applyBatch(record)
        } else if let event = ArchiveEvent(kind: record.kind, payload: record.head) {
            _ = try archive.apply(event)
            switch event {
            case .generationBegan(let stream, _, _, _, _), .tombstone(let stream, _, _, _):
                fresh.insert(stream)
            default: break
            }
        } else {
            skip(record)
        }
    }

    /// Never expected; said aloud, as what is in it was acknowledged.
    private func skip(_ record: StoredRecord) {
        unusable += 1
        Log.error("the journal's record \(record.sequence) makes no sense and is left out")
    }

    private func applyBatch(_ record: StoredRecord) throws(OperatorError) {
        let batch: Batch
        let received: WallTime
        do throws(WireError) {
            var reader = ByteReader(record.head)
            received = WallTime(nanoseconds: try reader.integer())
            let body: Int
            (batch, body) = try Batch.decode(record.body)
            if batch.rawBytes > 0 {
                try decompressor.decompress(
                    UnsafeRawBufferPointer(rebasing: record.body[body...]),
                    into: UnsafeMutableRawBufferPointer(rebasing: scratch[..<batch.rawBytes]),
                    checksum: false
                )
            }
        } catch {
            // The listener unpacked it before it was journaled, and the journal's checksum is right.
            return skip(record)
        }
        var start = 0
        for chunk in batch.chunks {
            let bytes = UnsafeRawBufferPointer(rebasing: scratch[start..<(start + chunk.length)])
            start += chunk.length
            _ = try archive.append(
                stream: chunk.stream,
                offset: chunk.offset,
                bytes: bytes,
                received: received
            )
            fresh.insert(chunk.stream)
            bytesWritten += chunk.length
        }
        for event in batch.events {
            fresh.insert(event.stream)
            if let event = ArchiveRecord.event(event, received: received) {
                _ = try archive.apply(event)
            }
        }
    }
}
