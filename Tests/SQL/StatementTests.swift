import Core
import SQL
import Testing

@Suite("Statements")
struct StatementTests {
    let connection: Connection

    init() throws { connection = try Connection(path: ":memory:") }

    @Test("Every kind of value comes back as it was bound")
    func values() throws {
        let select = try connection.prepare("SELECT ?, ?, ?, ?, ?, ?, ?, ?, typeof(?7), typeof(?5)")
        let seen: Void? = try select.first(
            Int64.min,
            UInt64.max,
            "a\0ü",
            0.25,
            [UInt8](),
            true,
            nil as String?,
            UInt32.max
        ) { row in
            #expect(row.int(0) == .min)
            #expect(row.uint64(1) == .max)
            #expect(row.text(2) == "a\0ü")
            #expect(row.double(3) == 0.25)
            #expect(row.blob(4) == [] && !row.isNull(4))
            #expect(row.bool(5))
            #expect(row.isNull(6) && row.text(6) == "" && row.blob(6) == [])
            #expect(row.int(7) == Int64(UInt32.max))
            #expect(row.text(8) == "null")
            #expect(row.text(9) == "blob")
        }
        #expect(seen != nil)
    }

    @Test("A blob is bound from an array, a slice or memory, and read in place")
    func blobs() throws {
        let bytes: [UInt8] = [0, 255, 0, 7]
        let select = try connection.prepare("SELECT ?, ?, ?")
        let rows = try bytes.withUnsafeBytes { raw in
            try select.all(bytes, bytes[1...], raw) { row in
                [row.withBlob(0) { [UInt8]($0) }, row.blob(1), row.blob(2)]
            }
        }
        #expect(rows == [[bytes, [255, 0, 7], bytes]])
    }

    @Test("A statement is reset after use and can be used again at once")
    func reuse() throws {
        try connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
        let insert = try connection.prepare("INSERT INTO t (b) VALUES (?)")
        for text in ["x", "y", "z"] { try insert.run(text) }
        #expect(connection.lastInsertedRow == 3)
        let select = try connection.prepare("SELECT b FROM t WHERE a >= ? ORDER BY a")
        #expect(try select.first(1) { $0.text(0) } == "x")
        #expect(!connection.isReading)
        #expect(try select.all(2) { $0.text(0) } == ["y", "z"])
        #expect(throws: SQLError.self) {
            try select.query(1) { row throws(SQLError) in
                throw SQLError(.misuse, message: row.text(0), path: "")
            }
        }
        #expect(!connection.isReading)
        try connection.prepare("UPDATE t SET b = 'w'").run()
        #expect(connection.changes == 3)
    }

    @Test("Stepping by hand ends by itself after the last row")
    func steps() throws {
        let select = try connection.prepare("VALUES (1), (2)")
        #expect(try select.step() && select.int(0) == 1)
        #expect(connection.isReading)
        #expect(try select.step() && select.int(0) == 2)
        #expect(try !select.step())
        #expect(!connection.isReading)
        #expect(try select.step() && select.int(0) == 1)
        select.reset()
        #expect(!connection.isReading)
    }

    @Test("The number of values must be the number of parameters", arguments: ["?", "?, ?, ?"])
    func parameterCount(_ parameters: String) throws {
        let select = try connection.prepare("SELECT \(parameters)")
        #expect(throws: SQLError.self) { try select.run(1, 2) }
    }

    @Test("A text prepares exactly one statement", arguments: ["", " ", "SELECT 1; SELECT 2"])
    func exactlyOne(_ sql: String) {
        #expect(failure { _ = try connection.prepare(sql) }?.kind == .misuse)
    }

    @Test("A statement may end in a semicolon and white space")
    func semicolon() throws {
        #expect(try connection.prepare("SELECT 7;\n ").first { $0.int(0) } == 7)
    }

    @Test("Columns have names")
    func columns() throws {
        let select = try connection.prepare("SELECT 1 AS one, 2 AS two")
        #expect((0..<select.columnCount).map { select.columnName($0) } == ["one", "two"])
    }

    @Test("A failed constraint is told by its name and leaves the statement usable")
    func constraint() throws {
        try connection.execute("CREATE TABLE t (a UNIQUE)")
        let insert = try connection.prepare("INSERT INTO t VALUES (?)")
        try insert.run(1)
        let error = failure { try insert.run(1) }
        #expect(error?.isConstraint == true)
        #expect(error?.name == "SQLITE_CONSTRAINT_UNIQUE")
        #expect(error?.sql == "INSERT INTO t VALUES (?)")
        try insert.run(2)
    }
}
