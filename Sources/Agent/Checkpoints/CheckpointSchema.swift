import SQL
import Tailing

/// The agent's memory, an SQLite database in the state folder.
///
/// | Table | One row per | |
/// |---|---|---|
/// | `sources` | source ever configured | `active`: it is configured now |
/// | `receivers` | receiver ever configured | `nonce`: 16 bytes of its last welcome; `hold`: held files wait for it |
/// | `streams` | generation of a file | `StreamRecord`; `current`: the newest of its path; `held`: its name in the state folder; `digest`: SHA-256 over the SHA-256 of each MiB up to `hashed`, once confirmed |
/// | `blocks` | MiB read of a stream | `hash`: XXH3-128; the last covers up to `streams.hashed` |
/// | `cursors` | receiver and stream | what the receiver acknowledged; `due`: it lacks bytes or news |
/// | `copies` | file to be copied | snapshots that wait for their time |
///
/// Times are nanoseconds since 1970. 64-bit values without sign are stored as their bit pattern.
package enum CheckpointSchema {
    /// All versions; a released step is never changed.
    package static let migrations = Migrations([first, second])

    private static let first = """
        CREATE TABLE sources (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, active INTEGER NOT NULL DEFAULT 1);
        CREATE TABLE receivers (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, hold INTEGER NOT NULL DEFAULT 1,
            active INTEGER NOT NULL DEFAULT 1, nonce BLOB);
        CREATE TABLE streams (
            number INTEGER PRIMARY KEY, source INTEGER NOT NULL, path BLOB NOT NULL,
            device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL,
            modified INTEGER NOT NULL, changed INTEGER NOT NULL, settled INTEGER NOT NULL,
            state INTEGER NOT NULL, reason INTEGER NOT NULL, previous INTEGER,
            hashed INTEGER NOT NULL, held INTEGER, confirmed INTEGER NOT NULL,
            revision INTEGER NOT NULL, current INTEGER NOT NULL, began INTEGER NOT NULL,
            ended INTEGER, ending INTEGER);
        CREATE UNIQUE INDEX streams_by_path ON streams (source, path) WHERE current = 1;
        CREATE INDEX streams_by_key ON streams (inode, device) WHERE state < 2;
        CREATE INDEX streams_held_gone ON streams (ended) WHERE held IS NOT NULL AND state = 1;
        CREATE INDEX streams_copied ON streams (began) WHERE held IS NOT NULL AND state = 2;
        CREATE TABLE blocks (
            stream INTEGER NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL,
            PRIMARY KEY (stream, place)) WITHOUT ROWID;
        CREATE TABLE cursors (
            stream INTEGER NOT NULL, receiver INTEGER NOT NULL, file INTEGER, generation INTEGER,
            acked INTEGER NOT NULL DEFAULT 0, guard INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0,
            verified INTEGER NOT NULL DEFAULT 0, closed INTEGER NOT NULL DEFAULT 0,
            due INTEGER NOT NULL, modified INTEGER NOT NULL,
            PRIMARY KEY (stream, receiver)) WITHOUT ROWID;
        CREATE INDEX cursors_due ON cursors (receiver, modified, stream) WHERE due = 1;
        CREATE INDEX cursors_unverified ON cursors (receiver, modified, stream)
            WHERE due = 0 AND verified = 0 AND closed = 0 AND file IS NOT NULL;
        CREATE INDEX cursors_by_file ON cursors (receiver, file, generation)
            WHERE file IS NOT NULL;
        CREATE TABLE copies (
            source INTEGER NOT NULL, path BLOB NOT NULL, due INTEGER NOT NULL,
            PRIMARY KEY (source, path)) WITHOUT ROWID;
        CREATE INDEX copies_by_time ON copies (due);
        """

    /// Blocks have XXH3-128 instead of SHA-256, and streams their digest.
    ///
    /// One cannot be computed from the other. So files are compared with what each receiver holds, as after
    /// the loss of the state folder, and their checksums made on the way.
    private static let second = """
        ALTER TABLE streams DROP COLUMN confirmed;
        ALTER TABLE streams ADD COLUMN digest BLOB;
        DELETE FROM blocks;
        UPDATE streams SET hashed = 0 WHERE state < 3;
        UPDATE cursors SET acked = 0, guard = \(Int64(bitPattern: ReadPosition.start.check)),
            verified = 0
        WHERE closed = 0 AND stream IN (SELECT number FROM streams
            WHERE state = 0 OR (state < 3 AND held IS NOT NULL));
        """
}
