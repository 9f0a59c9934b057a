import Core
import SQL

/// Writes rows as JSON: one object, its members in the order of the table's columns; NULL is left out.
///
/// Identifiers are strings, times are ISO 8601 in UTC with milliseconds, booleans are true and false. A deletion has
/// `table`, `id`, `rev` and `"deleted": true` only.
package enum FeedJSON {
    /// Appends the row's object to `text`, without a line feed.
    package static func append(_ row: FeedRow, to text: inout [UInt8]) {
        text.append(contentsOf: "{\"table\":\"".utf8)
        text.append(contentsOf: row.table.name.utf8)
        text.append(contentsOf: "\"".utf8)
        if row.isDeletion {
            text.append(
                contentsOf: ",\"id\":\"\(row.id)\",\"rev\":\(row.rev),\"deleted\":true}".utf8
            )
            return
        }
        for (column, value) in zip(row.table.columns, row.values) {
            append(column, value, to: &text)
        }
        text.append(UInt8(ascii: "}"))
    }

    private static func append(
        _ column: FeedColumn,
        _ value: SQLValue,
        to text: inout [UInt8]
    ) {
        guard value != .null else { return }
        text.append(UInt8(ascii: ","))
        text.append(UInt8(ascii: "\""))
        text.append(contentsOf: column.name.utf8)
        text.append(contentsOf: "\":".utf8)
        append(value, as: column.kind, to: &text)
    }

    /// Appends one value that is not NULL.
    package static func append(
        _ value: SQLValue,
        as kind: FeedColumn.Kind,
        to text: inout [UInt8]
    ) {
        switch (kind, value) {
        case (.identifier, .integer(let number)):
            text.append(contentsOf: "\"\(number)\"".utf8)
        case (.boolean, .integer(let number)):
            text.append(contentsOf: (number != 0 ? "true" : "false").utf8)
        case (.time, .integer(let number)):
            text.append(UInt8(ascii: "\""))
            text.append(contentsOf: WallTime(nanoseconds: number).iso8601.utf8)
            text.append(UInt8(ascii: "\""))
        case (_, .integer(let number)): text.append(contentsOf: "\(number)".utf8)
        case (_, .real(let number)):
            text.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
        case (_, .text(let string)): quote(string, to: &text)
        case (_, .blob(let bytes)): quote(Hex.encode(bytes), to: &text)
        case (_, .null): text.append(contentsOf: "null".utf8)
        }
    }

    /// Appends a string with its quotes; what is valid UTF-8 stays as it is.
    package static func quote(_ string: String, to text: inout [UInt8]) {
        var string = string
        text.append(UInt8(ascii: "\""))
        string.withUTF8 { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated()
            where byte < 0x20 || byte == 0x22 || byte == 0x5c {
                text.append(contentsOf: bytes[start..<index])
                start = index + 1
                switch byte {
                case 0x22: text.append(contentsOf: [0x5c, 0x22])
                case 0x5c: text.append(contentsOf: [0x5c, 0x5c])
                case 0x0a: text.append(contentsOf: [0x5c, 0x6e])
                case 0x0d: text.append(contentsOf: [0x5c, 0x72])
                case 0x09: text.append(contentsOf: [0x5c, 0x74])
                default: text.append(contentsOf: "\\u00\(Hex.encode([byte]))".utf8)
                }
            }
            text.append(contentsOf: bytes[start...])
        }
        text.append(UInt8(ascii: "\""))
    }
}
