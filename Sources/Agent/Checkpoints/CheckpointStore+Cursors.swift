import Core
import SQL
import Tailing

extension CheckpointStore {
    /// The cursor of a receiver in a stream; nil when the stream is unknown.
    package func cursor(
        _ receiver: ReceiverNumber,
        _ stream: StreamNumber
    ) throws(SQLError) -> CursorRecord? {
        try statement(.cursor).first(stream, receiver) { cursor($0) }
    }

    /// The cursors of all receivers in a stream.
    package func cursors(_ stream: StreamNumber) throws(SQLError) -> [CursorRecord] {
        try statement(.cursors).all(stream) { cursor($0) }
    }

    /// The cursor of what a receiver calls `remote`; nil when it was opened by nobody here.
    package func cursor(
        _ receiver: ReceiverNumber,
        remote: StreamID
    ) throws(SQLError) -> CursorRecord? {
        try statement(.cursorByFile).first(
            receiver,
            remote.file.rawValue,
            remote.generation
        ) { cursor($0) }
    }

    /// Whether a later generation of the same file was opened, too.
    func knowsLater(
        _ receiver: ReceiverNumber,
        than remote: StreamID
    ) throws(SQLError) -> Bool {
        try statement(.laterCursor).first(
            receiver,
            remote.file.rawValue,
            remote.generation
        ) { _ in true } ?? false
    }

    /// Whether a generation of the file is another stream's.
    func isClaimed(
        _ receiver: ReceiverNumber,
        _ file: FileID,
        besides stream: StreamNumber
    ) throws(SQLError) -> Bool {
        try statement(.otherCursor).first(receiver, file.rawValue, stream) { _ in true } ?? false
    }

    /// The receiver has no such file: its streams are as if they had never been opened.
    func forget(_ receiver: ReceiverNumber, _ file: FileID) throws(SQLError) {
        for cursor in try cursors(receiver, file) { try reset(cursor) }
    }

    /// A file goes on in `remote`: of its earlier generations those that a path shows again are files of their
    /// own from now on.
    ///
    /// - Returns: the streams that are to be opened anew.
    func separate(
        _ receiver: ReceiverNumber,
        before remote: StreamID
    ) throws(SQLError) -> [StreamNumber] {
        var separated: [StreamNumber] = []
        for cursor in try cursors(receiver, remote.file) {
            guard let earlier = cursor.remote, earlier.generation < remote.generation,
                let record = try stream(cursor.stream), record.end == nil
            else { continue }
            try reset(cursor)
            separated.append(cursor.stream)
        }
        return separated
    }

    /// A path shows the stream again: where its file has gone on without it, it becomes a file of its own.
    func revive(_ stream: StreamNumber) throws(SQLError) {
        for cursor in try cursors(stream) {
            guard let remote = cursor.remote, try knowsLater(cursor.receiver, than: remote)
            else { continue }
            try reset(cursor)
        }
    }

    /// The cursor in the newest generation of a file that was opened.
    func newestCursor(
        _ receiver: ReceiverNumber,
        of file: FileID
    ) throws(SQLError) -> CursorRecord? {
        try cursors(receiver, file).max {
            $0.remote?.generation ?? 0 < $1.remote?.generation ?? 0
        }
    }

    private func cursors(
        _ receiver: ReceiverNumber,
        _ file: FileID
    ) throws(SQLError) -> [CursorRecord] {
        try statement(.cursorsByFile).all(receiver, file.rawValue) { cursor($0) }
    }

    private func reset(_ cursor: CursorRecord) throws(SQLError) {
        var cursor = cursor
        cursor.remote = nil
        cursor.acked = .start
        cursor.isVerified = false
        cursor.isClosed = false
        try update(cursor)
    }

    /// Remembers a cursor as the receiver has it now.
    ///
    /// Whether it is due is worked out anew from its stream.
    package func update(_ cursor: CursorRecord) throws(SQLError) {
        guard let record = try stream(cursor.stream) else { return }
        var cursor = cursor
        // A receiver that holds more than the file has is a reason to read, too: the guard tells.
        let lacks = cursor.remote == nil || cursor.acked.offset != record.seen.size
        let news = cursor.told < record.revision
        cursor.isDue = record.isReadable ? lacks || news : cursor.remote != nil && news
        if record.isReadable, lacks {
            cursor.isVerified = false
            cursor.isClosed = false
        }
        try run(
            .putCursor,
            cursor.stream,
            cursor.receiver,
            cursor.remote?.file.rawValue,
            cursor.remote?.generation,
            cursor.acked.offset,
            cursor.acked.check,
            cursor.told,
            cursor.isVerified,
            cursor.isClosed,
            cursor.isDue
        )
    }

    /// The receiver opened the stream, holds it up to `position` and knows it as of `revision`.
    package func opened(
        _ receiver: ReceiverNumber,
        _ stream: StreamNumber,
        as remote: StreamID,
        at position: ReadPosition,
        revision: Int64
    ) throws(SQLError) {
        guard var cursor = try cursor(receiver, stream) else { return }
        if cursor.acked != position || cursor.remote != remote {
            cursor.isVerified = false
            cursor.isClosed = false
        }
        cursor.remote = remote
        cursor.acked = position
        cursor.told = revision
        try update(cursor)
    }

    /// The receiver has everything before `position` on its disk; an older position changes nothing.
    package func acknowledge(
        _ receiver: ReceiverNumber,
        _ stream: StreamNumber,
        _ position: ReadPosition
    ) throws(SQLError) {
        guard var cursor = try cursor(receiver, stream), cursor.remote != nil,
            cursor.acked.offset < position.offset
        else { return }
        cursor.acked = position
        try update(cursor)
    }

    /// The receiver knows the stream as of `revision`: its path and its end.
    package func told(
        _ receiver: ReceiverNumber,
        _ stream: StreamNumber,
        revision: Int64
    ) throws(SQLError) {
        guard var cursor = try cursor(receiver, stream), cursor.told < revision else { return }
        cursor.told = revision
        try update(cursor)
    }

    /// The receiver agreed with length and digest of all that is acknowledged.
    ///
    /// `closing` leaves the stream out of the position digest until it grows.
    package func verified(
        _ receiver: ReceiverNumber,
        _ stream: StreamNumber,
        closing: Bool
    ) throws(SQLError) {
        guard var cursor = try cursor(receiver, stream) else { return }
        cursor.isVerified = true
        cursor.isClosed = closing
        try update(cursor)
    }

    /// Nothing more will come of the stream: it is left out of the position digest, verified or not.
    package func closed(
        _ receiver: ReceiverNumber,
        _ stream: StreamNumber
    ) throws(SQLError) {
        guard var cursor = try cursor(receiver, stream) else { return }
        cursor.isClosed = true
        try update(cursor)
    }

    /// The receiver let the stream go: nothing is owed to it, until the file grows.
    package func letGo(
        _ receiver: ReceiverNumber,
        _ stream: StreamNumber,
        as remote: StreamID
    ) throws(SQLError) {
        guard var cursor = try cursor(receiver, stream), let record = try self.stream(stream)
        else { return }
        cursor.remote = remote
        // It is opened again before anything is sent from there, so that no guard is asked for.
        cursor.acked = ReadPosition(offset: record.seen.size, check: 0)
        cursor.told = record.revision
        cursor.isVerified = true
        cursor.isClosed = true
        try update(cursor)
    }

    /// What the receiver is to open a new generation after.
    package func predecessor(
        _ receiver: ReceiverNumber,
        of record: StreamRecord
    ) throws(SQLError) -> Predecessor {
        var previous = record.previous
        while let number = previous {
            // A file that a path shows again has nothing after it: what took its place is another file.
            guard let stream = try stream(number), stream.end != nil else { break }
            if let remote = try cursor(receiver, number)?.remote { return .opened(remote) }
            if stream.isReadable { return .mustOpenFirst(number) }
            previous = stream.previous
        }
        // The receiver knows a file by its path at first: what was there before has to come before.
        let unopened =
            try statement(.firstGoneUnopened).first(
                sourceNumbers[record.source] ?? 0,
                record.path.bytes,
                record.number,
                receiver
            ) { $0.isNull(0) ? nil : $0.int(0) } ?? nil
        return unopened.map { .mustOpenFirst($0) } ?? .none
    }

    // MARK: Lanes

    /// Streams that the receiver lacks something of, newest activity first, behind `entry`.
    package func due(
        _ receiver: ReceiverNumber,
        after entry: HistoryEntry?,
        limit: Int
    ) throws(SQLError) -> [HistoryEntry] {
        guard let entry else {
            return try statement(.firstDue).all(receiver, limit) { historyEntry($0) }
        }
        return try statement(.nextDue).all(
            receiver,
            entry.modified.nanoseconds,
            entry.stream,
            limit
        ) { historyEntry($0) }
    }

    /// Streams that the receiver acknowledged wholly but has not verified, without activity since
    /// `idleSince`, the longest idle first, behind `entry`.
    package func unverified(
        _ receiver: ReceiverNumber,
        idleSince: WallTime,
        after entry: HistoryEntry?,
        limit: Int
    ) throws(SQLError) -> [HistoryEntry] {
        try statement(.unverified).all(
            receiver,
            idleSince.nanoseconds,
            entry?.modified.nanoseconds ?? .min,
            entry?.stream ?? 0,
            limit
        ) { historyEntry($0) }
    }

    /// The last activity of the longest idle stream that waits to be verified, behind `entry`.
    package func firstUnverified(
        _ receiver: ReceiverNumber,
        after entry: HistoryEntry?
    ) throws(SQLError) -> WallTime? {
        try statement(.firstUnverified).first(
            receiver,
            entry?.modified.nanoseconds ?? .min,
            entry?.stream ?? 0
        ) { $0.isNull(0) ? nil : WallTime(nanoseconds: $0.int(0)) } ?? nil
    }

    /// Calls `body` with the position of every stream that takes part in the position digest.
    package func eachOpenPosition(
        _ receiver: ReceiverNumber,
        _ body: (StreamID, _ offset: UInt64) -> Void
    ) throws(SQLError) {
        try statement(.openPositions).query(receiver) { row throws(SQLError) in
            guard let file = FileID(row.uint64(0)) else { return }
            let generation = Generation(truncatingIfNeeded: row.int(1))
            body(StreamID(file: file, generation: generation), row.uint64(2))
        }
    }

    // MARK: Rows

    private func historyEntry(_ row: Statement) -> HistoryEntry {
        HistoryEntry(modified: WallTime(nanoseconds: row.int(0)), stream: row.int(1))
    }

    private func cursor(_ row: Statement) -> CursorRecord {
        let remote = FileID(row.uint64(2)).map {
            StreamID(file: $0, generation: Generation(truncatingIfNeeded: row.int(3)))
        }
        return CursorRecord(
            receiver: row.int(0),
            stream: row.int(1),
            remote: remote,
            acked: ReadPosition(offset: row.uint64(4), check: row.uint64(5)),
            told: row.int(6),
            isVerified: row.bool(7),
            isClosed: row.bool(8),
            isDue: row.bool(9)
        )
    }
}
