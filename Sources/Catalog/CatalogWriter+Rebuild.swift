import Core
import SQL

extension CatalogWriter {
    /// Takes over from the catalog that is to be replaced what the archive does not tell: the numbers of owners and
    /// agents, the key of findings, legal holds on files and sessions.
    ///
    /// Call it outside a transaction on a catalog that was opened for a rebuild: once before anything is written,
    /// and once before `finish`, when the held rows are there.
    package func inherit(from former: BytePath) throws(SQLError) {
        let database = store.database
        try database.prepare("ATTACH DATABASE ? AS former").run(former.description)
        try database.execute(
            """
            INSERT OR IGNORE INTO owners SELECT * FROM former.owners;
            INSERT OR IGNORE INTO agents SELECT * FROM former.agents;
            INSERT OR REPLACE INTO properties
                SELECT * FROM former.properties WHERE name = 'finding_key';
            UPDATE files SET hold = 1 WHERE id IN (SELECT id FROM former.files WHERE hold <> 0);
            UPDATE sessions SET hold = 1
                WHERE id IN (SELECT id FROM former.sessions WHERE hold <> 0);
            """
        )
        try database.execute("DETACH DATABASE former")
        try store.readFindingKey()
    }

    /// Makes a catalog that was opened for a rebuild whole and durable: after it the file can take the place of
    /// the one that is read.
    ///
    /// Its epoch is its own, so cursors begin anew. Nothing is written with this writer any more.
    package func finish() throws(SQLError) {
        let database = store.database
        try FullTextSearch.optimise(database)
        try database.execute("PRAGMA synchronous = FULL")
        // The change of mode writes the first page, and the checkpoint syncs the file with all that is in it.
        _ = try database.prepare("PRAGMA journal_mode = WAL").first { $0.text(0) }
        try database.transaction { () throws(SQLError) in try store.storeCounters() }
        _ = try database.checkpoint(.truncate)
    }
}
