import Catalog
import Core
import Transcripts

/// How far the rows of a compressed file are, and what is told of its frames.
struct CompressedWork {
    /// The kind of the entry that tells what is wrong with a frame; it goes when the frame is completed.
    static let faultKind = "zstd_frame"

    let source: IngestSource
    var state: CompressedState
    var parsedOffset: UInt64
    var lines: UInt64
    /// Whether what was told of the file's frames is not true any more.
    private var isStale: Bool
    /// What the rows have.
    private var stored: (offset: UInt64, state: [UInt8])

    /// `known`: the state of the position; nil for a file from its start.
    init(_ source: IngestSource, _ position: FilePosition, _ known: CompressedState?) {
        self.source = source
        state = known ?? CompressedState()
        parsedOffset = known == nil ? 0 : position.parsedOffset
        lines = known == nil ? 0 : position.lines
        // A file that is read anew may have told something before.
        isStale = known == nil
        stored = (position.parsedOffset, position.state)
    }

    /// Content up to `next` is in the rows.
    mutating func advance(to next: UInt64, _ reader: [UInt8], _ content: CompressedContent) {
        let frame = content.position(of: next)
        parsedOffset = frame.file
        state.frameContent = frame.content
        state.next = next
        state.reader = reader
    }

    /// The batch that says how far it is.
    mutating func batch(_ items: [FileBatch.Item] = []) -> FileBatch {
        defer { isStale = false }
        stored = (parsedOffset, state.bytes)
        return FileBatch(
            stream: source.stream,
            items: items,
            parsedOffset: parsedOffset,
            lines: lines,
            readerState: stored.state,
            received: source.received,
            withdrawn: isStale ? CompressedWork.faultKind : nil
        )
    }

    /// The batch of records that were read: a frame that was cut off has grown.
    mutating func batch(read items: [FileBatch.Item]) -> FileBatch {
        isStale = isStale || state.fault != .none
        state.fault = .none
        return batch(items)
    }

    /// Takes note of how the file ends.
    ///
    /// - Returns: what is to be stored of it; nil when nothing is new.
    mutating func finish(_ ending: CompressedContent.Ending, at end: UInt64) -> FileBatch? {
        let former = state.fault
        var reason = ""
        // While the file is on its way, each of its ends but the last is in the middle of a frame.
        let isLast = source.isClosed || source.isVerified
        switch ending {
        case .whole: state.fault = .none
        case .cutOff:
            state.fault = isLast ? .cutOff : .none
            reason = "the zstd frame is cut off: the file ends at byte \(source.held)"
        case .damaged(let fault):
            state.fault = .damaged
            reason = "the zstd frame cannot be read on: \(fault)"
        }
        if source.isClosed || state.fault == .damaged { parsedOffset = source.held }
        guard state.fault != former else {
            return stored == (parsedOffset, state.bytes) ? nil : batch()
        }
        isStale = true
        guard state.fault != .none else { return batch() }
        var entry = Entry(
            position: RecordPosition(offset: end, length: 0),
            kind: CompressedWork.faultKind
        )
        entry.status = .malformed
        entry.reason = reason
        return batch([FileBatch.Item(entry)])
    }
}
