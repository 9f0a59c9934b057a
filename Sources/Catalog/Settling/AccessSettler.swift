import SQL

/// Writes `file_access.pattern`.
struct AccessSettler {
    private let store: CatalogStore
    private let accesses: Statement
    private let setPattern: Statement

    init(_ store: CatalogStore) throws(SQLError) {
        self.store = store
        accesses = try store.database.prepare(
            """
            SELECT id, path, timestamp, pattern FROM file_access
            WHERE session = ? ORDER BY timestamp, id
            """
        )
        setPattern = try store.database.prepare(
            "UPDATE file_access SET pattern = ?, rev = ? WHERE id = ?"
        )
    }

    /// Brings the patterns of a session up to date.
    ///
    /// - Returns: how many files it touched.
    func settle(_ session: Int64) throws(SQLError) -> Int64 {
        let rows = try accesses.all(session) {
            (id: $0.int(0), path: $0.text(1), second: second($0), pattern: $0.text(3))
        }
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
        return Int64(seen.count)
    }

    private func second(_ row: Statement) -> Int64? {
        row.isNull(2) ? nil : row.int(2) / 1_000_000_000
    }
}
