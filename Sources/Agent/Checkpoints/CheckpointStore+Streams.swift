import Core
import SQL
import Tailing

extension CheckpointStore {
    /// The stream with this number; nil when there is none.
    package func stream(_ number: StreamNumber) throws(SQLError) -> StreamRecord? {
        try statement(.stream).first(number) { record($0, path: BytePath($0.blob(1))) }
    }

    /// The newest stream of a path.
    package func stream(_ source: String, _ path: BytePath) throws(SQLError) -> StreamRecord? {
        guard let number = sourceNumbers[source] else { return nil }
        return try statement(.streamByPath).first(number, path.bytes) { record($0, path: path) }
    }

    /// The live or gone stream of a file, a live one first.
    package func stream(_ key: FileKey) throws(SQLError) -> StreamRecord? {
        try statement(.streamByKey).first(key.inode, key.device) {
            record($0, path: BytePath($0.blob(1)))
        }
    }

    /// Remembers a new stream, due to every receiver.
    package func insert(_ record: StreamRecord, at now: WallTime) throws(SQLError) {
        try put(record)
        try run(
            .addCursors,
            record.number,
            ReadPosition.start.check,
            activity(record, now).nanoseconds
        )
        try refreshCursors(record, at: now)
    }

    /// Remembers a stream that changed; its cursors follow.
    package func update(_ record: StreamRecord, at now: WallTime) throws(SQLError) {
        try put(record)
        try refreshCursors(record, at: now)
    }

    /// Forgets a stream with its checksums and cursors.
    package func remove(_ number: StreamNumber) throws(SQLError) {
        try run(.removeCursors, number)
        try run(.removeBlocks, number)
        try run(.removeStream, number)
    }

    /// The highest number ever given to a stream that is still remembered.
    package func lastStream() throws(SQLError) -> StreamNumber {
        try statement(.lastStream).first { $0.int(0) } ?? 0
    }

    /// Calls `body` with the newest stream of each path of a source, in no order.
    package func eachCurrent(
        _ source: String,
        _ body: (StreamNumber) -> Void
    ) throws(SQLError) {
        guard let number = sourceNumbers[source] else { return }
        try statement(.currentStreams).query(number) { row throws(SQLError) in body(row.int(0)) }
    }

    /// The newest streams of the paths below a folder.
    package func current(
        _ source: String,
        below folder: BytePath
    ) throws(SQLError) -> [StreamNumber] {
        guard let number = sourceNumbers[source] else { return [] }
        // "0" follows "/" in ASCII: the range is that of everything that begins with the folder.
        return try statement(.currentStreamsBelow).all(
            number,
            folder.bytes + [BytePath.slash],
            folder.bytes + [BytePath.slash + 1]
        ) { $0.int(0) }
    }

    /// All generations that a path has shown last, the gone ones too.
    package func streams(
        _ source: String,
        at path: BytePath
    ) throws(SQLError) -> [StreamNumber] {
        guard let number = sourceNumbers[source] else { return [] }
        return try statement(.streamsAtPath).all(number, path.bytes) { $0.int(0) }
    }

    /// Calls `body` with each stream that the state folder should hold, what it is called there, and the key of
    /// its file as it was seen last.
    package func eachHeld(
        _ body: (StreamNumber, _ hold: StreamNumber, StreamState, FileKey) -> Void
    ) throws(SQLError) {
        try statement(.heldStreams).query { row throws(SQLError) in
            body(
                row.int(0),
                row.int(1),
                StreamState(rawValue: row.int(2)) ?? .lost,
                FileKey(device: row.uint64(3), inode: row.uint64(4))
            )
        }
    }

    /// The newest stream that showed at the path until its file was deleted, and whose bytes are held yet.
    func lastGone(_ source: String, at path: BytePath) throws(SQLError) -> StreamNumber? {
        guard let number = sourceNumbers[source] else { return nil }
        return try statement(.lastGone).first(
            number,
            path.bytes,
            StreamEnd.Cause.moved.rawValue
        ) { $0.isNull(0) ? nil : $0.int(0) } ?? nil
    }

    // MARK: Blocks

    /// Remembers the XXH3-128 of a block that was read; a partial one is replaced as it grows.
    package func setBlock(
        _ number: StreamNumber,
        _ index: Int,
        _ checksum: [UInt8]
    ) throws(SQLError) {
        try run(.putBlock, number, index, checksum)
    }

    /// Remembers how far the checksums reach; a digest of less is void.
    package func setHashed(_ number: StreamNumber, _ length: UInt64) throws(SQLError) {
        try run(.setHashed, number, length)
    }

    /// The checksum of one block; nil where nothing was read.
    package func block(_ number: StreamNumber, _ index: Int) throws(SQLError) -> [UInt8]? {
        try statement(.block).first(number, index) { $0.blob(0) }
    }

    // MARK: Rows

    private func put(_ record: StreamRecord) throws(SQLError) {
        guard let source = sourceNumbers[record.source] else { return }
        try run(
            .putStream,
            record.number,
            source,
            record.path.bytes,
            record.seen.key.device,
            record.seen.key.inode,
            record.seen.size,
            record.seen.modified.nanoseconds,
            record.seen.changed.nanoseconds,
            record.settled,
            record.state.rawValue,
            record.reason.rawValue,
            record.previous,
            record.hashedLength,
            record.hold,
            record.digest?.bytes,
            record.revision,
            record.isCurrent,
            record.began.nanoseconds,
            record.end?.time.nanoseconds,
            record.end?.cause.rawValue
        )
    }

    private func refreshCursors(_ record: StreamRecord, at now: WallTime) throws(SQLError) {
        try run(
            .refreshCursors,
            record.number,
            activity(record, now).nanoseconds,
            record.seen.size,
            record.revision,
            record.isReadable
        )
    }

    /// The last activity; a modification time of the future would make a file the newest for ever.
    private func activity(_ record: StreamRecord, _ now: WallTime) -> WallTime {
        min(record.seen.modified, now)
    }

    private func record(_ row: Statement, path: BytePath) -> StreamRecord {
        let seen = Sighting(
            key: FileKey(device: row.uint64(2), inode: row.uint64(3)),
            size: row.uint64(4),
            modified: WallTime(nanoseconds: row.int(5)),
            changed: WallTime(nanoseconds: row.int(6))
        )
        var record = StreamRecord(
            number: row.int(19),
            source: sourceNames[row.int(0)] ?? "",
            path: path,
            seen: seen,
            at: WallTime(nanoseconds: row.int(16)),
            state: StreamState(rawValue: row.int(8)) ?? .lost,
            reason: StreamReason(rawValue: row.int(9)) ?? .first,
            previous: row.isNull(10) ? nil : row.int(10)
        )
        record.settled = row.bool(7)
        record.hashedLength = row.uint64(11)
        record.hold = row.isNull(12) ? nil : row.int(12)
        record.digest = row.isNull(13) ? nil : Digest(row.blob(13))
        record.revision = row.int(14)
        record.isCurrent = row.bool(15)
        if !row.isNull(17) {
            record.end = StreamEnd(
                cause: StreamEnd.Cause(rawValue: row.int(18)) ?? .deleted,
                time: WallTime(nanoseconds: row.int(17))
            )
        }
        return record
    }
}
