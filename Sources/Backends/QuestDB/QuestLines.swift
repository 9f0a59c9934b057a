import Catalog
import Core
import SQL

/// Writes rows in InfluxDB's line protocol as QuestDB reads it over HTTP
/// (https://questdb.com/docs/reference/api/ilp/advanced-settings/).
enum QuestLines {
    /// Appends the row's line.
    static func append(_ row: FeedRow, as table: String, to text: inout [UInt8]) {
        text.append(contentsOf: table.utf8)
        let columns = Array(zip(row.table.columns, row.values))
        for (column, value) in columns where column.isWord {
            guard case .text(let word) = value, !word.isEmpty else { continue }
            text.append(UInt8(ascii: ","))
            text.append(contentsOf: column.name.utf8)
            text.append(UInt8(ascii: "="))
            escape(word, " ,=\\\n\r", to: &text)
        }
        text.append(UInt8(ascii: " "))
        if row.isDeletion {
            text.append(contentsOf: "id=\(row.id)i,rev=\(row.rev)i,is_deleted=t".utf8)
        } else {
            text.append(contentsOf: "is_deleted=f".utf8)
            for (column, value) in columns where !column.isWord && column.name != "timestamp" {
                append(column, value, to: &text)
            }
        }
        // What is before 1970 cannot be a designated timestamp.
        text.append(contentsOf: " \(max(0, row.time.integer ?? 0))\n".utf8)
    }

    private static func append(
        _ column: FeedColumn,
        _ value: SQLValue,
        to text: inout [UInt8]
    ) {
        let written: String
        switch (column.kind, value) {
        case (_, .null): return
        case (.boolean, .integer(let number)): written = number != 0 ? "t" : "f"
        case (.time, .integer(let number)): written = "\(number / 1000)t"
        case (_, .integer(let number)): written = "\(number)i"
        case (_, .real(let number)): written = "\(number)"
        case (_, .blob(let bytes)): written = "\"\(Hex.encode(bytes))\""
        case (_, .text(let string)):
            text.append(contentsOf: ",\(column.name)=\"".utf8)
            escape(string, "\"\\\n\r", to: &text)
            text.append(UInt8(ascii: "\""))
            return
        }
        text.append(contentsOf: ",\(column.name)=\(written)".utf8)
    }

    private static func escape(
        _ string: String,
        _ specials: StaticString,
        to text: inout [UInt8]
    ) {
        specials.withUTF8Buffer { specials in
            for byte in string.utf8 {
                if specials.contains(byte) { text.append(UInt8(ascii: "\\")) }
                text.append(byte)
            }
        }
    }
}
