import Catalog
import Core
import SQL

/// Writes rows as lines of COPY's text format (https://www.postgresql.org/docs/15/sql-copy.html).
enum PostgresCopy {
    /// Appends the row's values, separated by tabs, and a line feed.
    static func append(_ row: FeedRow, to text: inout [UInt8]) {
        for (index, column) in row.table.columns.enumerated() {
            if index > 0 { text.append(9) }
            append(row.values[index], as: column.kind, to: &text)
        }
        text.append(10)
    }

    private static func append(
        _ value: SQLValue,
        as kind: FeedColumn.Kind,
        to text: inout [UInt8]
    ) {
        switch (kind, value) {
        case (_, .null): text.append(contentsOf: "\\N".utf8)
        case (.boolean, .integer(let number)):
            text.append(contentsOf: (number != 0 ? "t" : "f").utf8)
        case (.time, .integer(let number)):
            WallTime(nanoseconds: number).appendISO8601(to: &text)
        case (_, .integer(let number)): Decimal.append(number, to: &text)
        case (_, .real(let number)): text.append(contentsOf: "\(number)".utf8)
        case (_, .text(let string)): append(string, to: &text)
        case (_, .blob(let bytes)): Hex.append(bytes, to: &text)
        }
    }

    private static func append(_ string: String, to text: inout [UInt8]) {
        var string = string
        string.withUTF8 { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x5c {
                let escape: String
                switch byte {
                case 0: escape = "\u{2400}"
                case 9: escape = "\\t"
                case 10: escape = "\\n"
                case 13: escape = "\\r"
                case 0x5c: escape = "\\\\"
                default: continue
                }
                text.append(contentsOf: bytes[start..<index])
                text.append(contentsOf: escape.utf8)
                start = index + 1
            }
            text.append(contentsOf: bytes[start...])
        }
    }
}
