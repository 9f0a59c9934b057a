import Core
import SQL

extension CatalogWriter {
    /// Whether what is deleted from now on is overwritten in the file with zeros; call it outside a transaction.
    package func overwriteDeleted(_ isOn: Bool) throws(SQLError) {
        try store.database.execute("PRAGMA secure_delete = \(isOn ? "ON" : "OFF")")
    }

    /// Merges parts of the search indexes, which still have the words of deleted rows, about so many pages.
    ///
    /// - Parameters:
    ///   - pages: what is written at a time.
    ///   - begins: whether all parts are to be merged into one; later calls go on with that.
    /// - Returns: whether there was anything to merge.
    /// - Throws: when the database fails.
    package func mergeSearch(pages: Int, begins: Bool) throws(SQLError) -> Bool {
        let database = store.database
        let before = database.totalChanges
        for table in FullTextSearch.tables {
            try database.prepare("INSERT INTO \(table) (\(table), rank) VALUES ('merge', ?)")
                .run(begins ? -pages : pages)
        }
        // Each statement counts for one.
        return database.totalChanges - before > FullTextSearch.tables.count
    }

    /// Pages of the file that nothing uses.
    package var freePages: Int64 {
        get throws(SQLError) {
            try store.database.prepare("PRAGMA freelist_count").first { $0.int(0) } ?? 0
        }
    }

    /// Gives up to `pages` unused pages back to the file system; the file shrinks with the next checkpoint.
    package func giveBack(pages: Int) throws(SQLError) {
        try store.database.execute("PRAGMA incremental_vacuum(\(pages))")
    }

    /// Empties the log, which still has the pages from before; false while a reader needs them.
    @discardableResult
    package func emptyLog() -> Bool {
        do throws(SQLError) {
            try store.database.setBusyTimeout(.milliseconds(50))
            defer { try? store.database.setBusyTimeout(.seconds(5)) }
            _ = try store.database.checkpoint(.truncate)
            return true
        } catch {
            return false
        }
    }
}
