import Archive
import Catalog
import Core
import Platform
import SQL
import Transcripts

/// Turns streams of the archive into rows, a transaction for each few MiB; without a thread of its own.
///
/// What is not committed is read again: rows, offset and the reader's state go together.
final class IngestWorker {
    /// Bytes that are read at a time, at first.
    private static let piece = 1 << 20
    /// Bytes between two commits.
    private static let commitBytes: UInt64 = 16 << 20

    private let catalog: CatalogWriter
    private let disk: any Disk
    private let names: (AgentID) -> (name: String, owner: String)
    private let parser: JSONParser
    private let analyser = Analyser()
    private var buffer: UnsafeMutableRawBufferPointer
    private var uncommitted: UInt64 = 0

    init(
        _ catalog: CatalogWriter,
        disk: any Disk,
        names: @escaping (AgentID) -> (name: String, owner: String)
    ) throws(OperatorError) {
        guard let parser = JSONParser() else {
            throw OperatorError(.internal, "no memory for a JSON parser")
        }
        self.catalog = catalog
        self.disk = disk
        self.names = names
        self.parser = parser
        buffer = .allocate(byteCount: IngestWorker.piece + JSONParser.padding, alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// Brings the rows of these streams up to what the archive holds of them.
    ///
    /// - Throws: when the catalog or an object cannot be used; nothing but whole transactions is stored then.
    func take(
        _ sources: [IngestSource],
        progress: (IngestSource) -> Void = { _ in }
    )
        throws(OperatorError)
    {
        try database { () throws(SQLError) in try catalog.begin() }
        do throws(OperatorError) {
            for source in sources {
                try read(source)
                progress(source)
            }
        } catch {
            try database { () throws(SQLError) in try catalog.rollBack() }
            throw error
        }
        try database { () throws(SQLError) in try catalog.commit() }
        uncommitted = 0
        shrink()
    }

    /// Writes what is derived of whole sessions, of those that are quiet.
    func settle(now: WallTime) throws(OperatorError) -> Int {
        try database { () throws(SQLError) in
            try catalog.begin()
            let count = try catalog.settle(now: now)
            try catalog.commit()
            return count
        }
    }

    /// The same for all sessions.
    func settleAll() throws(OperatorError) {
        try database { () throws(SQLError) in
            try catalog.begin()
            try catalog.settleAll()
            try catalog.commit()
        }
    }

    // MARK: One stream

    private func read(_ source: IngestSource) throws(OperatorError) {
        let context = FileContext(source: source.source, path: source.path, stream: source.stream)
        let position = try database { () throws(SQLError) in
            try catalog.upsert(facts(source, tool(context)))
            return try catalog.position(of: source.stream)
        }
        guard let position else { return }
        switch FileForm(source.path) {
        case .opaque: return
        case .document: try readDocument(source, context, position)
        case .lines:
            if try readLines(source, context, position) { return }
            // The file's first time came after records without one: once more, from the start.
            _ = try readLines(source, context, .start)
        }
    }

    private func tool(_ context: FileContext) -> Tool {
        DialectChoice.lines(context)?.tool ?? .other
    }

    private func facts(_ source: IngestSource, _ tool: Tool) -> FileFacts {
        let (name, owner) = names(source.agent)
        return FileFacts(
            stream: source.stream,
            agent: source.agent,
            agentName: name,
            owner: owner,
            source: source.source,
            path: source.path.description,
            tool: tool,
            held: source.held,
            digestState: source.isVerified ? "verified" : "unverified",
            isDeleted: source.isDeleted,
            isClosed: source.isClosed,
            began: source.began,
            changed: source.received
        )
    }

    /// False when the file is to be read again from its start.
    private func readLines(
        _ source: IngestSource,
        _ context: FileContext,
        _ position: FilePosition
    ) throws(OperatorError) -> Bool {
        guard position.parsedOffset < source.held else { return true }
        let reader = TranscriptReader(context: context, parser: parser, state: position.state)
        let file = try open(source)
        var offset = position.parsedOffset
        var lines = position.lines
        while offset < source.held {
            let count = try fill(file, source, from: offset)
            guard count > 0 else { return true }
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
                guard offset + UInt64(count) < source.held, grow() else { return true }
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
            guard try apply(batch, bytes: consumed) == .applied else { return false }
        }
        return true
    }

    /// A document counts as a whole, and only the newest; one that does not parse changes nothing before it ends.
    private func readDocument(
        _ source: IngestSource,
        _ context: FileContext,
        _ position: FilePosition
    ) throws(OperatorError) {
        guard source.isLatest, position.parsedOffset < source.held else { return }
        guard source.held <= UInt64(TranscriptReader.documentLimit) else { return }
        while buffer.count < Int(source.held) + JSONParser.padding { guard grow() else { return } }
        let file = try open(source)
        let count = try fill(file, source, from: 0)
        guard UInt64(count) == source.held else { return }
        var items: [FileBatch.Item] = []
        let isRead = TranscriptReader.readDocument(
            UnsafeRawBufferPointer(rebasing: buffer[..<count]),
            context: context,
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
        _ = try apply(batch, bytes: count)
    }

    private func apply(_ batch: FileBatch, bytes: Int) throws(OperatorError) -> BatchOutcome {
        try database { () throws(SQLError) in
            let outcome = try catalog.apply(batch)
            uncommitted += UInt64(bytes)
            if uncommitted >= IngestWorker.commitBytes {
                try catalog.commit()
                uncommitted = 0
                try catalog.begin()
            }
            return outcome
        }
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
        if buffer.count > IngestWorker.piece + JSONParser.padding {
            replaceBuffer(IngestWorker.piece)
        }
    }

    private func replaceBuffer(_ count: Int) {
        buffer.deallocate()
        buffer = .allocate(byteCount: count + JSONParser.padding, alignment: 64)
    }

    private func database<Value>(
        _ body: () throws(SQLError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SQLError) {
            return try body()
        } catch {
            throw OperatorError(error)
        }
    }
}
