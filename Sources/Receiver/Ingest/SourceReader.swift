import Archive
import Catalog
import Core
import Platform
import Transcripts

/// Reads streams of the archive and makes batches of entries of them, with what was found in each.
final class SourceReader {
    /// What a stream gave, and how many bytes of its content it stood in.
    struct Piece {
        var batch: FileBatch
        var bytes: Int
    }

    private let disk: any Disk
    private let parser: JSONParser
    private let analyser = Analyser()
    private let preparer = EntryPreparer()
    private let buffer: ReadBuffer

    /// `piece`: bytes that are read at a time, but of longer records.
    init(disk: any Disk, piece: Int = ReadBuffer.usualPiece) throws(OperatorError) {
        guard let parser = JSONParser() else {
            throw OperatorError(.internal, "no memory for a JSON parser")
        }
        self.disk = disk
        self.parser = parser
        buffer = ReadBuffer(piece: piece)
    }

    /// Gives what the archive holds of the stream beyond `position` to `body`, piece by piece.
    ///
    /// - Parameters:
    ///   - source: the stream.
    ///   - position: where the last piece ended.
    ///   - limit: bytes after which the rest is left, where a reader can go on there.
    ///   - body: returns false when nothing more of the stream is wanted.
    /// - Returns: whether nothing is left to read, for now.
    /// - Throws: when the object cannot be read, and what `body` throws.
    func read(
        _ source: IngestSource,
        from position: FilePosition,
        limit: UInt64 = .max,
        _ body: (Piece) throws(OperatorError) -> Bool
    ) throws(OperatorError) -> Bool {
        guard position.parsedOffset < source.held else { return true }
        defer { buffer.reset() }
        switch FileForm(source.path) {
        case .opaque: return true
        case .document: return try readDocument(source, body)
        case .lines where FileForm.isCompressed(source.path):
            return try readCompressed(source, position, body)
        case .lines: return try readPlain(source, position, limit, body)
        }
    }

    private func context(_ source: IngestSource) -> FileContext {
        FileContext(source: source.source, path: source.path, stream: source.stream)
    }

    private func content(
        of source: IngestSource,
        from offset: UInt64
    ) throws(OperatorError) -> ArchivedContent {
        let file = try OperatorError.system(.fileSystem, "read \(source.stream) of the archive") {
            () throws(SystemError) in
            try disk.open(Archive.objectPath(source.stream), .read)
        }
        return ArchivedContent(file, source, from: offset)
    }

    // MARK: Lines

    /// Where the next batch begins; offset in the content.
    private struct Start {
        var offset: UInt64
        var lines: UInt64
    }

    private func readPlain(
        _ source: IngestSource,
        _ position: FilePosition,
        _ limit: UInt64,
        _ body: (Piece) throws(OperatorError) -> Bool
    ) throws(OperatorError) -> Bool {
        let reader = TranscriptReader(
            context: context(source),
            parser: parser,
            state: position.state
        )
        var start = Start(offset: position.parsedOffset, lines: position.lines)
        let content = try content(of: source, from: start.offset)
        let first = start.offset
        return try read(content, of: source, reader, &start) {
            (piece, isEnd) throws(OperatorError) in
            var piece = piece
            piece.batch.parsedOffset = isEnd ? source.held : reader.resumeOffset
            piece.batch.readerState = reader.state
            guard try body(piece) else { return false }
            // Inside of a record there is no position to go on from but its beginning.
            return isEnd || reader.isInside || reader.resumeOffset - first < limit
        }
    }

    /// Positions of a compressed file are those of its content; `parsedOffset` is where its last frame begins that
    /// is not read to its end, so that it is tried again when the file grew.
    ///
    /// It is read in one go: to go on in the middle of a frame is to decompress it from its beginning.
    private func readCompressed(
        _ source: IngestSource,
        _ position: FilePosition,
        _ body: (Piece) throws(OperatorError) -> Bool
    ) throws(OperatorError) -> Bool {
        let known = CompressedState(position.state)
        var work = CompressedWork(source, position, known)
        guard work.state.fault != .damaged else {
            work.parsedOffset = source.held
            _ = try body(Piece(batch: work.batch(), bytes: 0))
            return true
        }
        let archived = try content(of: source, from: work.parsedOffset)
        let content = try CompressedContent(archived, work.state)
        let reader = TranscriptReader(
            context: context(source),
            parser: parser,
            state: work.state.reader
        )
        var start = Start(offset: work.state.next, lines: position.lines)
        let isAll = try read(content, of: source, reader, &start) {
            (piece, _) throws(OperatorError) in
            work.advance(to: reader.resumeOffset, reader.state, content)
            work.lines = piece.batch.lines
            let batch = work.batch(read: piece.batch.items)
            return try body(Piece(batch: batch, bytes: piece.bytes))
        }
        guard isAll, let ending = content.ending else { return isAll }
        // A reader that was given nothing does not know where it is.
        let next = reader.isInside ? reader.resumeOffset : start.offset
        work.advance(to: next, reader.state, content)
        if let batch = work.finish(ending, at: content.end) {
            _ = try body(Piece(batch: batch, bytes: 0))
        }
        return true
    }

    /// Reads content to its end, or until `body` wants no more; the batches that it gets lack the position in the file.
    ///
    /// True when it came to the end.
    private func read(
        _ content: some ContentSource,
        of source: IngestSource,
        _ reader: TranscriptReader,
        _ start: inout Start,
        _ body: (Piece, _ isEnd: Bool) throws(OperatorError) -> Bool
    ) throws(OperatorError) -> Bool {
        while true {
            let isAll = try buffer.fill(from: content)
            guard buffer.count > 0 else { return true }
            let isEnd = isAll && source.isClosed
            var items: [FileBatch.Item] = []
            let emit = { [self] (entry: Entry) in items.append(item(entry)) }
            var consumed = buffer.count
            if isEnd {
                reader.finish(buffer.bytes, at: start.offset, emit: emit)
            } else {
                consumed = reader.read(buffer.bytes, at: start.offset, emit: emit)
            }
            guard consumed > 0 else {
                // The rest of the record has not come yet, or does not fit.
                guard !isAll, buffer.grow() else { return true }
                continue
            }
            let read = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<consumed])
            start.lines += Newlines(in: read).count
            start.offset += UInt64(consumed)
            buffer.drop(consumed)
            let batch = FileBatch(
                stream: source.stream,
                items: items,
                parsedOffset: 0,
                lines: start.lines,
                readerState: [],
                received: source.received
            )
            guard try body(Piece(batch: batch, bytes: consumed), isEnd) else { return false }
        }
    }

    /// Everything that can be told of the record by itself.
    private func item(_ entry: Entry) -> FileBatch.Item {
        FileBatch.Item(entry, analyser.analyse(entry), preparer.prepare(entry))
    }

    // MARK: Documents

    /// A document counts as a whole, and only the newest; one that does not parse changes nothing before it ends.
    private func readDocument(
        _ source: IngestSource,
        _ body: (Piece) throws(OperatorError) -> Bool
    ) throws(OperatorError) -> Bool {
        guard source.isLatest else { return true }
        guard source.held <= UInt64(TranscriptReader.documentLimit) else {
            let entry = TranscriptReader.tooLong(source.held)
            let batch = FileBatch(
                stream: source.stream,
                items: [FileBatch.Item(entry)],
                parsedOffset: source.held,
                lines: 0,
                readerState: [],
                received: source.received
            )
            _ = try body(Piece(batch: batch, bytes: 0))
            return true
        }
        let content = try content(of: source, from: 0)
        while try !buffer.fill(from: content) { guard buffer.grow() else { return true } }
        guard UInt64(buffer.count) == source.held else { return true }
        var items: [FileBatch.Item] = []
        let isRead = TranscriptReader.readDocument(
            buffer.bytes,
            context: context(source),
            parser: parser
        ) { entry in items.append(item(entry)) }
        guard isRead || source.isClosed else { return true }
        let batch = FileBatch(
            stream: source.stream,
            items: items,
            parsedOffset: source.held,
            lines: Newlines(in: buffer.bytes).count,
            readerState: [],
            received: source.received
        )
        _ = try body(Piece(batch: batch, bytes: buffer.count))
        return true
    }
}
