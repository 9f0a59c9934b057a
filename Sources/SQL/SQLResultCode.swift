import CSQLite

/// SQLite's result codes: the primary one in the low byte, the extension's number above it.
enum SQLResultCode {
    static let error = SQLITE_ERROR
    static let interrupt = SQLITE_INTERRUPT
    static let busy = SQLITE_BUSY
    static let locked = SQLITE_LOCKED
    static let corrupt = SQLITE_CORRUPT
    static let full = SQLITE_FULL
    static let readOnly = SQLITE_READONLY
    static let notADatabase = SQLITE_NOTADB
    static let constraint = SQLITE_CONSTRAINT

    /// The name in sqlite3.h; of the primary code with a number where the extension is unknown.
    static func name(of code: Int32) -> String {
        let primary = Int(code & 0xff)
        guard primary < primaries.count else { return "SQLITE_\(code)" }
        let name = "SQLITE_" + primaries[primary]
        let number = Int(code >> 8)
        guard number > 0 else { return name }
        let extensions = extensions(of: code & 0xff)
        return number <= extensions.count
            ? name + "_" + extensions[number - 1] : name + "(\(number))"
    }

    private static let primaries = [
        "OK", "ERROR", "INTERNAL", "PERM", "ABORT", "BUSY", "LOCKED", "NOMEM", "READONLY",
        "INTERRUPT", "IOERR", "CORRUPT", "NOTFOUND", "FULL", "CANTOPEN", "PROTOCOL", "EMPTY",
        "SCHEMA", "TOOBIG", "CONSTRAINT", "MISMATCH", "MISUSE", "NOLFS", "AUTH", "FORMAT", "RANGE",
        "NOTADB", "NOTICE", "WARNING",
    ]

    /// The names of a primary code's extensions, the first of them number 1.
    private static func extensions(of primary: Int32) -> [String] {
        switch primary {
        case SQLITE_ERROR: ["MISSING_COLLSEQ", "RETRY", "SNAPSHOT"]
        case SQLITE_BUSY: ["RECOVERY", "SNAPSHOT", "TIMEOUT"]
        case SQLITE_LOCKED: ["SHAREDCACHE", "VTAB"]
        case SQLITE_READONLY:
            ["RECOVERY", "CANTLOCK", "ROLLBACK", "DBMOVED", "CANTINIT", "DIRECTORY"]
        case SQLITE_CORRUPT: ["VTAB", "SEQUENCE", "INDEX"]
        case SQLITE_CANTOPEN:
            ["NOTEMPDIR", "ISDIR", "FULLPATH", "CONVPATH", "DIRTYWAL", "SYMLINK"]
        case SQLITE_CONSTRAINT:
            [
                "CHECK", "COMMITHOOK", "FOREIGNKEY", "FUNCTION", "NOTNULL", "PRIMARYKEY", "TRIGGER",
                "UNIQUE", "VTAB", "ROWID", "PINNED", "DATATYPE",
            ]
        case SQLITE_IOERR:
            [
                "READ", "SHORT_READ", "WRITE", "FSYNC", "DIR_FSYNC", "TRUNCATE", "FSTAT", "UNLOCK",
                "RDLOCK", "DELETE", "BLOCKED", "NOMEM", "ACCESS", "CHECKRESERVEDLOCK", "LOCK",
                "CLOSE", "DIR_CLOSE", "SHMOPEN", "SHMSIZE", "SHMLOCK", "SHMMAP", "SEEK",
                "DELETE_NOENT", "MMAP", "GETTEMPPATH", "CONVPATH", "VNODE", "AUTH", "BEGIN_ATOMIC",
                "COMMIT_ATOMIC", "ROLLBACK_ATOMIC", "DATA", "CORRUPTFS",
            ]
        default: []
        }
    }
}
