import CZstd
import Catalog
import Core
import Delivery
import Platform
import SQL

/// Writes one Parquet file of a table: data pages in plain encoding, compressed with zstd, with bounds of each column
/// (https://github.com/apache/parquet-format).
///
/// Rows are gathered into row groups, each of which is in memory once; the file is whole when `finish` has returned.
struct ParquetWriter: ~Copyable {
    /// Bytes of rows after which a row group is written.
    private static let groupBytes = 32 << 20
    /// The library's own default.
    private static let level: Int32 = 3
    private static let magic = Array("PAR1".utf8)

    /// A row group that is written.
    private struct Group {
        var rows: Int
        var bytes: Int64
        var packed: Int64
        var columns: [[UInt8]]
        var offset: Int64
    }

    private let file: any DiskFile
    private let table: FeedTable
    private var offset: UInt64 = 0
    private var columns: [ParquetColumn]
    private var gathered = 0
    private var groups: [Group] = []

    /// Begins a file, which must be empty.
    init(_ file: any DiskFile, _ table: FeedTable) throws(SystemError) {
        self.file = file
        self.table = table
        columns = ParquetWriter.columns(of: table)
        try put(ParquetWriter.magic)
    }

    /// The table's columns, and whether the row is gone.
    static func columns(of table: FeedTable) -> [ParquetColumn] {
        table.columns.map { column in
            ParquetColumn(
                name: column.name,
                kind: column.kind,
                isOptional: column.name != "id" && column.name != "rev"
            )
        } + [ParquetColumn(name: "is_deleted", kind: .boolean, isOptional: false)]
    }

    mutating func append(_ row: FeedRow) throws(SystemError) {
        for index in table.columns.indices {
            let value: SQLValue
            if !row.isDeletion {
                value = row.values[index]
            } else {
                switch table.columns[index].name {
                case "id": value = .integer(row.id)
                case "rev": value = .integer(row.rev)
                case table.timeColumn: value = row.formerTime
                default: value = .null
                }
            }
            columns[index].append(value)
        }
        columns[columns.count - 1].append(.integer(row.isDeletion ? 1 : 0))
        gathered += row.isDeletion ? 64 : row.size
        if gathered >= ParquetWriter.groupBytes { try writeGroup() }
    }

    /// Writes the rest and the footer, and makes the file durable.
    consuming func finish() throws(SystemError) {
        if columns[0].count > 0 || groups.isEmpty { try writeGroup() }
        let footer = self.footer
        try put(footer)
        try put(withUnsafeBytes(of: UInt32(footer.count).littleEndian) { Array($0) })
        try put(ParquetWriter.magic)
        try file.synchronize()
    }

    private mutating func put(_ bytes: [UInt8]) throws(SystemError) {
        var failure: SystemError?
        let offset = offset
        bytes.withUnsafeBytes { bytes in
            do throws(SystemError) {
                try file.write(bytes, at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        self.offset += UInt64(bytes.count)
    }

    // MARK: Row groups

    private mutating func writeGroup() throws(SystemError) {
        var group = Group(
            rows: columns[0].count,
            bytes: 0,
            packed: 0,
            columns: [],
            offset: Int64(offset)
        )
        for column in columns {
            let page = column.page
            let packed = ParquetWriter.pack(page)
            let header = ParquetWriter.header(column, page.count, packed.count)
            let start = Int64(offset)
            try put(header)
            try put(packed)
            let size = Int64(header.count + page.count)
            let packedSize = Int64(header.count + packed.count)
            group.bytes += size
            group.packed += packedSize
            group.columns.append(ParquetWriter.chunk(column, start, size, packedSize))
        }
        groups.append(group)
        columns = ParquetWriter.columns(of: table)
        gathered = 0
    }

    private static func pack(_ page: [UInt8]) -> [UInt8] {
        let bound = ZSTD_compressBound(page.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let written = page.withUnsafeBytes {
                ZSTD_compress(buffer.baseAddress, bound, $0.baseAddress, $0.count, level)
            }
            // With a buffer of that size the library has no reason to fail.
            precondition(ZSTD_isError(written) == 0, "zstd cannot compress into its own bound")
            count = written
        }
    }

    /// `PageHeader` of a data page.
    private static func header(_ column: ParquetColumn, _ size: Int, _ packed: Int) -> [UInt8] {
        var thrift = ThriftWriter()
        thrift.structure { page in
            page.int32(1, 0)
            page.int32(2, size)
            page.int32(3, packed)
            page.structure(5) { data in
                data.int32(1, column.count)
                data.int32(2, 0)
                data.int32(3, 3)
                data.int32(4, 3)
            }
        }
        return thrift.bytes
    }

    /// `ColumnChunk`, an element of a row group's list.
    private static func chunk(
        _ column: ParquetColumn,
        _ offset: Int64,
        _ size: Int64,
        _ packed: Int64
    ) -> [UInt8] {
        var thrift = ThriftWriter()
        thrift.structure { chunk in
            chunk.int64(2, 0)
            chunk.structure(3) { meta in
                meta.int32(1, column.physicalType)
                meta.list(2, .int32, 2)
                meta.element(0)
                meta.element(3)
                meta.list(3, .binary, 1)
                meta.element(Array(column.name.utf8))
                meta.int32(4, 6)
                meta.int64(5, Int64(column.count))
                meta.int64(6, size)
                meta.int64(7, packed)
                meta.int64(9, offset)
                meta.structure(12) { statistics in
                    statistics.int64(3, Int64(column.nulls))
                    if let bounds = column.bounds {
                        statistics.binary(5, bounds.greatest)
                        statistics.binary(6, bounds.least)
                    }
                }
            }
        }
        return thrift.bytes
    }

    // MARK: The footer

    /// `FileMetaData`.
    private var footer: [UInt8] {
        let columns = ParquetWriter.columns(of: table)
        var thrift = ThriftWriter()
        thrift.structure { file in
            file.int32(1, 2)
            file.list(2, .structure, columns.count + 1)
            file.structure { root in
                root.binary(4, Array("schema".utf8))
                root.int32(5, columns.count)
            }
            for (index, column) in columns.enumerated() {
                file.structure { ParquetWriter.describe(column, index + 1, &$0) }
            }
            file.int64(3, Int64(groups.reduce(0) { $0 + $1.rows }))
            file.list(4, .structure, groups.count)
            for group in groups { ParquetWriter.describe(group, &file) }
            file.binary(6, Array("tailship".utf8))
            file.list(7, .structure, columns.count)
            for _ in columns { file.structure { order in order.structure(1) { _ in } } }
        }
        return thrift.bytes
    }

    /// `SchemaElement`.
    private static func describe(
        _ column: ParquetColumn,
        _ id: Int,
        _ element: inout ThriftWriter
    ) {
        element.int32(1, column.physicalType)
        element.int32(3, column.isOptional ? 1 : 0)
        element.binary(4, Array(column.name.utf8))
        if column.isText { element.int32(6, 0) }
        if column.kind == .time { element.int32(6, 10) }
        element.int32(9, id)
        if column.isText { element.structure(10) { type in type.structure(1) { _ in } } }
        if column.kind == .time {
            // Microseconds of UTC.
            element.structure(10) { type in
                type.structure(8) { time in
                    time.bool(1, true)
                    time.structure(2) { unit in unit.structure(2) { _ in } }
                }
            }
        }
    }

    /// `RowGroup`.
    private static func describe(_ group: Group, _ file: inout ThriftWriter) {
        file.structure { row in
            row.list(1, .structure, group.columns.count)
            for column in group.columns { row.raw(column) }
            row.int64(2, group.bytes)
            row.int64(3, Int64(group.rows))
            row.int64(5, group.offset)
            row.int64(6, group.packed)
        }
    }
}
