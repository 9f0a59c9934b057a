import SQL

/// The tables of `receiver.db`, step by step; a released step is never changed.
///
/// `agents` and `tokens` are the receiver's own memory; `files` is derived from the archive's manifest and
/// can be thrown away. Times are nanoseconds since 1970; identities are blobs or 64-bit patterns.
enum RegistrySchema {
    static let migrations = Migrations([
        """
        CREATE TABLE agents (
            id BLOB PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            host TEXT NOT NULL DEFAULT '',
            system TEXT NOT NULL DEFAULT '',
            version TEXT NOT NULL DEFAULT '',
            enrolled INTEGER NOT NULL,
            seen INTEGER,
            certificate_expires INTEGER,
            revoked INTEGER,
            cloned INTEGER,
            nonce_current BLOB NOT NULL DEFAULT x'',
            nonce_previous BLOB NOT NULL DEFAULT x'',
            nonce_confirmed INTEGER NOT NULL DEFAULT 0,
            nonces_abandoned BLOB NOT NULL DEFAULT x''
        ) WITHOUT ROWID;
        CREATE TABLE tokens (
            secret_hash BLOB PRIMARY KEY,
            owner TEXT NOT NULL,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            agent BLOB,
            key_hash BLOB
        ) WITHOUT ROWID;
        CREATE TABLE files (
            file INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            agent BLOB NOT NULL,
            source TEXT NOT NULL,
            path BLOB NOT NULL,
            held INTEGER NOT NULL,
            digest_state TEXT NOT NULL DEFAULT 'unverified',
            parsed_offset INTEGER NOT NULL DEFAULT 0,
            lines INTEGER NOT NULL DEFAULT 0,
            deleted INTEGER NOT NULL DEFAULT 0,
            closed INTEGER NOT NULL DEFAULT 0,
            changed INTEGER NOT NULL,
            PRIMARY KEY (file, generation)
        ) WITHOUT ROWID;
        CREATE INDEX files_by_path ON files (agent, source, path);
        CREATE TABLE audit (
            at INTEGER NOT NULL,
            action TEXT NOT NULL,
            detail TEXT NOT NULL
        );
        """
    ])
}
