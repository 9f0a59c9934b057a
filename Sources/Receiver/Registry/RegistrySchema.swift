import SQL

/// The tables of `receiver.db`, step by step; a released step is never changed.
///
/// It is the receiver's own memory, not derived from anything: back it up. Times are nanoseconds since 1970.
/// Sessions are named as `SessionName` has them, so that a rebuilt catalog finds them again; an erasure that is not
/// `done` is gone on with at the next start, and one that is still keeps the session away. `retention` is the latest time
/// before which rows were retired, by table.
/// `nonce_state`: 1 = the agent has stored the current nonce, 2 = it went back in time and was not compared yet.
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
            nonce_state INTEGER NOT NULL DEFAULT 0,
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
        CREATE TABLE audit (
            at INTEGER NOT NULL,
            action TEXT NOT NULL,
            detail TEXT NOT NULL
        );
        """,
        // Who may see the page, and what people noted there. `access.hash` is the SHA-256 of a secret that is stored
        // nowhere; `finding` is the finding's row in the catalog, which a rebuild repeats.
        """
        CREATE TABLE access (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            hash BLOB NOT NULL UNIQUE,
            role TEXT NOT NULL,
            owner TEXT,
            name TEXT NOT NULL,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            used INTEGER,
            login_valid INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE finding_notes (
            finding INTEGER PRIMARY KEY,
            state TEXT NOT NULL,
            note TEXT NOT NULL,
            at INTEGER NOT NULL,
            by TEXT NOT NULL
        );
        CREATE TABLE page_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """,
        """
        CREATE TABLE erasures (
            owner TEXT NOT NULL,
            tool TEXT NOT NULL,
            session TEXT NOT NULL,
            ordered INTEGER NOT NULL,
            done INTEGER,
            PRIMARY KEY (owner, tool, session)
        ) WITHOUT ROWID;
        CREATE TABLE holds (
            owner TEXT NOT NULL,
            tool TEXT NOT NULL,
            session TEXT NOT NULL,
            since INTEGER NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (owner, tool, session)
        ) WITHOUT ROWID;
        CREATE TABLE retention (
            name TEXT PRIMARY KEY,
            cutoff INTEGER NOT NULL
        ) WITHOUT ROWID;
        """,
    ])
}
