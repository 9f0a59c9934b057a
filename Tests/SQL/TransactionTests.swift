import Core
import SQL
import Testing

@Suite("Transactions and migrations")
struct TransactionTests {
    let temporary: TemporaryDatabase
    let connection: Connection

    init() throws {
        temporary = try TemporaryDatabase()
        connection = try temporary.open(
            .readWriteCreate,
            ConnectionOptions(journalMode: .wal, busyTimeout: .zero)
        )
        try connection.execute("CREATE TABLE t (a)")
    }

    private func count() throws -> Int64? {
        try connection.prepare("SELECT count(*) FROM t").first { $0.int(0) }
    }

    @Test("What the body did is committed")
    func commit() throws {
        let result = try connection.transaction { () throws(SQLError) in
            try connection.execute("INSERT INTO t VALUES (1)")
            return 9
        }
        #expect(result == 9)
        #expect(try count() == 1 && !connection.isInTransaction)
    }

    @Test("A body that fails changes nothing, and its own error comes out")
    func rollback() throws {
        do {
            try connection.transaction { () throws(OperatorError) in
                do throws(SQLError) {
                    try connection.execute("INSERT INTO t VALUES (1)")
                } catch {
                    throw OperatorError(error)
                }
                throw OperatorError(.internal, "stop")
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.message == "stop")
        }
        #expect(try count() == 0 && !connection.isInTransaction)
    }

    @Test("A lock that cannot be had comes as the body's type of error")
    func busy() throws {
        let other = try temporary.open()
        try other.execute("BEGIN IMMEDIATE")
        do {
            try connection.transaction { () throws(OperatorError) in }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.code == .busy)
        }
    }

    @Test("A transaction inside another is refused and the outer one goes on")
    func nested() throws {
        try connection.transaction { () throws(SQLError) in
            try connection.execute("INSERT INTO t VALUES (1)")
            #expect(
                failure { try connection.transaction { () throws(SQLError) in } }?.kind == .misuse
            )
        }
        #expect(try count() == 1)
    }

    @Test("A statement left in the middle of its rows holds nothing after the transaction")
    func leftOpen() throws {
        try connection.execute("INSERT INTO t VALUES (1), (2)")
        let select = try connection.prepare("SELECT a FROM t")
        try connection.transaction { () throws(SQLError) in _ = try select.step() }
        #expect(!connection.isReading)
        #expect(try connection.checkpoint(.truncate).logPages == 0)
    }

    @Test("A deferred transaction sees one state while another connection writes")
    func snapshot() throws {
        let writer = try temporary.open()
        try connection.transaction(.deferred) { () throws(SQLError) in
            let before = try connection.prepare("SELECT count(*) FROM t").first { $0.int(0) }
            try writer.execute("INSERT INTO t VALUES (1)")
            let after = try connection.prepare("SELECT count(*) FROM t").first { $0.int(0) }
            #expect(before == 0 && after == 0)
        }
        #expect(try count() == 1)
    }

    @Test("Migrations take the steps that are missing, once")
    func migrations() throws {
        let old = Migrations(["CREATE TABLE a (x)"])
        let new = Migrations(["CREATE TABLE a (x)", "ALTER TABLE a ADD y; CREATE TABLE b (z)"])
        #expect(try old.apply(to: connection) == 1)
        #expect(try connection.userVersion == 1)
        #expect(try new.apply(to: connection) == 1)
        #expect(try new.apply(to: connection) == 0)
        try connection.execute("INSERT INTO a (x, y) VALUES (1, 2); INSERT INTO b VALUES (3)")
    }

    @Test("A step that fails half way leaves the version before it")
    func failedMigration() throws {
        let steps = Migrations(["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"])
        #expect(failure { try steps.apply(to: connection) } != nil)
        #expect(try connection.userVersion == 1)
        #expect(failure { try connection.execute("SELECT * FROM b") } != nil)
        try connection.execute("SELECT * FROM a")
    }

    @Test("A newer schema is refused with the way out, and not touched")
    func newerSchema() throws {
        try connection.setUserVersion(3)
        let error = failure { try Migrations(["CREATE TABLE a (x)"]).apply(to: connection) }
        #expect(error?.kind == .newerSchema(found: 3, known: 1))
        #expect(error?.description.contains("newer program") == true)
        #expect(error?.description.contains("backup") == true)
        #expect(try connection.userVersion == 3)
    }

    @Test(
        "Result codes have their names",
        arguments: [
            (11, "SQLITE_CORRUPT"), (1034, "SQLITE_IOERR_FSYNC"),
            (2067, "SQLITE_CONSTRAINT_UNIQUE"),
            (517, "SQLITE_BUSY_SNAPSHOT"), (8202, "SQLITE_IOERR_DATA"), (255, "SQLITE_255"),
            (13 | 9 << 8, "SQLITE_FULL(9)"), (14 | 6 << 8, "SQLITE_CANTOPEN_SYMLINK"),
        ] as [(Int32, String)]
    )
    func names(_ code: Int32, _ name: String) {
        #expect(SQLError(.sqlite(extendedCode: code), message: "", path: "").name == name)
    }
}
