import CSQLite

extension Connection {
    /// Refuses from now on every statement that does anything but read this database: no other file is attached,
    /// no setting changed, no library loaded.
    ///
    /// It holds for statements that are prepared after it (https://sqlite.org/c3ref/set_authorizer.html).
    package func restrictToReading() throws(SQLError) {
        let code = sqlite3_set_authorizer(
            try opened(),
            { _, action, first, second, _, _ in
                ReadingRule.allows(
                    action,
                    first.map { String(cString: $0) },
                    second.map { String(cString: $0) }
                ) ? SQLITE_OK : SQLITE_DENY
            },
            nil
        )
        try check(code, sql: "restrict to reading")
    }
}

/// What a statement may do on a connection that only reads.
enum ReadingRule {
    /// They tell of the database, and take the name of a table, of an index or nothing.
    private static let pragmas: Set<String> = [
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
        "foreign_key_list", "database_list", "function_list", "module_list", "pragma_list",
        "collation_list", "compile_options", "integrity_check", "quick_check",
    ]
    /// They tell of the database without an argument, and with one would change it.
    private static let values: Set<String> = [
        "user_version", "schema_version", "data_version", "application_id", "page_count",
        "page_size", "freelist_count", "encoding", "journal_mode", "auto_vacuum", "cache_size",
        "mmap_size",
    ]
    /// They reach beyond the database.
    private static let functions: Set<String> = [
        "load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "fsdir", "lsmode",
    ]

    /// - Parameters:
    ///   - action: one of SQLite's codes.
    ///   - first: its first argument: of a pragma its name.
    ///   - second: its second argument: of a pragma its own, of a function its name.
    /// - Returns: whether it only reads.
    static func allows(_ action: Int32, _ first: String?, _ second: String?) -> Bool {
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return true
        // What the library says when a statement first uses a virtual table; nobody can update the schema so.
        case SQLITE_UPDATE: return first == "sqlite_master"
        case SQLITE_FUNCTION: return !functions.contains((second ?? "").lowercased())
        case SQLITE_PRAGMA:
            let name = (first ?? "").lowercased()
            return pragmas.contains(name) || second == nil && values.contains(name)
        default: return false
        }
    }
}
