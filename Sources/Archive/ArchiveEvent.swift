import Core
import Journal

/// What happens to the archive, besides bytes: the payload of journal records and manifest records.
///
/// An event is one record whose kind is the event's number below. Its payload begins with the version,
/// 1; integers are little-endian; times are nanoseconds since 1970; a stream is file (8) and generation
/// (4); text and paths are a length (2) and their bytes; a digest is 32 bytes.
/// ```
/// kind  event            payload behind the version
///    1  fileCreated      file 8, agent 16 (high, low), received 8, source, path
///    2  generationBegan  stream 12, received 8, modified 8, mode 4, reason 1
///    3  renamed          file 8, received 8, path
///    4  deleted          file 8, received 8
///    5  closed           stream 12, length 8
///    6  verified         stream 12, length 8, digest 32
///    7  held             stream 12, length 8, received 8             manifest only
///    8  tombstone        stream 12, offset 8, reason 1, digest 32 or nothing
///    9  applied          journal sequence 8, durable bytes 8         manifest only
/// ```
/// Kinds 10 to 31 are kept for further events; the journal's other records use 32 and above.
package enum ArchiveEvent: Sendable, Hashable {
    /// The receiver minted an id for a path of one of an agent's sources.
    case fileCreated(
        file: FileID,
        agent: AgentID,
        source: String,
        path: BytePath,
        received: WallTime
    )
    /// A file begins a content: its first, or one that replaces the last.
    case generationBegan(
        stream: StreamID,
        received: WallTime,
        modified: WallTime,
        mode: UInt32,
        reason: UInt8
    )
    /// The file has another path now.
    case renamed(file: FileID, path: BytePath, received: WallTime)
    /// The file is gone from the workstation; the archive keeps it.
    case deleted(file: FileID, received: WallTime)
    /// The generation ends at `length`.
    case closed(stream: StreamID, length: UInt64)
    /// Both sides computed the same digest over the first `length` bytes.
    case verified(stream: StreamID, length: UInt64, digest: Digest)
    /// So many bytes are durable in the object.
    case held(stream: StreamID, length: UInt64, received: WallTime)
    /// The bytes were let go at `offset`; nothing of the generation is taken again.
    case tombstone(stream: StreamID, offset: UInt64, digest: Digest?, reason: UInt8)
    /// The journal is in the archive up to `sequence`, provided that all records of the manifest from
    /// `durableBytes` on to this one are there; those before were durable when this was written.
    case applied(sequence: UInt64, durableBytes: UInt64)

    /// The kinds that a journal may hold as events.
    package static let kinds: ClosedRange<UInt8> = 1...31

    /// The record's kind.
    package var kind: UInt8 {
        switch self {
        case .fileCreated: 1
        case .generationBegan: 2
        case .renamed: 3
        case .deleted: 4
        case .closed: 5
        case .verified: 6
        case .held: 7
        case .tombstone: 8
        case .applied: 9
        }
    }
}

// Bytes.
extension ArchiveEvent {
    private static let version: UInt8 = 1

    /// The payload of the record.
    package var payload: [UInt8] {
        var bytes: [UInt8] = [ArchiveEvent.version]
        switch self {
        case .fileCreated(let file, let agent, let source, let path, let received):
            bytes.append(littleEndian: file.rawValue)
            bytes.append(littleEndian: agent.high)
            bytes.append(littleEndian: agent.low)
            bytes.append(littleEndian: received.nanoseconds)
            bytes.append(text: source.utf8)
            bytes.append(text: path.bytes)
        case .generationBegan(let stream, let received, let modified, let mode, let reason):
            bytes.append(stream)
            bytes.append(littleEndian: received.nanoseconds)
            bytes.append(littleEndian: modified.nanoseconds)
            bytes.append(littleEndian: mode)
            bytes.append(reason)
        case .renamed(let file, let path, let received):
            bytes.append(littleEndian: file.rawValue)
            bytes.append(littleEndian: received.nanoseconds)
            bytes.append(text: path.bytes)
        case .deleted(let file, let received):
            bytes.append(littleEndian: file.rawValue)
            bytes.append(littleEndian: received.nanoseconds)
        case .closed(let stream, let length):
            bytes.append(stream)
            bytes.append(littleEndian: length)
        case .verified(let stream, let length, let digest):
            bytes.append(stream)
            bytes.append(littleEndian: length)
            bytes.append(contentsOf: digest.bytes)
        case .held(let stream, let length, let received):
            bytes.append(stream)
            bytes.append(littleEndian: length)
            bytes.append(littleEndian: received.nanoseconds)
        case .tombstone(let stream, let offset, let digest, let reason):
            bytes.append(stream)
            bytes.append(littleEndian: offset)
            bytes.append(reason)
            bytes.append(contentsOf: digest?.bytes ?? [])
        case .applied(let sequence, let durableBytes):
            bytes.append(littleEndian: sequence)
            bytes.append(littleEndian: durableBytes)
        }
        return bytes
    }

    /// Reads the payload of a record; nil for an unknown kind or version, and for bytes that do not fit.
    package init?(kind: UInt8, payload: UnsafeRawBufferPointer) {
        var reader = EventReader(payload)
        guard reader.byte() == ArchiveEvent.version, let event = ArchiveEvent(kind, &reader),
            reader.isAtEnd
        else { return nil }
        self = event
    }

    private init?(_ kind: UInt8, _ reader: inout EventReader) {
        switch kind {
        case 1:
            guard let file = reader.file(), let high = reader.integer(UInt64.self),
                let low = reader.integer(UInt64.self), let received = reader.time(),
                let source = reader.text(), let path = reader.text()
            else { return nil }
            self = .fileCreated(
                file: file,
                agent: AgentID(high: high, low: low),
                source: String(decoding: source, as: UTF8.self),
                path: BytePath(path),
                received: received
            )
        case 2:
            guard let stream = reader.stream(), let received = reader.time(),
                let modified = reader.time(), let mode = reader.integer(UInt32.self),
                let reason = reader.byte()
            else { return nil }
            self = .generationBegan(
                stream: stream,
                received: received,
                modified: modified,
                mode: mode,
                reason: reason
            )
        case 3:
            guard let file = reader.file(), let received = reader.time(), let path = reader.text()
            else { return nil }
            self = .renamed(file: file, path: BytePath(path), received: received)
        case 4:
            guard let file = reader.file(), let received = reader.time() else { return nil }
            self = .deleted(file: file, received: received)
        case 9:
            guard let sequence = reader.integer(UInt64.self),
                let durableBytes = reader.integer(UInt64.self)
            else { return nil }
            self = .applied(sequence: sequence, durableBytes: durableBytes)
        default:
            guard let stream = reader.stream(), let length = reader.integer(UInt64.self)
            else { return nil }
            self.init(kind, stream, length, &reader)
        }
    }

    /// The events that begin with a stream and a number of bytes.
    private init?(_ kind: UInt8, _ stream: StreamID, _ length: UInt64, _ reader: inout EventReader)
    {
        switch kind {
        case 5:
            self = .closed(stream: stream, length: length)
        case 6:
            guard let digest = reader.digest() else { return nil }
            self = .verified(stream: stream, length: length, digest: digest)
        case 7:
            guard let received = reader.time() else { return nil }
            self = .held(stream: stream, length: length, received: received)
        case 8:
            guard let reason = reader.byte() else { return nil }
            let digest = reader.digest()
            self = .tombstone(stream: stream, offset: length, digest: digest, reason: reason)
        default:
            return nil
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ stream: StreamID) {
        append(littleEndian: stream.file.rawValue)
        append(littleEndian: stream.generation)
    }

    fileprivate mutating func append(text: some Collection<UInt8>) {
        precondition(text.count <= Int(UInt16.max), "texts of events are bounded by the wire")
        append(littleEndian: UInt16(text.count))
        append(contentsOf: text)
    }
}
