import SQL

/// The tables of `catalog.db`, step by step; a released step is never changed.
///
/// Everything in it is derived from the archive: the file can be thrown away and is made again.
enum CatalogSchema {
    static let migrations = Migrations([
        """
        CREATE TABLE files (
            file INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            agent BLOB NOT NULL,
            source TEXT NOT NULL,
            path BLOB NOT NULL,
            held INTEGER NOT NULL,
            digest_state TEXT NOT NULL,
            deleted INTEGER NOT NULL,
            closed INTEGER NOT NULL,
            began INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            parsed_offset INTEGER NOT NULL DEFAULT 0,
            lines INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (file, generation)
        ) WITHOUT ROWID;
        CREATE INDEX files_by_path ON files (agent, source, path);
        """
    ])
}
