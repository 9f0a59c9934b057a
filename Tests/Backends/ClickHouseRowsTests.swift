import Catalog
import SQL
import Testing

@testable import Backends

@Suite("Rows in ClickHouse's binary form")
struct ClickHouseRowsTests {
    private let schema = ClickHouseSchema(database: "d", prefix: "p_", days: nil)

    /// The bytes behind names and types.
    private func body(_ rows: FeedRow...) throws -> [UInt8] {
        let table = try #require(FeedTable.named("compactions"))
        let head = ClickHouseRows(table, schema).bytes
        var written = ClickHouseRows(table, schema)
        for row in rows { written.append(row) }
        #expect(written.bytes.starts(with: head))
        return Array(written.bytes.dropFirst(head.count))
    }

    private func row(_ values: [String: SQLValue]) throws -> FeedRow {
        let table = try #require(FeedTable.named("compactions"))
        return FeedRow(
            table,
            id: 5,
            rev: 6,
            values: table.columns.map { values[$0.name] ?? .null }
        )
    }

    @Test("Names and types are those of the table")
    func head() throws {
        let table = try #require(FeedTable.named("compactions"))
        let head = ClickHouseRows(table, schema).bytes
        #expect(Int(head[0]) == table.columns.count + 1)
        #expect(head[1...].starts(with: [2] + Array("id".utf8) + [3] + Array("rev".utf8)))
        let end = Array("\u{05}UInt8".utf8)
        #expect(head.suffix(end.count) == end[...])
    }

    @Test("Numbers are little-endian, texts have their length, what is not known is NULL or empty")
    func values() throws {
        let bytes = try body(
            row([
                "id": .integer(-2), "rev": .integer(6), "owner": .text("ann"),
                "timestamp": .integer(1_500_000), "tokens_before": .integer(258),
                "partial": .integer(1),
            ])
        )
        var wanted: [UInt8] = [0xfe] + Array(repeating: 0xff, count: 7)
        wanted += [6, 0, 0, 0, 0, 0, 0, 0]
        wanted += [0, 0, 3] + Array("ann".utf8) + [0]  // agent, machine, owner, tool
        wanted += [0, 1]  // session, session_id
        wanted += [1, 0, 0, 0, 0, 0, 0, 0]  // a millisecond
        wanted += [0]  // trigger
        wanted += [0, 2, 1, 0, 0, 0, 0, 0, 0, 1]  // tokens before, and after
        wanted += [0, 1, 0]  // partial, is_deleted
        #expect(bytes == wanted)
    }

    @Test("A deletion has its former time and no values")
    func deletion() throws {
        let table = try #require(FeedTable.named("compactions"))
        let bytes = try body(
            FeedRow(deletionIn: table, id: 5, rev: 9, formerTime: .integer(2_000_000))
        )
        var wanted: [UInt8] = [5, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]
        wanted += [0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]
        #expect(bytes == wanted)
    }

    @Test("A time before 1900 is the first that the server holds")
    func early() throws {
        let row = try row(["id": .integer(1), "rev": .integer(1), "timestamp": .integer(.min)])
        let bytes = try body(row)
        let milliseconds = bytes[22..<30].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        #expect(Int64(bitPattern: milliseconds) == -2_208_988_800_000)
    }
}
