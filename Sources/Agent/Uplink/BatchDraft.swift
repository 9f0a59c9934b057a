import Core
import Tailing
import Wire

/// A batch while it is being put together.
struct BatchDraft {
    /// What to remember when the receiver has the events of a batch.
    struct Note {
        var stream: StreamNumber
        /// The receiver knows the stream as of this revision.
        var revision: Int64
        /// The stream leaves the position digest.
        var closes: Bool
    }

    var chunks: [(stream: StreamNumber, chunk: Chunk, end: ReadPosition)] = []
    var events: [FileEvent] = []
    var notes: [Note] = []
    private(set) var rawCount = 0

    var isEmpty: Bool { chunks.isEmpty && events.isEmpty }

    /// Whether another chunk of any size still fits; a batch is meant to be small, so that a live line
    /// never waits long behind one.
    var hasRoom: Bool {
        rawCount <= BatchDraft.wanted / 2 && chunks.count + events.count + 8 < Limits.batchEntries
    }

    /// Bytes that a batch is filled up to.
    static let wanted = Limits.chunkBytes
    /// Bytes that the buffer for a batch needs.
    static let bufferBytes = wanted / 2 + Limits.chunkBytes

    mutating func add(
        _ bytes: UnsafeRawBufferPointer,
        of stream: StreamNumber,
        as remote: StreamID,
        at offset: UInt64,
        end: ReadPosition,
        into buffer: UnsafeMutableRawBufferPointer
    ) {
        UnsafeMutableRawBufferPointer(rebasing: buffer[rawCount...]).copyMemory(from: bytes)
        rawCount += bytes.count
        chunks.append((stream, Chunk(stream: remote, offset: offset, length: bytes.count), end))
    }

    /// The payload of the batch frame.
    func payload(_ buffer: UnsafeMutableRawBufferPointer) -> [UInt8] {
        var payload = Batch(chunks: chunks.map(\.chunk), events: events).encodedTable()
        if rawCount > 0 {
            LZ4.compress(
                UnsafeRawBufferPointer(rebasing: buffer[..<rawCount]),
                appendingTo: &payload
            )
        }
        return payload
    }
}
