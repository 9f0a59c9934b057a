import SQL

/// The tables of `consumers.db`; a released step is never changed.
///
/// Unlike the catalog it is not derived: it is what consumers have, and what people ordered. `orders` are carried out
/// by the consumer's own thread, at once or at the receiver's next start.
enum ConsumerSchema {
    static let migrations = Migrations([
        """
        CREATE TABLE consumers (
            name TEXT PRIMARY KEY,
            epoch INTEGER,
            rev INTEGER,
            overrides INTEGER NOT NULL DEFAULT 0,
            paused INTEGER NOT NULL DEFAULT 0,
            rows INTEGER NOT NULL DEFAULT 0,
            delivered INTEGER
        ) WITHOUT ROWID;
        CREATE TABLE dead_letters (
            consumer TEXT NOT NULL,
            table_name TEXT NOT NULL,
            id INTEGER NOT NULL,
            rev INTEGER NOT NULL,
            words TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            replay INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (consumer, table_name, id)
        ) WITHOUT ROWID;
        CREATE TABLE waiting_sessions (
            consumer TEXT NOT NULL,
            session INTEGER NOT NULL,
            PRIMARY KEY (consumer, session)
        ) WITHOUT ROWID;
        CREATE TABLE orders (
            number INTEGER PRIMARY KEY,
            consumer TEXT NOT NULL,
            kind TEXT NOT NULL,
            argument TEXT
        );
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            author TEXT NOT NULL,
            consumer TEXT NOT NULL,
            action TEXT NOT NULL,
            detail TEXT NOT NULL
        );
        """,
        "ALTER TABLE consumers ADD COLUMN turn INTEGER NOT NULL DEFAULT 0",
    ])
}
