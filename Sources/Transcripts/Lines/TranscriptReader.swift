import Core

/// Reads one file of records, fed in any pieces, into entries.
///
/// Bytes are handed in from where the last call stopped. A complete line is read at once, and so is a complete
/// object at the end of what is there, whose newline has not come yet; what then comes on its line is a further
/// record of it. So the entries do not depend on how the bytes were cut. One thread at a time.
package final class TranscriptReader {
    /// Bytes of a record that is read whole; of a longer one its envelope is read.
    package static let window = 8 << 20
    /// Bytes of a document that is read.
    package static let documentLimit = 64 << 20
    /// How many records the guess of a file's tool may take.
    static let guesses = 16
    /// A parser that grew beyond this gives its memory back.
    static let keptBytes = 1 << 20

    let context: FileContext
    let parser: JSONParser
    let window: Int
    var splitter = LineSplitter()
    var tolerant = TolerantJSON()

    var choice: DialectChoice?
    var guessesLeft = TranscriptReader.guesses
    var dialect: (any Dialect)?
    /// Which record of the line comes next.
    var ordinal = 0
    /// NUL bytes before it, since the line's start or the last record.
    var nuls: UInt64 = 0
    /// The record longer than the window that is being read.
    var long: LongRecord?
    /// What was found in the end of the bytes the last time, to look at no byte twice.
    var tail = TailTracker()
    var offset: UInt64 = 0

    /// The time of the first record in the file's order that has one.
    package internal(set) var firstTimestamp: WallTime?

    /// A reader of a file from its start, or from where one with this `state` stopped.
    ///
    /// - Parameters:
    ///   - context: which file it is.
    ///   - parser: shared by the readers of a thread.
    ///   - state: what `state` gave; empty for the start. One of another version counts as empty.
    ///   - window: bytes of a record that is read whole; all readers of a file have the same.
    package init(
        context: FileContext,
        parser: JSONParser,
        state: [UInt8],
        window: Int = TranscriptReader.window
    ) {
        self.context = context
        self.window = window
        self.parser = parser
        if !restore(state) {
            choice = DialectChoice.lines(context)
            dialect = choice?.records(context, [])
        }
    }

    /// What the rows of the file are filed under, as far as it is known.
    package var tool: Tool { dialect?.tool ?? choice?.tool ?? .other }

    /// Whether a record longer than the window is being read.
    ///
    /// `state` then belongs to `resumeOffset`, where that record begins.
    package var isInside: Bool { long != nil }

    /// The offset that `state` goes on from in another reader: the end of what was consumed, but the beginning of
    /// a record that is longer than the window while it is being read.
    package var resumeOffset: UInt64 { long?.start ?? offset }

    /// Reads what is there.
    ///
    /// - Parameters:
    ///   - bytes: from where the last call stopped; `JSONParser.padding` readable bytes stand behind them. To be
    ///     sure that something is consumed, hand in more than `window` bytes or a whole line.
    ///   - offset: of the first byte in the file's generation.
    ///   - emit: takes the entries, in their order.
    /// - Returns: the bytes that were consumed; the rest is to be handed in again, with more behind it.
    package func read(
        _ bytes: UnsafeRawBufferPointer,
        at offset: UInt64,
        emit: (Entry) -> Void
    ) -> Int {
        run(bytes, at: offset, isEnd: false, emit)
    }

    /// Reads the last bytes of a file that will not grow; what is cut off becomes a malformed entry.
    ///
    /// - Parameters:
    ///   - bytes: from where the last call stopped, padded as for `read`; none are fine.
    ///   - offset: of the first byte in the file's generation.
    ///   - emit: takes the entries, in their order.
    package func finish(
        _ bytes: UnsafeRawBufferPointer,
        at offset: UInt64,
        emit: (Entry) -> Void
    ) {
        let consumed = run(bytes, at: offset, isEnd: true, emit)
        assert(consumed == bytes.count)
        if long != nil { endLong(reason: "cut off before its end", emit) }
    }

    private func run(
        _ bytes: UnsafeRawBufferPointer,
        at offset: UInt64,
        isEnd: Bool,
        _ emit: (Entry) -> Void
    ) -> Int {
        var piece = Piece(bytes: bytes, offset: offset, isEnd: isEnd)
        self.offset = offset
        while piece.index < bytes.count {
            if long != nil {
                feedLong(&piece, emit)
            } else {
                guard skipFill(&piece) else { break }
                guard piece.index < bytes.count else { break }
                guard item(&piece, emit) else { break }
            }
            self.offset = offset + UInt64(piece.index)
        }
        self.offset = offset + UInt64(piece.index)
        return piece.index
    }

    /// Skips blanks, line breaks, NULs and byte order marks; false when a mark is not there as a whole yet.
    private func skipFill(_ piece: inout Piece) -> Bool {
        let bytes = piece.bytes
        while piece.index < bytes.count {
            switch bytes[piece.index] {
            case JSONBytes.newline:
                ordinal = 0
                nuls = 0
                piece.isGlued = false
            case 0x20, 0x09, 0x0d: break
            case 0: nuls += 1
            case 0xef:
                let mark: [UInt8] = [0xef, 0xbb, 0xbf]
                let there = bytes[piece.index...].prefix(3)
                if there.count < 3, !piece.isEnd, mark.starts(with: there) { return false }
                guard there.elementsEqual(mark) else { return true }
                piece.index += 2
            default: return true
            }
            piece.index += 1
        }
        return true
    }

    /// Reads one item; false when more bytes are needed.
    private func item(_ piece: inout Piece, _ emit: (Entry) -> Void) -> Bool {
        let start = piece.index
        let rest = UnsafeRawBufferPointer(rebasing: piece.bytes[start...])
        let reach = min(rest.count, window)
        tail.move(to: piece.offset + UInt64(start))
        let end = tail.newline(in: rest, reach + 1)
        if end == nil, rest.count <= window, !piece.isEnd {
            guard let length = tail.objectEnd(in: rest) else { return false }
            return object(&piece, UnsafeRawBufferPointer(rebasing: rest[..<length]), emit)
        }
        // At the end of the file the last line ends without its line break.
        let isWhole = end != nil || rest.count <= window
        let line = UnsafeRawBufferPointer(rebasing: rest[..<(end ?? reach)])
        if isWhole, !piece.isGlued, rest[0] == JSONBytes.openBrace {
            let text = UnsafeRawBufferPointer(rebasing: line[..<LineSplitter.trimmed(line)])
            if deliver(text, &piece, emit) { return true }
            piece.isGlued = true
        }
        return split(&piece, line, isWhole, rest, emit)
    }

    private func split(
        _ piece: inout Piece,
        _ line: UnsafeRawBufferPointer,
        _ isWhole: Bool,
        _ rest: UnsafeRawBufferPointer,
        _ emit: (Entry) -> Void
    ) -> Bool {
        let item = splitter.next(line, isWhole: isWhole, behind: rest, isEnd: piece.isEnd)
        defer { if line.count > Self.keptBytes { splitter.release() } }
        switch item {
        case .record(let length):
            let text = UnsafeRawBufferPointer(rebasing: rest[..<length])
            if splitter.repairs.isEmpty, deliver(text, &piece, emit) { return true }
            return repaired(&piece, text, emit)
        case .waste(let length, let reason):
            let position = RecordPosition(
                offset: piece.offset + UInt64(piece.index),
                length: UInt64(length),
                ordinal: ordinal
            )
            waste(position, reason, emit)
            piece.index += length
        case .longRecord: beginLong(piece, LongLineScanner(), "")
        case .longWaste(let reason): beginLong(piece, nil, reason)
        case .undecided: return false
        }
        return true
    }

    /// An object at the end of what is there, complete as it seems; what is wrong with it the whole line will tell.
    private func object(
        _ piece: inout Piece,
        _ text: UnsafeRawBufferPointer,
        _ emit: (Entry) -> Void
    ) -> Bool {
        if deliver(text, &piece, emit) { return true }
        guard case .complete(text.count) = tolerant.parse(text, writes: false, lineBreaks: false)
        else { return false }
        return repaired(&piece, text, emit)
    }

    /// Reads an object that simdjson takes; false when it does not.
    private func deliver(
        _ text: UnsafeRawBufferPointer,
        _ piece: inout Piece,
        _ emit: (Entry) -> Void
    ) -> Bool {
        let position = position(of: text, piece)
        defer { if text.count > Self.keptBytes { parser.release() } }
        do throws(JSONParser.Failure) {
            let entry = try parser.parse(padded: text) { record($0, at: position) }
            finished(entry, remark: nil, emit)
        } catch {
            return false
        }
        piece.index += text.count
        return true
    }

    private func repaired(
        _ piece: inout Piece,
        _ text: UnsafeRawBufferPointer,
        _ emit: (Entry) -> Void
    ) -> Bool {
        let position = position(of: text, piece)
        defer { if text.count > Self.keptBytes { tolerant.release() } }
        _ = tolerant.parse(text, lineBreaks: false)
        guard var entry = tolerant.value({ record($0, at: position) }) else { return false }
        let repairs = tolerant.repairs
        if repairs.contains(.encoding) { entry.markReplacements() }
        finished(entry, remark: repairs.reason, emit)
        piece.index += text.count
        return true
    }

    private func position(of text: UnsafeRawBufferPointer, _ piece: Piece) -> RecordPosition {
        RecordPosition(
            offset: piece.offset + UInt64(piece.index),
            length: UInt64(text.count),
            ordinal: ordinal
        )
    }
}

/// The bytes of one call.
struct Piece {
    let bytes: UnsafeRawBufferPointer
    let offset: UInt64
    let isEnd: Bool
    var index = 0
    /// Whether simdjson refused this line: then its records are looked at before they are parsed, as to parse a
    /// line of many records from each record to its end would take the square of its length.
    var isGlued = false

    init(bytes: UnsafeRawBufferPointer, offset: UInt64, isEnd: Bool) {
        self.bytes = bytes
        self.offset = offset
        self.isEnd = isEnd
    }
}
