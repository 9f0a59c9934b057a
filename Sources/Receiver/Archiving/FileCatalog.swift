import Archive
import Core
import Platform
import SQL
import Wire

/// Takes the complete lines of a stream in order, each once.
///
/// It belongs to the archive's thread. What it cannot take now it must refuse by throwing; it is asked again.
package protocol LineConsumer: AnyObject {
    /// The bytes of `range` end with a newline and begin where the last call for this stream ended.
    func lines(
        of stream: StreamID,
        in range: Range<UInt64>,
        count: UInt64
    ) throws(OperatorError)
}

/// The table of files and how far the lines of each were handed on, in `catalog.db`.
///
/// It belongs to one thread at a time.
package final class FileCatalog {
    private let database: Connection
    private let consumer: (any LineConsumer)?
    private let upsert: Statement
    private let parsed: Statement
    private let advance: Statement
    private let buffer: UnsafeMutableRawBufferPointer
    /// Up to where a stream's unfinished last line was looked through, so that a long one is not read again
    /// each time that it grows.
    private var lookedThrough: [StreamID: UInt64] = [:]

    /// Opens or makes the table; a schema newer than this program is refused.
    package init(path: BytePath, consumer: (any LineConsumer)? = nil) throws(OperatorError) {
        self.consumer = consumer
        do throws(SQLError) {
            database = try Connection(
                path: path,
                options: ConnectionOptions(
                    journalMode: .wal,
                    synchronous: .full,
                    cacheKiB: 2048,
                    incrementalVacuum: true
                )
            )
            try CatalogSchema.migrations.apply(to: database)
            upsert = try database.prepare(
                """
                INSERT INTO files (file, generation, agent, source, path, held, digest_state,
                    deleted, closed, began, changed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (file, generation) DO UPDATE SET path = excluded.path,
                    held = excluded.held, digest_state = excluded.digest_state,
                    deleted = excluded.deleted, closed = excluded.closed,
                    changed = excluded.changed
                """
            )
            parsed = try database.prepare(
                "SELECT parsed_offset FROM files WHERE file = ? AND generation = ?"
            )
            advance = try database.prepare(
                """
                UPDATE files SET parsed_offset = ?, lines = lines + ?
                WHERE file = ? AND generation = ?
                """
            )
        } catch {
            throw OperatorError(error)
        }
        buffer = .allocate(byteCount: 256 * 1024, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// The streams whose rows are missing or not what the archive holds, or have bytes that were not handed
    /// on: what a crash or a consumer that refused has left, and everything after the table was removed.
    package func outdated(_ archive: Archive) throws(OperatorError) -> Set<StreamID> {
        struct Row {
            var path: [UInt8]
            var held: UInt64
            var isDeleted: Bool
            var isClosed: Bool
            var isVerified: Bool
        }
        var rows: [StreamID: Row] = [:]
        do throws(SQLError) {
            let query = try database.prepare(
                """
                SELECT file, generation, path, held, deleted, closed, digest_state FROM files
                WHERE parsed_offset = held
                """
            )
            _ = try query.all { (row) throws(SQLError) in
                guard let file = FileID(row.uint64(0)) else { return }
                let id = StreamID(file: file, generation: Generation(clamping: row.int(1)))
                rows[id] = Row(
                    path: row.blob(2),
                    held: row.uint64(3),
                    isDeleted: row.bool(4),
                    isClosed: row.bool(5),
                    isVerified: row.text(6) == "verified"
                )
            }
        } catch {
            throw OperatorError(error)
        }
        var outdated: Set<StreamID> = []
        archive.forEachFile { file in
            for (generation, stream) in file.generations {
                let id = StreamID(file: file.id, generation: generation)
                let row = rows[id]
                guard
                    row?.path != file.path.bytes || row?.held != stream.held
                        || row?.isDeleted != file.isDeleted
                        || row?.isClosed != (stream.closed != nil)
                        || row?.isVerified != (stream.verifiedLength == stream.held)
                else { continue }
                outdated.insert(id)
            }
        }
        return outdated
    }

    /// Brings the rows of these streams up to what the archive holds, and hands their new lines on.
    ///
    /// What was handed on before a consumer refused is remembered; only what it refused comes again.
    package func update(
        _ streams: Set<StreamID>,
        from archive: Archive
    ) throws(OperatorError) {
        guard !streams.isEmpty else { return }
        var refusal: OperatorError?
        do throws(OperatorError) {
            refusal = try database.transaction { () throws(OperatorError) in
                try update(streams.sorted(), archive)
            }
        } catch {
            // Nothing was stored, so nothing was looked through either.
            for id in streams { lookedThrough[id] = nil }
            throw error
        }
        if let refusal { throw refusal }
    }

    /// What the consumer refused with, at which it ends.
    private func update(
        _ streams: [StreamID],
        _ archive: Archive
    ) throws(OperatorError) -> OperatorError? {
        for id in streams {
            guard let file = archive.file(id.file), let stream = file.generations[id.generation]
            else { continue }
            try store(id, file, stream)
            if let refusal = try handOn(id, stream, archive) { return refusal }
        }
        return nil
    }

    private func store(
        _ id: StreamID,
        _ file: FileState,
        _ stream: StreamState
    ) throws(OperatorError) {
        let digestState = stream.verifiedLength == stream.held ? "verified" : "unverified"
        do throws(SQLError) {
            try upsert.run(
                id.file.rawValue,
                id.generation,
                file.agent.bytes,
                file.source,
                file.path.bytes,
                stream.held,
                digestState,
                file.isDeleted,
                stream.closed != nil,
                stream.began.nanoseconds,
                stream.lastReceived.nanoseconds
            )
        } catch {
            throw OperatorError(error)
        }
    }

    /// Finds the last newline behind what was handed on and counts the lines up to it.
    ///
    /// - Returns: what the consumer refused them with.
    /// - Throws: when the archive or the table cannot be used.
    private func handOn(
        _ id: StreamID,
        _ stream: StreamState,
        _ archive: Archive
    ) throws(OperatorError) -> OperatorError? {
        let start = try position(of: id)
        var offset = max(start, lookedThrough[id] ?? 0)
        var end = start
        var lines: UInt64 = 0
        while offset < stream.held {
            let count = try archive.read(id, at: offset, into: buffer)
            guard count > 0 else { break }
            let found = Newlines(in: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            if let last = found.last {
                end = offset + UInt64(last) + 1
                lines += found.count
            }
            offset += UInt64(count)
        }
        if end > start {
            do throws(OperatorError) {
                try consumer?.lines(of: id, in: start..<end, count: lines)
            } catch {
                return error
            }
        }
        lookedThrough[id] = end < offset ? offset : nil
        guard end > start else { return nil }
        do throws(SQLError) {
            try advance.run(end, lines, id.file.rawValue, id.generation)
        } catch {
            throw OperatorError(error)
        }
        return nil
    }

    private func position(of id: StreamID) throws(OperatorError) -> UInt64 {
        do throws(SQLError) {
            return try parsed.first(id.file.rawValue, id.generation) {
                (row) throws(SQLError) in row.uint64(0)
            } ?? 0
        } catch {
            throw OperatorError(error)
        }
    }
}
