import Catalog
import Core
import Delivery
import Platform
import SQL
import Settings

/// Delivers rows into a folder of Parquet files, one folder a table, by day.
///
/// ```
/// DIRECTORY/messages/day=2026-11-21/5f3a9c0011223344-00000000000000001200.parquet        rows of one batch
/// DIRECTORY/messages/day=2026-11-21/5f3a9c0011223344-00000000000000001200-all.parquet    the whole day up to there
/// DIRECTORY/sessions/….parquet                       a table without a time
/// DIRECTORY/attachments/3f/…                         images and documents (AttachmentFolder), beside the table's own files
/// ```
/// The name of a file is the cursor's epoch and `rev` after it, so that a repeat replaces a file by itself. Files are
/// written whole and renamed. When a day has many files it is written anew from the rows as they are then, and they are
/// removed. Until then a row may be there in several states: the greatest `rev` of an `id` counts, `is_deleted` or not.
final class ParquetBackend: Backend {
    /// Files of a day at which they are made one.
    private static let filesPerDay = 8
    private static let day: Int64 = 86_400_000_000_000

    private let settings: ConsumerSettings
    private let directory: BytePath
    private let disk: LinuxDisk

    let schema = ""
    let keepsRowsByTime = true

    init(_ settings: ConsumerSettings) throws(OperatorError) {
        self.settings = settings
        directory = settings.directory ?? "/"
        disk = try BackendFactory.folder(directory, of: settings)
    }

    func close() {}

    // MARK: Starting

    func prepare() throws(Refusal) -> Cursor? {
        try files { () throws(SystemError) in
            for table in FeedTable.all where settings.delivers(table) {
                let folder = BytePath(table.name)
                try disk.makeDirectories(folder)
                try sweep(folder)
                for entry in try disk.list(folder) where entry.kind == .directory {
                    try sweep(folder.appending(entry.name))
                }
            }
        }
        return nil
    }

    /// Removes what a crash left: files that were not finished, and those that a whole day has replaced.
    private func sweep(_ folder: BytePath) throws(SystemError) {
        let names = try disk.list(folder).filter { $0.kind == .regular }.map(\.name.description)
        let whole = names.filter { $0.hasSuffix("-all.parquet") }.max()
        for name in names {
            let isPart = name.hasSuffix(".new")
            let isReplaced = whole.map { $0 != name && ParquetBackend.isOlder(name, than: $0) }
            if isPart || isReplaced ?? false { try disk.remove(folder.appending(BytePath(name))) }
        }
    }

    /// Whether a file's rows are all in that of the whole day: names sort by epoch and `rev`.
    private static func isOlder(_ name: String, than whole: String) -> Bool {
        let stem = whole.dropLast("-all.parquet".count)
        return name.hasPrefix(stem.prefix(16)) && name.prefix(stem.count) <= stem
    }

    // MARK: Delivering

    func deliver(
        _ batch: DeliveryBatch,
        from source: any DeliverySource
    ) throws(Refusal) {
        try AttachmentFolder(disk, directory: directory).keep(batch.rows, from: source)
        let name = ParquetBackend.name(batch.through)
        for (table, rows) in batch.tables {
            var days: [Int64?: [FeedRow]] = [:]
            for row in rows { days[ParquetBackend.day(of: row), default: []].append(row) }
            for (day, rows) in days.sorted(by: { ($0.key ?? .min) < ($1.key ?? .min) }) {
                let folder = ParquetBackend.folder(table, day)
                // Parts of one page must not replace each other.
                let part = rows.first.map { "-\($0.rev)" } ?? ""
                try write(rows, table, folder.appending(BytePath("\(name)\(part).parquet")))
                guard try count(folder) >= ParquetBackend.filesPerDay else { continue }
                try compact(table, day, folder, name, source)
            }
        }
    }

    private func write(
        _ rows: [FeedRow],
        _ table: FeedTable,
        _ path: BytePath
    ) throws(Refusal) {
        try files { () throws(SystemError) in
            try disk.makeDirectories(path.parent)
            let temporary = BytePath(path.bytes + Array(".new".utf8))
            try disk.remove(temporary)
            var writer = try ParquetWriter(try disk.open(temporary, .createNew), table)
            for row in rows { try writer.append(row) }
            try writer.finish()
            try disk.rename(temporary, to: path)
            try disk.synchronizeDirectory(path.parent)
        }
    }

    private func count(_ folder: BytePath) throws(Refusal) -> Int {
        try files { () throws(SystemError) in
            try disk.list(folder).filter {
                $0.kind == .regular && !$0.name.description.hasSuffix("-all.parquet")
            }.count
        }
    }

    /// Writes a day anew from the rows as they are now, and removes what it had.
    private func compact(
        _ table: FeedTable,
        _ day: Int64?,
        _ folder: BytePath,
        _ name: String,
        _ source: any DeliverySource
    ) throws(Refusal) {
        let path = folder.appending(BytePath(name + "-all.parquet"))
        let temporary = BytePath(path.bytes + Array(".new".utf8))
        let former = try files { () throws(SystemError) in
            try disk.list(folder).filter {
                $0.kind == .regular && folder.appending($0.name) != path
            }
        }
        let file = try files { () throws(SystemError) in
            try disk.remove(temporary)
            return try disk.open(temporary, .createNew)
        }
        var writer = try files { () throws(SystemError) in try ParquetWriter(file, table) }
        let isDated = table.timeColumn != nil
        let times = day.map { $0 * ParquetBackend.day..<($0 + 1) * ParquetBackend.day }
        let span: Range<Int64>? = isDated ? times : Int64.min..<Int64.max
        try source.rows(of: table, in: span) { (rows) throws(Refusal) in
            for row in rows {
                try files { () throws(SystemError) in try writer.append(row) }
            }
        }
        do throws(SystemError) {
            try writer.finish()
            try disk.rename(temporary, to: path)
            try disk.synchronizeDirectory(folder)
            for entry in former { try disk.remove(folder.appending(entry.name)) }
        } catch {
            throw refusal(error)
        }
    }

    // MARK: Names

    private static func name(_ cursor: Cursor) -> String {
        let digits = String(cursor.rev)
        return Hex.encode(cursor.epoch) + "-" + String(repeating: "0", count: 20 - digits.count)
            + digits
    }

    private static func day(of row: FeedRow) -> Int64? {
        guard row.table.timeIndex != nil else { return nil }
        return row.time.integer.map { $0.flooredDivision(by: day).quotient }
    }

    private static func folder(_ table: FeedTable, _ day: Int64?) -> BytePath {
        let folder = BytePath(table.name)
        guard table.timeColumn != nil else { return folder }
        // What query engines take for NULL in a partition (Hive's name).
        guard let day else { return folder.appending("day=__HIVE_DEFAULT_PARTITION__") }
        let date = WallTime(nanoseconds: day * ParquetBackend.day).iso8601.prefix(10)
        return folder.appending(BytePath("day=" + date))
    }

    private func files<Value>(_ body: () throws(SystemError) -> Value) throws(Refusal) -> Value
    where Value: ~Copyable {
        do throws(SystemError) {
            return try body()
        } catch {
            throw refusal(error)
        }
    }

    private func refusal(_ error: SystemError) -> Refusal {
        .temporary("\(directory): \(error.description)")
    }
}
