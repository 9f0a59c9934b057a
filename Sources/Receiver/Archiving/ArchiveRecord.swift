import Archive
import Core
import Journal
import Shipping
import Wire

/// The journal's records as this receiver writes and reads them (docs/storage.md).
///
/// ```
/// kind   1–31  an ArchiveEvent; its payload is the record's head
/// kind     32  a batch: head = time of receipt (8 bytes, nanoseconds since 1970), body = the payload of
///              the batch frame as it came, still compressed
/// ```
enum ArchiveRecord {
    static let batchKind: UInt8 = 32

    static func pending(_ entry: Ledger.Entry, received: WallTime) -> PendingRecord {
        let event: ArchiveEvent =
            switch entry {
            case .fileCreated(let file, let agent, let source, let path):
                .fileCreated(
                    file: file,
                    agent: agent,
                    source: source,
                    path: path,
                    received: received
                )
            case .generationBegan(let stream, let reason, let modified, let mode):
                .generationBegan(
                    stream: stream,
                    received: received,
                    modified: modified,
                    mode: mode,
                    reason: reason.rawValue
                )
            case .renamed(let file, let path):
                .renamed(file: file, path: path, received: received)
            case .letGo(let stream, let offset, let reason):
                .tombstone(stream: stream, offset: offset, digest: nil, reason: reason.rawValue)
            }
        return PendingRecord(kind: event.kind, head: event.payload)
    }

    static func pending(batch payload: [UInt8], received: WallTime) -> PendingRecord {
        var head = ByteWriter()
        head.integer(received.nanoseconds)
        return PendingRecord(kind: batchKind, head: head.bytes, body: payload[...])
    }

    /// What an event of a batch means to the archive; nil for those that only inform.
    static func event(_ event: FileEvent, received: WallTime) -> ArchiveEvent? {
        switch event.kind {
        case .renamed where event.path.isContained:
            .renamed(file: event.stream.file, path: event.path, received: received)
        case .deleted: .deleted(file: event.stream.file, received: received)
        case .closed: .closed(stream: event.stream, length: event.value)
        case .renamed, .truncated, .rotated, .finished, .gap: nil
        }
    }
}
