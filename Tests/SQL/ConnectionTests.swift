import Core
import SQL
import Testing

@Suite("Connections")
struct ConnectionTests {
    let temporary: TemporaryDatabase

    init() throws { temporary = try TemporaryDatabase() }

    @Test("Options are in force in the database")
    func options() throws {
        let connection = try temporary.open(
            .readWriteCreate,
            ConnectionOptions(
                journalMode: .wal,
                synchronous: .normal,
                cacheKiB: 256,
                mmapSize: 65536,
                temporaryStore: .memory,
                busyTimeout: .milliseconds(1500),
                incrementalVacuum: true
            )
        )
        func pragma(_ name: String) throws -> String? {
            try connection.prepare("PRAGMA \(name)").first { $0.text(0) }
        }
        #expect(try pragma("journal_mode") == "wal")
        #expect(try pragma("synchronous") == "1")
        #expect(try pragma("cache_size") == "-256")
        #expect(try pragma("mmap_size") == "65536")
        #expect(try pragma("temp_store") == "2")
        #expect(try pragma("busy_timeout") == "1500")
        #expect(try pragma("auto_vacuum") == "2")
        #expect(try pragma("foreign_keys") == "1")
    }

    @Test("A read-only connection reads and refuses to write")
    func readOnly() throws {
        try temporary.open().execute("CREATE TABLE t (a); INSERT INTO t VALUES (5)")
        let reader = try temporary.open(.readOnly)
        #expect(try reader.prepare("SELECT a FROM t").first { $0.int(0) } == 5)
        #expect(failure { try reader.execute("DELETE FROM t") }?.isReadOnly == true)
    }

    @Test("A missing file is not made by a reader, and the error names it")
    func missing() {
        let error = failure { _ = try temporary.open(.readOnly) }
        #expect(error?.name == "SQLITE_CANTOPEN")
        #expect(error?.description.contains(temporary.path.description) == true)
    }

    @Test("A path that looks like a URI or holds any bytes is a path")
    func strangePaths() throws {
        let path = BytePath(Array(temporary.folder.utf8) + [0x2f, 0xff, 0xfe, 0x3f, 0x23])
        try Connection(path: path).execute("CREATE TABLE t (a)")
        #expect(
            try Connection(path: path, mode: .readOnly).prepare("SELECT * FROM t").first { _ in }
                == nil
        )
        #expect(failure { _ = try Connection(path: "file::memory:", mode: .readOnly) } != nil)
        #expect(failure { _ = try Connection(path: "") }?.kind == .misuse)
        #expect(failure { _ = try Connection(path: BytePath([97, 0, 98])) }?.kind == .misuse)
    }

    @Test("A file that is something else is told from a damaged database")
    func notADatabase() throws {
        let other = try temporary.write(Array("not a database at all".utf8), to: "other.db")
        let error = failure { _ = try Connection(path: other) }
        #expect(error?.isNotADatabase == true && error?.isCorrupt == false)
    }

    @Test("A damaged page is found as corruption and named by the integrity check")
    func corrupt() throws {
        let connection = try temporary.open()
        try connection.execute("CREATE TABLE t (a); CREATE INDEX i ON t (a)")
        let insert = try connection.prepare("INSERT INTO t VALUES (?)")
        try connection.transaction { () throws(SQLError) in
            for value in 0..<2000 { try insert.run(value) }
        }
        #expect(try connection.integrityCheck().isEmpty)
        var bytes = try connection.serialize()
        for offset in 4096..<4200 { bytes[offset] = 0xff }
        let path = try temporary.write(bytes, to: "damaged.db")
        let damaged = try Connection(path: path)
        #expect(try !damaged.integrityCheck().isEmpty)
        let error = failure { try damaged.prepare("SELECT sum(a) FROM t NOT INDEXED").run() }
        #expect(error?.isCorrupt == true)
        #expect(error?.name.hasPrefix("SQLITE_CORRUPT") == true)
    }

    @Test("A lock of another connection is a busy error after the timeout")
    func busy() throws {
        let first = try temporary.open()
        try first.execute("CREATE TABLE t (a)")
        let second = try temporary.open()
        try first.transaction { () throws(SQLError) in
            #expect(failure { try second.execute("INSERT INTO t VALUES (1)") }?.isBusy == true)
        }
        try second.execute("INSERT INTO t VALUES (1)")
    }

    @Test("A full database is told as full")
    func full() throws {
        let connection = try temporary.open()
        try connection.execute("CREATE TABLE t (a); PRAGMA max_page_count = 4")
        let error = failure { try connection.execute("INSERT INTO t VALUES (zeroblob(100000))") }
        #expect(error?.isFull == true)
        #expect(
            OperatorError(error ?? SQLError(.misuse, message: "", path: "")).remedy?.contains(
                "free"
            ) == true
        )
    }

    @Test("Closing waits for the statements, and nothing works afterwards")
    func close() throws {
        let connection = try temporary.open()
        var statement: Statement? = try connection.prepare("SELECT 1")
        #expect(failure { try connection.close() }?.isBusy == true)
        try statement?.run()
        statement = nil
        try connection.close()
        try connection.close()
        #expect(failure { try connection.execute("SELECT 1") }?.kind == .misuse)
        #expect(failure { _ = try connection.prepare("SELECT 1") }?.kind == .misuse)
    }

    @Test("A checkpoint moves the log into the file")
    func checkpoint() throws {
        let connection = try temporary.open(.readWriteCreate, ConnectionOptions(journalMode: .wal))
        try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        #expect(try !temporary.read("test.db-wal").isEmpty)
        #expect(try connection.checkpoint(.passive).checkpointedPages > 0)
        _ = try connection.checkpoint(.truncate)
        #expect(try temporary.read("test.db-wal").isEmpty)
    }

    @Test(
        "A database survives serialisation, in WAL mode and when it is empty",
        arguments: [true, false]
    )
    func serialization(_ hasTable: Bool) throws {
        let connection = try temporary.open(.readWriteCreate, ConnectionOptions(journalMode: .wal))
        if hasTable { try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (42)") }
        let copy = try Connection.deserialize(try connection.serialize())
        if !hasTable { try copy.execute("CREATE TABLE t (a); INSERT INTO t VALUES (42)") }
        #expect(try copy.prepare("SELECT a FROM t").first { $0.int(0) } == 42)
        try copy.execute("INSERT INTO t VALUES (43)")
        #expect(try copy.integrityCheck().isEmpty)
    }

    @Test("Bytes that are no database are refused")
    func badSerialization() {
        #expect(
            failure { _ = try Connection.deserialize([UInt8](repeating: 7, count: 8192)) } != nil
        )
    }

    @Test("Memory is counted and can be given back")
    func memory() throws {
        let connection = try temporary.open(.readWriteCreate, ConnectionOptions(cacheKiB: 256))
        try connection.execute("CREATE TABLE t (a)")
        let insert = try connection.prepare("INSERT INTO t VALUES (zeroblob(4000))")
        try connection.transaction { () throws(SQLError) in for _ in 0..<500 { try insert.run() } }
        let before = connection.memoryUsed
        #expect(before > 0 && before < 400 * 1024)
        connection.releaseMemory()
        #expect(connection.memoryUsed < before)
    }
}
