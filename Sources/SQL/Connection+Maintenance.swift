import CSQLite
import Core

extension Connection {
    /// The number that the program keeps in the file's header, for its schema's version.
    package var userVersion: Int {
        get throws(SQLError) {
            Int(try prepare("PRAGMA user_version").first { $0.int(0) } ?? 0)
        }
    }

    /// Sets `userVersion`, 0 to 2³¹ − 1; part of the open transaction, when there is one.
    package func setUserVersion(_ version: Int) throws(SQLError) {
        try execute("PRAGMA user_version = \(version)")
    }

    /// Sets how long a lock of another connection is waited for, in whole milliseconds.
    package func setBusyTimeout(_ timeout: Duration) throws(SQLError) {
        let milliseconds = Int32(clamping: max(0, timeout.milliseconds))
        try check(sqlite3_busy_timeout(try opened(), milliseconds), sql: nil)
    }

    /// Bytes that this connection holds: page cache, schema and statements.
    package var memoryUsed: Int {
        [SQLITE_DBSTATUS_CACHE_USED, SQLITE_DBSTATUS_SCHEMA_USED, SQLITE_DBSTATUS_STMT_USED]
            .reduce(0) { sum, kind in
                var current: Int32 = 0
                var highest: Int32 = 0
                guard let handle,
                    sqlite3_db_status(handle, kind, &current, &highest, 0) == SQLITE_OK
                else { return sum }
                return sum + Int(current)
            }
    }

    /// Gives back what memory can be spared, mostly unused cached pages.
    package func releaseMemory() {
        if let handle { sqlite3_db_release_memory(handle) }
    }

    /// Moves the log into the database.
    ///
    /// - Throws: a busy error when readers or a writer stood in the way for the busy timeout.
    package func checkpoint(_ mode: CheckpointMode) throws(SQLError) -> CheckpointResult {
        var log: Int32 = 0
        var done: Int32 = 0
        try check(
            sqlite3_wal_checkpoint_v2(try opened(), nil, mode.number, &log, &done),
            sql: "checkpoint"
        )
        return CheckpointResult(logPages: Int(log), checkpointedPages: Int(done))
    }

    /// What is wrong with the file, one line a finding, at most 100; empty when it is sound.
    ///
    /// A quick one leaves out whether indices agree with their tables, which takes most of the time.
    package func integrityCheck(quick: Bool = false) throws(SQLError) -> [String] {
        let pragma = quick ? "PRAGMA quick_check" : "PRAGMA integrity_check"
        do throws(SQLError) {
            return try prepare(pragma).all { $0.text(0) }.filter { $0 != "ok" }
        } catch  where error.isCorrupt {
            // Damage that the check itself stumbles over is a finding like the others.
            return [error.message]
        }
    }

    /// The database as the bytes of a file, with what its log holds and this connection changed.
    package func serialize() throws(SQLError) -> [UInt8] {
        var count: Int64 = 0
        guard let bytes = sqlite3_serialize(try opened(), "main", &count, 0) else {
            // A database without a page yet has no bytes and is no failure.
            guard count == 0 else { throw error(SQLITE_NOMEM, sql: "serialize") }
            return []
        }
        defer { sqlite3_free(bytes) }
        return [UInt8](UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    /// A database in memory with the content that `serialize` gave; it has no journal mode of its own.
    package static func deserialize(
        _ bytes: [UInt8],
        options: ConnectionOptions = ConnectionOptions()
    ) throws(SQLError) -> Connection {
        let connection = try Connection(path: ":memory:", options: options)
        guard !bytes.isEmpty else { return connection }
        guard let copy = sqlite3_malloc64(UInt64(bytes.count)) else {
            throw connection.error(SQLITE_NOMEM, sql: "deserialize")
        }
        UnsafeMutableRawBufferPointer(start: copy, count: bytes.count).copyBytes(from: bytes)
        // Bytes 18 and 19 of the header are 2 in WAL mode, which a database in memory cannot have.
        if bytes.count > 19, bytes[18] == 2 {
            copy.storeBytes(of: 1, toByteOffset: 18, as: UInt8.self)
            copy.storeBytes(of: 1, toByteOffset: 19, as: UInt8.self)
        }
        // SQLite frees the copy, also when it fails.
        let code = sqlite3_deserialize(
            try connection.opened(),
            "main",
            copy.assumingMemoryBound(to: UInt8.self),
            Int64(bytes.count),
            Int64(bytes.count),
            UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE)
        )
        try connection.check(code, sql: "deserialize")
        try connection.execute("PRAGMA schema_version")
        return connection
    }
}
