import Agent
import Core
import SQL
import Tailing
import Testing

@Suite("Checkpoints of older agents")
struct CheckpointMigrationTests {
    /// The tables of version 1 as they were, with one row a stream: 1 is live, 2 lost, 3 closed.
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
        CREATE TABLE blocks (
            stream INTEGER NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL,
            PRIMARY KEY (stream, place)) WITHOUT ROWID;
        CREATE TABLE cursors (
            stream INTEGER NOT NULL, receiver INTEGER NOT NULL, file INTEGER, generation INTEGER,
            acked INTEGER NOT NULL DEFAULT 0, guard INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0,
            verified INTEGER NOT NULL DEFAULT 0, closed INTEGER NOT NULL DEFAULT 0,
            due INTEGER NOT NULL, modified INTEGER NOT NULL,
            PRIMARY KEY (stream, receiver)) WITHOUT ROWID;
        CREATE TABLE copies (
            source INTEGER NOT NULL, path BLOB NOT NULL, due INTEGER NOT NULL,
            PRIMARY KEY (source, path)) WITHOUT ROWID;
        INSERT INTO sources (id, name) VALUES (1, 's');
        INSERT INTO receivers (id, name) VALUES (1, 'prod');
        INSERT INTO streams VALUES
            (1, 1, x'61', 1, 1, 100, 5, 5, 1, 0, 0, NULL, 100, NULL, 1, 0, 1, 5, NULL, NULL),
            (2, 1, x'62', 1, 2, 100, 5, 5, 1, 3, 0, NULL, 100, NULL, 1, 1, 0, 5, 6, 0),
            (3, 1, x'63', 1, 3, 100, 5, 5, 1, 0, 0, NULL, 100, NULL, 1, 0, 1, 5, NULL, NULL);
        INSERT INTO blocks SELECT number, 0, zeroblob(32) FROM streams;
        INSERT INTO cursors VALUES
            (1, 1, 11, 1, 100, 77, 0, 1, 0, 0, 5), (2, 1, 12, 1, 100, 77, 1, 1, 0, 0, 5),
            (3, 1, 13, 1, 100, 77, 0, 1, 1, 0, 5);
        """

    private static func upgraded() throws -> (CheckpointStore, ReceiverNumber) {
        let connection = try Connection(path: ":memory:")
        try Migrations([first]).apply(to: connection)
        let store = try CheckpointStore(connection)
        try store.configure(sources: ["s"], receivers: [("prod", true)])
        return (store, try #require(try store.receiver("prod")))
    }

    @Test("What can be read is compared with the receiver before anything is believed of it")
    func compared() throws {
        let (store, receiver) = try CheckpointMigrationTests.upgraded()
        let record = try #require(try store.stream(1))
        #expect(record.hashedLength == 0 && !record.confirmed)
        #expect(try store.block(1, 0) == nil)
        let cursor = try #require(try store.cursor(receiver, 1))
        #expect(cursor.remote?.file == FileID(11))
        #expect(cursor.acked == .start && !cursor.isVerified && cursor.isDue)
        #expect(try store.due(receiver, after: nil, limit: 9).map(\.stream) == [1])
    }

    @Test("What cannot be read, or is closed, stays as it was", arguments: [2, 3])
    func kept(_ number: StreamNumber) throws {
        let (store, receiver) = try CheckpointMigrationTests.upgraded()
        let cursor = try #require(try store.cursor(receiver, number))
        #expect(cursor.acked.offset == 100 && cursor.isVerified && !cursor.isDue)
    }
}
