import Archive
import Catalog
import Core
import Platform
import Transcripts

/// Reads streams of the archive and makes batches of entries of them, with what was found in each.
final class SourceReader {
    /// What a stream gave, and how many of its bytes it stood in.
    struct Piece {
        var batch: FileBatch
        var bytes: Int
    }

    /// Bytes that are read at a time, at first.
    private static let piece = 512 << 10

    private let disk: any Disk
    private let parser: JSONParser
    private let analyser = Analyser()
    private var buffer: UnsafeMutableRawBufferPointer

    init(disk: any Disk) throws(OperatorError) {
        guard let parser = JSONParser() else {
            throw OperatorError(.internal, "no memory for a JSON parser")
        }
        self.disk = disk
        self.parser = parser
        buffer = .allocate(byteCount: SourceReader.piece + JSONParser.padding, alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// Gives what the archive holds of the stream beyond `position` to `body`, piece by piece.
    ///
    /// - Parameter body: false when nothing more of the stream is wanted.
    func read(
        _ source: IngestSource,
        from position: FilePosition,
        _ body: (Piece) throws(OperatorError) -> Bool
    ) throws(OperatorError) {
        guard position.parsedOffset < source.held else { return }
        defer { shrink() }
        switch FileForm(source.path) {
        case .opaque: return
        case .document: try readDocument(source, body)
        case .lines: try readLines(source, position, body)
        }
    }

    private func context(_ source: IngestSource) -> FileContext {
        FileContext(source: source.source, path: source.path, stream: source.stream)
    }

    private func readLines(
        _ source: IngestSource,
        _ position: FilePosition,
        _ body: (Piece) throws(OperatorError) -> Bool
    ) throws(OperatorError) {
        let reader = TranscriptReader(
            context: context(source),
            parser: parser,
            state: position.state
        )
        let file = try open(source)
        var offset = position.parsedOffset
        var lines = position.lines
        while offset < source.held {
            let count = try fill(file, source, from: offset)
            guard count > 0 else { return }
            let isEnd = source.isClosed && offset + UInt64(count) >= source.held
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            var items: [FileBatch.Item] = []
            let emit = { [analyser] (entry: Entry) in
                items.append(FileBatch.Item(entry, analyser.analyse(entry)))
            }
            var consumed = count
            if isEnd {
                reader.finish(bytes, at: offset, emit: emit)
            } else {
                consumed = reader.read(bytes, at: offset, emit: emit)
            }
            guard consumed > 0 else {
                // The rest of the record has not come yet, or does not fit.
                guard offset + UInt64(count) < source.held, grow() else { return }
                continue
            }
            lines += Newlines(in: UnsafeRawBufferPointer(rebasing: bytes[..<consumed])).count
            offset += UInt64(consumed)
            let batch = FileBatch(
                stream: source.stream,
                items: items,
                parsedOffset: isEnd ? source.held : reader.resumeOffset,
                lines: lines,
                readerState: reader.state,
                received: source.received
            )
            guard try body(Piece(batch: batch, bytes: consumed)) else { return }
        }
    }

    /// A document counts as a whole, and only the newest; one that does not parse changes nothing before it ends.
    private func readDocument(
        _ source: IngestSource,
        _ body: (Piece) throws(OperatorError) -> Bool
    ) throws(OperatorError) {
        guard source.isLatest else { return }
        guard source.held <= UInt64(TranscriptReader.documentLimit) else {
            let entry = TranscriptReader.tooLong(source.held)
            let batch = FileBatch(
                stream: source.stream,
                items: [FileBatch.Item(entry, analyser.analyse(entry))],
                parsedOffset: source.held,
                lines: 0,
                readerState: [],
                received: source.received
            )
            _ = try body(Piece(batch: batch, bytes: 0))
            return
        }
        while buffer.count < Int(source.held) + JSONParser.padding { guard grow() else { return } }
        let file = try open(source)
        let count = try fill(file, source, from: 0)
        guard UInt64(count) == source.held else { return }
        var items: [FileBatch.Item] = []
        let isRead = TranscriptReader.readDocument(
            UnsafeRawBufferPointer(rebasing: buffer[..<count]),
            context: context(source),
            parser: parser
        ) { entry in items.append(FileBatch.Item(entry, analyser.analyse(entry))) }
        guard isRead || source.isClosed else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        let batch = FileBatch(
            stream: source.stream,
            items: items,
            parsedOffset: source.held,
            lines: Newlines(in: bytes).count,
            readerState: [],
            received: source.received
        )
        _ = try body(Piece(batch: batch, bytes: count))
    }

    // MARK: Bytes

    private func open(_ source: IngestSource) throws(OperatorError) -> any DiskFile {
        try OperatorError.system(.fileSystem, "read \(source.stream) of the archive") {
            () throws(SystemError) in
            try disk.open(Archive.objectPath(source.stream), .read)
        }
    }

    /// Reads as much as the buffer takes; beyond `held` the object may have bytes that do not count yet.
    private func fill(
        _ file: any DiskFile,
        _ source: IngestSource,
        from offset: UInt64
    ) throws(OperatorError) -> Int {
        let room = UInt64(buffer.count - JSONParser.padding)
        let wanted = Int(min(room, source.held - offset))
        return try OperatorError.system(.fileSystem, "read \(source.stream) of the archive") {
            () throws(SystemError) in
            var count = 0
            while count < wanted {
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[count..<wanted])
                let more = try file.read(into: part, at: offset + UInt64(count))
                guard more > 0 else { break }
                count += more
            }
            return count
        }
    }

    /// Doubles the buffer; false beyond what the longest document takes.
    private func grow() -> Bool {
        guard buffer.count <= 2 * TranscriptReader.documentLimit else { return false }
        replaceBuffer(2 * (buffer.count - JSONParser.padding))
        return true
    }

    private func shrink() {
        if buffer.count > SourceReader.piece + JSONParser.padding {
            replaceBuffer(SourceReader.piece)
        }
    }

    private func replaceBuffer(_ count: Int) {
        buffer.deallocate()
        buffer = .allocate(byteCount: count + JSONParser.padding, alignment: 64)
    }
}
