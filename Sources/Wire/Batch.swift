import Core

/// Bytes of one stream inside a batch.
package struct Chunk: Hashable, Sendable {
    package var stream: StreamID
    package var offset: UInt64
    /// At most `Limits.chunkBytes`.
    package var length: Int

    package init(stream: StreamID, offset: UInt64, length: Int) {
        self.stream = stream
        self.offset = offset
        self.length = length
    }

    package var end: UInt64 { offset + UInt64(length) }
}

/// Something that happened to a file on the workstation.
package struct FileEvent: Hashable, Sendable {
    /// What happened; the raw values are the protocol's.
    package enum Kind: UInt8, Sendable {
        /// The file was cut; what follows is the next generation. `value`: its new size.
        case truncated = 1
        /// Another file took the path. `value`: unused.
        case rotated = 2
        /// The file has the new path `path`.
        case renamed = 3
        /// The file's last name is gone.
        case deleted = 4
        /// The stream has its final length `value` for now: nothing was written for a while.
        case finished = 5
        /// Nothing will ever follow; the stream leaves the position digest. `value`: its final length.
        case closed = 6
        /// `value` bytes at the end of the stream were overwritten or deleted before they could be read.
        case gap = 7
    }

    package var kind: Kind
    package var stream: StreamID
    package var value: UInt64
    /// Relative to the source's root; only of `renamed`.
    package var path: BytePath

    package init(_ kind: Kind, _ stream: StreamID, value: UInt64 = 0, path: BytePath = "") {
        self.kind = kind
        self.stream = stream
        self.value = value
        self.path = path
    }
}

/// The table of a batch: which bytes of which streams, and what happened to files.
///
/// ```
/// u32 chunks, u32 events, u32 raw         raw: bytes of all chunks together, uncompressed
/// chunk:  u64 file, u32 generation, u32 length, u64 offset
/// event:  u8 kind, u64 file, u32 generation, u64 value, u16 length, path
/// body:   one LZ4 frame with content size and content checksum; nothing when raw is 0
/// ```
/// The chunks' bytes stand in the frame one after another, in the order of the table. The chunks of a batch
/// are applied before its events.
package struct Batch: Hashable, Sendable {
    package var chunks: [Chunk]
    package var events: [FileEvent]

    package init(chunks: [Chunk] = [], events: [FileEvent] = []) {
        self.chunks = chunks
        self.events = events
    }

    package var isEmpty: Bool { chunks.isEmpty && events.isEmpty }

    /// Bytes of all chunks together.
    package var rawBytes: Int { chunks.reduce(0) { $0 + $1.length } }

    /// The table's bytes; the LZ4 frame follows them.
    package func encodedTable() -> [UInt8] {
        var writer = ByteWriter(reserving: 12 + chunks.count * 24 + events.count * 32)
        writer.integer(UInt32(chunks.count))
        writer.integer(UInt32(events.count))
        writer.integer(UInt32(rawBytes))
        for chunk in chunks {
            writer.integer(chunk.stream.file.rawValue)
            writer.integer(chunk.stream.generation)
            writer.integer(UInt32(chunk.length))
            writer.integer(chunk.offset)
        }
        for event in events {
            writer.integer(event.kind.rawValue)
            writer.integer(event.stream.file.rawValue)
            writer.integer(event.stream.generation)
            writer.integer(event.value)
            writer.field(event.path.bytes)
        }
        return writer.bytes
    }

    /// Reads a batch's table.
    ///
    /// - Parameter payload: the whole payload of the frame.
    /// - Returns: the table and where the LZ4 frame begins.
    /// - Throws: `WireError` when the table is not exactly as specified.
    package static func decode(
        _ payload: UnsafeRawBufferPointer
    ) throws(WireError) -> (batch: Batch, body: Int) {
        var reader = ByteReader(payload)
        let chunkCount = Int(try reader.integer(UInt32.self))
        let eventCount = Int(try reader.integer(UInt32.self))
        let raw = Int(try reader.integer(UInt32.self))
        guard chunkCount + eventCount <= Limits.batchEntries else {
            throw .malformed("\(chunkCount + eventCount) entries in one batch")
        }
        guard raw <= Limits.batchBytes else { throw .malformed("\(raw) bytes in one batch") }
        var batch = Batch()
        batch.chunks.reserveCapacity(chunkCount)
        for _ in 0..<chunkCount { batch.chunks.append(try Chunk(&reader)) }
        for _ in 0..<eventCount { batch.events.append(try FileEvent(&reader)) }
        guard batch.rawBytes == raw else { throw .malformed("chunks that do not add up") }
        if raw == 0 { try reader.end() }
        return (batch, reader.index)
    }
}

extension Chunk {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let stream = try streamID(&reader)
        let length = Int(try reader.integer(UInt32.self))
        let offset: UInt64 = try reader.integer()
        guard (1...Limits.chunkBytes).contains(length) else {
            throw .malformed("a chunk of \(length) bytes")
        }
        guard offset <= UInt64(Int64.max) - UInt64(length) else {
            throw .malformed("an offset beyond 2^63")
        }
        self.init(stream: stream, offset: offset, length: length)
    }
}

extension FileEvent {
    fileprivate init(_ reader: inout ByteReader) throws(WireError) {
        let raw: UInt8 = try reader.integer()
        guard let kind = Kind(rawValue: raw) else { throw .malformed("event kind \(raw)") }
        let stream = try streamID(&reader)
        let value = try reader.offset()
        let path = BytePath(try reader.field(limit: Limits.pathBytes))
        self.init(kind, stream, value: value, path: path)
    }
}

private func streamID(_ reader: inout ByteReader) throws(WireError) -> StreamID {
    let file: UInt64 = try reader.integer()
    let generation: UInt32 = try reader.integer()
    guard let file = FileID(file), generation > 0 else {
        throw .malformed("a stream without file id or generation")
    }
    return StreamID(file: file, generation: generation)
}
