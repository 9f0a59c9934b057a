import SQL
import Transcripts

/// An access to a file, as settling reads it.
struct SettlingAccess: Sendable {
    var id: Int64
    var path: String
    var second: Int64?
    var pattern: String
    var operation: FileOperation?
    var range: String
    var isSidechain: Bool

    /// A row of `SettlingQueries.accesses`.
    init(_ row: Statement) {
        id = row.int(0)
        path = row.text(1)
        second = row.isNull(2) ? nil : row.int(2) / 1_000_000_000
        pattern = row.text(3)
        operation = FileOperation(rawValue: row.text(4))
        range = row.text(5)
        isSidechain = row.bool(6)
    }
}

/// Writes `file_access.pattern`, and counts what was read again.
struct AccessSettler {
    /// What a session's accesses add up to.
    struct Sums {
        /// Different files.
        var files: Int64 = 0
        /// Outside side conversations.
        var reads: Int64 = 0
        /// Reads of the same lines of a file that was not written to in between (formula 19).
        var rereads: Int64 = 0
    }

    private let store: CatalogStore
    private let setPattern: Statement

    init(_ store: CatalogStore) throws(SQLError) {
        self.store = store
        setPattern = try store.database.prepare(
            "UPDATE file_access SET pattern = ?, rev = ? WHERE id = ?"
        )
    }

    /// Brings the patterns of a session up to date, which has these accesses, in their order.
    func settle(_ rows: [SettlingAccess]) throws(SQLError) -> Sums {
        var together: [Int64: Int] = [:]
        for row in rows {
            if let second = row.second { together[second, default: 0] += 1 }
        }
        var seen: Set<String> = []
        for row in rows {
            let isNew = seen.insert(row.path).inserted
            let isBatch = row.second.map { together[$0, default: 0] >= 3 } ?? false
            let pattern: AccessPattern = isBatch ? .batch : isNew ? .first : .repeated
            guard row.pattern != pattern.rawValue else { continue }
            try setPattern.run(values: [
                .text(pattern.rawValue), .integer(store.nextRev()), .integer(row.id),
            ])
        }
        return AccessSettler.sums(rows, files: seen.count)
    }

    private static func sums(_ rows: [SettlingAccess], files: Int) -> Sums {
        var sums = Sums(files: Int64(files))
        var meter = RereadMeter()
        for row in rows {
            guard let operation = row.operation else { continue }
            let (isRead, isAgain) = meter.add(
                path: row.path,
                operation,
                range: row.range,
                isSidechain: row.isSidechain
            )
            sums.reads += isRead ? 1 : 0
            sums.rereads += isAgain ? 1 : 0
        }
        return sums
    }
}
