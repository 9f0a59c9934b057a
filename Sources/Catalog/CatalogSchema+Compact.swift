extension CatalogSchema {
    /// Which trigrams a call has, and not where: with their places the index took more than what it is of.
    static let fragments = """
        DROP TABLE fragments;
        CREATE VIRTUAL TABLE fragments USING fts5 (
            file_path, command, query,
            content = 'tool_usage', content_rowid = 'row', tokenize = 'trigram',
            columnsize = 0, detail = none
        );
        INSERT INTO fragments (fragments) VALUES ('rebuild');
        """

    /// Tools and kinds of records as numbers (`StoredWord`).
    static let words = """
        CREATE TABLE entries_anew (
            seq INTEGER PRIMARY KEY,
            id INTEGER NOT NULL,
            rev INTEGER NOT NULL,
            agent INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            file INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            length INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            tool_word BLOB NOT NULL,
            kind_word BLOB NOT NULL,
            event INTEGER NOT NULL,
            first INTEGER NOT NULL,
            uuid_key BLOB,
            parent_key BLOB,
            session INTEGER,
            timestamp INTEGER,
            received INTEGER NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            sidechain INTEGER NOT NULL,
            uuid TEXT GENERATED ALWAYS AS (uuid_text(uuid_key)) VIRTUAL,
            parent TEXT GENERATED ALWAYS AS (uuid_text(parent_key)) VIRTUAL,
            tool TEXT GENERATED ALWAYS AS (word_text(tool_word)) VIRTUAL,
            kind TEXT GENERATED ALWAYS AS (word_text(kind_word)) VIRTUAL
        );
        INSERT INTO entries_anew (seq, id, rev, agent, owner, file, offset, length, ordinal,
            tool_word, kind_word, event, first, uuid_key, parent_key, session, timestamp, received,
            status, reason, sidechain)
        SELECT seq, id, rev, agent, owner, file, offset, length, ordinal, tool, kind, event, first,
            uuid_key, parent_key, session, timestamp, received, status, reason, sidechain
        FROM entries;
        DROP TABLE entries;
        ALTER TABLE entries_anew RENAME TO entries;
        CREATE INDEX entries_by_rev ON entries (rev);
        CREATE INDEX entries_by_event ON entries (event);
        CREATE INDEX entries_by_file ON entries (file, offset, ordinal);
        CREATE INDEX entries_by_session ON entries (session, timestamp) WHERE session IS NOT NULL;
        CREATE INDEX entries_of_copies ON entries (file) WHERE first <> seq;
        """
}
