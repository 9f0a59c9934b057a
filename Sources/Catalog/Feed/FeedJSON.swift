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
        let table = row.table
        for (index, value) in row.values.enumerated() where value != .null {
            text.append(UInt8(ascii: ","))
            text.append(contentsOf: table.keys[index])
            append(value, as: table.kinds[index], to: &text)
        }
        text.append(UInt8(ascii: "}"))
    }

    /// Appends one value that is not NULL.
    package static func append(
        _ value: SQLValue,
        as kind: FeedColumn.Kind,
        to text: inout [UInt8]
    ) {
        switch (kind, value) {
        case (.identifier, .integer(let number)):
            text.append(UInt8(ascii: "\""))
            Decimal.append(number, to: &text)
            text.append(UInt8(ascii: "\""))
        case (.boolean, .integer(let number)):
            text.append(contentsOf: (number != 0 ? "true" : "false").utf8)
        case (.time, .integer(let number)):
            text.append(UInt8(ascii: "\""))
            WallTime(nanoseconds: number).appendISO8601(to: &text)
            text.append(UInt8(ascii: "\""))
        case (_, .integer(let number)): Decimal.append(number, to: &text)
        case (_, .real(let number)):
            text.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
        case (_, .text(let string)): quote(string, to: &text)
        case (_, .blob(let bytes)):
            text.append(UInt8(ascii: "\""))
            Hex.append(bytes, to: &text)
            text.append(UInt8(ascii: "\""))
        case (_, .null): text.append(contentsOf: "null".utf8)
        }
    }

    /// Appends a string with its quotes; what is valid UTF-8 stays as it is.
    package static func quote(_ string: String, to text: inout [UInt8]) {
        var string = string
        text.append(UInt8(ascii: "\""))
        string.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            var start = 0
            while let index = PlainText.end(bytes, from: start) {
                text.append(contentsOf: bytes[start..<index])
                start = index + 1
                escape(bytes[index], to: &text)
            }
            text.append(contentsOf: bytes[start...])
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5c: text.append(byte)
        case 0x0a: text.append(UInt8(ascii: "n"))
        case 0x0d: text.append(UInt8(ascii: "r"))
        case 0x09: text.append(UInt8(ascii: "t"))
        default: text.append(contentsOf: "u00\(Hex.encode([byte]))".utf8)
        }
    }
}
