import SQL

/// How much is behind a position.
extension FeedReader {
    /// Records that are looked at; from these the rest is reckoned.
    private static let sample = 1000

    /// Bytes of the records behind `after`, nearly: of more than a thousand as many as these have on average.
    package func bytes(after: Int64, head: Int64) throws(SQLError) -> Int64 {
        let found = try statement(
            """
            SELECT count(*), coalesce(sum(length), 0), coalesce(max(rev), 0) FROM
                (SELECT rev, length FROM entries WHERE rev > ? ORDER BY rev LIMIT ?)
            """
        ).first(after, FeedReader.sample) { ($0.int(0), $0.int(1), $0.int(2)) }
        guard let (count, bytes, last) = found, count == FeedReader.sample else {
            return found?.1 ?? 0
        }
        return Int64(Double(bytes) / Double(last - after) * Double(head - after))
    }

    /// How many rows of each table are in (`after`, `through`], and how many rows are gone since, as far as the consumer
    /// gets them.
    package func counts(
        after: Int64,
        through: Int64
    ) throws(SQLError) -> (rows: [(table: String, count: Int64)], deletions: Int64) {
        var rows: [(table: String, count: Int64)] = []
        for table in tables {
            let query = try statement(counting(table))
            defer { query.reset() }
            let values = filter.conditions(table).values
            try query.bind(values: [.integer(after), .integer(through)] + values)
            let count = try query.step() ? query.int(0) : 0
            if count > 0 { rows.append((table.name, count)) }
        }
        var deletions: Int64 = 0
        let query = try statement(
            "SELECT count(*) FROM tombstones WHERE rev > ? AND rev <= ? AND table_name = ?"
        )
        for table in tables {
            deletions += try query.first(after, through, table.name) { $0.int(0) } ?? 0
        }
        return (rows, deletions)
    }
}
