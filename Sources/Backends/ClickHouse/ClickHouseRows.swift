import Catalog
import Core
import SQL

/// Writes rows of one table as RowBinaryWithNamesAndTypes
/// (https://clickhouse.com/docs/interfaces/formats/RowBinaryWithNamesAndTypes).
///
/// ```
/// varint columns | names | types                     each text as varint length and bytes
/// row: the values in the order of the names          Nullable: 0 and the value, or 1; numbers little-endian
/// ```
/// The server compares names and types with its table, so that nothing is taken for something else, and has neither
/// names nor digits to read in each row.
struct ClickHouseRows {
    /// What DateTime64 holds: the years 1900 to 2299, of which `WallTime` ends before.
    private static let earliest: Int64 = -2_208_988_800_000

    private let table: FeedTable
    private let isNullable: [Bool]
    /// Names and types, and the rows that were appended.
    private(set) var bytes: [UInt8] = []

    init(_ table: FeedTable, _ schema: ClickHouseSchema) {
        self.table = table
        let types = table.columns.map { schema.type(of: $0, in: table) }
        isNullable = types.map { $0.hasPrefix("Nullable(") }
        append(varint: UInt64(types.count + 1))
        for name in table.columns.map(\.name) + ["is_deleted"] { append(text: name) }
        for type in types + ["UInt8"] { append(text: type) }
    }

    mutating func append(_ row: FeedRow) {
        if row.isDeletion {
            for index in table.columns.indices {
                switch index {
                case 0: append(.integer(row.id), index)
                case 1: append(.integer(row.rev), index)
                case table.timeIndex: append(row.formerTime, index)
                default: append(.null, index)
                }
            }
        } else {
            for (index, value) in row.values.enumerated() { append(value, index) }
        }
        bytes.append(row.isDeletion ? 1 : 0)
    }

    // MARK: Values

    private mutating func append(_ value: SQLValue, _ index: Int) {
        if isNullable[index] {
            bytes.append(value == .null ? 1 : 0)
            if value == .null { return }
        }
        switch (table.kinds[index], value) {
        case (.boolean, _): bytes.append(value.isTrue ? 1 : 0)
        case (.time, _): append(time: value.integer ?? 0)
        case (.real, .real(let number)): append(bits: number.bitPattern)
        case (.real, _): append(bits: Double(value.integer ?? 0).bitPattern)
        case (.identifier, _), (.integer, _):
            append(bits: UInt64(bitPattern: value.integer ?? 0))
        case (_, .text(let text)): append(text: text)
        case (_, .blob(let blob)):
            append(varint: UInt64(blob.count * 2))
            Hex.append(blob, to: &bytes)
        case (.text, _), (.hexadecimal, _): bytes.append(0)
        }
    }

    /// Milliseconds.
    private mutating func append(time: Int64) {
        let milliseconds = time.flooredDivision(by: 1_000_000).quotient
        append(bits: UInt64(bitPattern: max(ClickHouseRows.earliest, milliseconds)))
    }

    private mutating func append(bits: UInt64) {
        withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func append(text: String) {
        var text = text
        text.withUTF8 {
            append(varint: UInt64($0.count))
            bytes.append(contentsOf: $0)
        }
    }

    /// LEB128.
    private mutating func append(varint: UInt64) {
        var rest = varint
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
