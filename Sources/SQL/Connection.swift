import CSQLite
import Core

/// An open SQLite database; it belongs to one thread at a time.
///
/// Its statements keep it open: it closes with the last reference to it and them.
package final class Connection {
    /// What may be done with the file.
    package enum Mode: Sendable {
        /// Reading and writing; a missing file is made.
        case readWriteCreate
        /// Reading only; the file must be there.
        case readOnly
    }

    /// The path, as it was given.
    package let path: BytePath
    /// Nil after `close`.
    private(set) var handle: OpaquePointer?
    /// What `onProgress` was given, held while SQLite calls it.
    var progressHook: AnyObject?

    /// Opens the file and sets its options; ":memory:" is a database that ends with the connection.
    package init(
        path: BytePath,
        mode: Mode = .readWriteCreate,
        options: ConnectionOptions = ConnectionOptions()
    ) throws(SQLError) {
        self.path = path
        guard !path.isEmpty, !path.bytes.contains(0) else {
            throw SQLError(.misuse, message: "not a path", path: path.description)
        }
        // A path is never a URI, whatever the library was built to believe of "file:".
        let isURI = path.bytes.starts(with: Array("file:".utf8))
        let name = (isURI ? Array("./".utf8) : []) + path.bytes + [0]
        let access =
            switch mode {
            case .readWriteCreate: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readOnly: SQLITE_OPEN_READONLY
            }
        // No mutex: one thread at a time uses a connection.
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        _ = Connection.isLibraryConfigured
        let code = name.withUnsafeBytes {
            sqlite3_open_v2($0.assumingMemoryBound(to: CChar.self).baseAddress, &handle, flags, nil)
        }
        guard code == SQLITE_OK else { throw error(code, sql: nil) }
        try configure(options, mode)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Closes the file; every statement must be gone before.
    ///
    /// Closing again does nothing.
    ///
    /// - Throws: a busy error while statements are left; the connection stays open then.
    package func close() throws(SQLError) {
        guard let open = handle else { return }
        try check(sqlite3_close(open), sql: nil)
        handle = nil
    }

    // MARK: Statements

    /// Runs the statements of `sql` one after another; rows are passed over.
    package func execute(_ sql: String) throws(SQLError) {
        try check(sqlite3_exec(try opened(), sql, nil, nil, nil), sql: sql)
    }

    /// Prepares the one statement that `sql` holds.
    ///
    /// - Throws: `.misuse` when `sql` holds none, or something behind the first.
    package func prepare(_ sql: String) throws(SQLError) -> Statement {
        let database = try opened()
        var text = sql
        var prepared: OpaquePointer?
        var rest = 0
        let code = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    database,
                    characters.baseAddress,
                    Int32(characters.count),
                    UInt32(SQLITE_PREPARE_PERSISTENT),
                    &prepared,
                    &tail
                )
                if let tail, let base = characters.baseAddress { rest = tail - base }
                return code
            }
        }
        try check(code, sql: sql)
        guard let prepared else { throw misuse("the text holds no statement", sql) }
        let statement = Statement(self, handle: prepared)
        let isAlone = sql.utf8.dropFirst(rest).allSatisfy {
            $0 == 0x20 || (0x09...0x0d).contains($0)
        }
        guard isAlone else { throw misuse("the text holds more than one statement", sql) }
        return statement
    }

    /// The row id that the last INSERT made.
    package var lastInsertedRow: Int64 { handle.map { sqlite3_last_insert_rowid($0) } ?? 0 }

    /// The rows that the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { handle.map { Int(sqlite3_changes64($0)) } ?? 0 }

    /// The rows that all statements changed since the connection was opened.
    package var totalChanges: Int { handle.map { Int(sqlite3_total_changes64($0)) } ?? 0 }

    // MARK: Errors

    func opened() throws(SQLError) -> OpaquePointer {
        guard let handle else { throw misuse("the connection is closed", nil) }
        return handle
    }

    func check(_ code: Int32, sql: String?) throws(SQLError) {
        guard code == SQLITE_OK else { throw error(code, sql: sql) }
    }

    func error(_ code: Int32, sql: String?) -> SQLError {
        // The connection speaks of its last failure only; of another code the general words are said.
        let isLast = handle.map { sqlite3_extended_errcode($0) == code } ?? false
        let words = isLast ? sqlite3_errmsg(handle) : sqlite3_errstr(code)
        var message = words.map { String(cString: $0) } ?? "unknown error"
        let errno = handle.map { sqlite3_system_errno($0) } ?? 0
        let isSystem = [SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_FULL].contains(code & 0xff)
        if isSystem, errno != 0 { message += ", errno \(errno)" }
        return SQLError(
            .sqlite(extendedCode: code),
            message: message,
            sql: sql,
            path: path.description
        )
    }

    func misuse(_ message: String, _ sql: String?) -> SQLError {
        SQLError(.misuse, message: message, sql: sql, path: path.description)
    }

    func newerSchema(found: Int, known: Int) -> SQLError {
        SQLError(
            .newerSchema(found: found, known: known),
            message: "its schema is version \(found), this program knows up to \(known); use the "
                + "newer program that wrote it, or restore the backup made before the upgrade "
                + "(nothing was changed)",
            path: path.description
        )
    }

    // MARK: Options

    private func configure(_ options: ConnectionOptions, _ mode: Mode) throws(SQLError) {
        try setBusyTimeout(options.busyTimeout)
        if let cache = options.cacheKiB { try execute("PRAGMA cache_size = \(-cache)") }
        try execute("PRAGMA mmap_size = \(options.mmapSize)")
        try execute("PRAGMA foreign_keys = \(options.foreignKeys ? 1 : 0)")
        if let store = options.temporaryStore {
            try execute("PRAGMA temp_store = \(store.rawValue)")
        }
        if mode == .readWriteCreate {
            // Before the journal mode, which writes the first page and so settles it.
            if options.incrementalVacuum { try execute("PRAGMA auto_vacuum = INCREMENTAL") }
            if let journal = options.journalMode { try setJournalMode(journal) }
            try execute("PRAGMA synchronous = \(options.synchronous.rawValue)")
        }
        // Reads the header, so that a file that is no database is refused here and not later.
        try execute("PRAGMA schema_version")
    }

    private func setJournalMode(_ mode: ConnectionOptions.JournalMode) throws(SQLError) {
        let actual = try prepare("PRAGMA journal_mode = \(mode.rawValue)").first { $0.text(0) }
        guard actual == mode.rawValue || path == Connection.inMemory else {
            throw misuse("journal mode \(mode.rawValue) is impossible here", actual)
        }
    }

    /// Done once, before the first connection; a library that runs already is left as it is.
    private static let isLibraryConfigured =
        tailship_disable_memory_statistics() == SQLITE_OK

    private static let inMemory: BytePath = ":memory:"
}
