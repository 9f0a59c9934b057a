/// A failure of the database: which, on what, in whose words.
package struct SQLError: Error, Sendable, Equatable {
    /// What kind of failure it is.
    package enum Kind: Sendable, Equatable {
        /// SQLite refused; the result code with its extension (https://sqlite.org/rescode.html).
        case sqlite(extendedCode: Int32)
        /// The database was written by a newer program: its schema version and the newest one known here.
        case newerSchema(found: Int, known: Int)
        /// The call cannot be carried out on this connection or statement; a mistake in the program.
        case misuse
    }

    /// What kind of failure it is.
    package let kind: Kind
    /// What went wrong, in SQLite's words where they are its own.
    package let message: String
    /// The beginning of the statement, at most 160 characters; nil where there is none.
    package let sql: String?
    /// The database's path, for people.
    package let path: String

    /// Cuts the statement to its beginning.
    package init(_ kind: Kind, message: String, sql: String? = nil, path: String) {
        self.kind = kind
        self.message = message
        self.sql = sql.map { String($0.prefix(160)) }
        self.path = path
    }

    /// The result code with its extension; 0 (no SQLite error) for the kinds that are not SQLite's.
    package var extendedCode: Int32 {
        guard case .sqlite(let code) = kind else { return 0 }
        return code
    }

    /// The result code without its extension.
    package var primaryCode: Int32 { extendedCode & 0xff }

    /// The result code's name, as "SQLITE_IOERR_FSYNC".
    package var name: String { SQLResultCode.name(of: extendedCode) }

    /// Whether the file's content is damaged.
    package var isCorrupt: Bool { primaryCode == SQLResultCode.corrupt }
    /// Whether another connection held the lock for longer than the busy timeout.
    package var isBusy: Bool {
        primaryCode == SQLResultCode.busy || primaryCode == SQLResultCode.locked
    }
    /// Whether the statement was ended by `Connection.onProgress`.
    package var isInterrupted: Bool { primaryCode == SQLResultCode.interrupt }
    /// Whether the disk (or the database's own limit) is full.
    package var isFull: Bool { primaryCode == SQLResultCode.full }
    /// Whether the file or its folder may not be written.
    package var isReadOnly: Bool { primaryCode == SQLResultCode.readOnly }
    /// Whether the file is something else than an SQLite database.
    package var isNotADatabase: Bool { primaryCode == SQLResultCode.notADatabase }
    /// Whether the statement makes no sense here: a table or column that is not there, or a mistake in it.
    package var isMistaken: Bool { primaryCode == SQLResultCode.error }
    /// Whether a UNIQUE, NOT NULL, CHECK or foreign key constraint refused the row.
    package var isConstraint: Bool { primaryCode == SQLResultCode.constraint }
}

extension SQLError: CustomStringConvertible {
    /// One line: path, code, words, statement.
    package var description: String {
        var text = "database \(path): \(message)"
        if case .sqlite = kind { text += " (\(name))" }
        if let sql { text += " in: \(sql)" }
        return text
    }
}
