import Catalog
import Core
import SQL

/// Records as they arrived, for the stream: each with what it says.
struct EntryRows {
    /// What a client has of the records up to a `seq`.
    struct Page {
        /// Each record that was let through, with its JSON.
        var entries: [(seq: Int64, json: [UInt8])] = []
        /// The last record that was looked at.
        var last: Int64
    }

    /// Bytes of a text that are told.
    static let preview = 320

    private static let columns = """
        e.seq, e.id, e.received, e.timestamp, e.kind, e.status, e.reason, e.sidechain, e.tool,
        e.session, a.name, a.identity, o.name, s.session, s.title, s.project,
        \(responseColumns)
        """
    private static let responseColumns = UsageRow.columns.replacing("r.", with: "q.")
    private static let usage = 16
    private static let item = usage + UsageRow.count

    /// The records of a range of `seq`, oldest first, at most so many are looked at.
    static func read(
        _ catalog: CatalogReader,
        _ query: SearchQuery,
        _ range: ClosedRange<Int64>,
        limit: Int,
        isNewestFirst: Bool = false
    ) throws(OperatorError) -> Page {
        let isFiltered = !query.filter.isEmpty || !query.words.isEmpty
        var conditions = try catalog.conditions(query.filter, .messages)
        if let words = query.words.expression {
            conditions.add(
                "EXISTS (SELECT 1 FROM words WHERE words MATCH ? AND rowid = x.row)",
                [.text(words)]
            )
        }
        conditions.joins.remove(.call)
        conditions.joins.remove(.agent)
        conditions.joins.remove(.owner)
        conditions.joins.remove(.session)
        let order = isNewestFirst ? "DESC" : "ASC"
        let bounds = try bounds(catalog, range, limit, isNewestFirst)
        guard let bounds else {
            return Page(last: isNewestFirst ? range.lowerBound : range.upperBound)
        }
        let filter = conditions.sql.isEmpty ? "" : "AND " + conditions.sql.dropFirst(6)
        let sql = """
            SELECT \(columns), \(ItemRows.columns)
            FROM entries e
            \(isFiltered ? "CROSS JOIN" : "LEFT JOIN") messages x ON x.session IS e.session
                AND x.timestamp IS e.timestamp AND x.entry = e.seq AND x.retracted = 0
            LEFT JOIN sessions s ON s.id = e.session
            LEFT JOIN agents a ON a.agent = e.agent
            LEFT JOIN owners o ON o.owner = e.owner
            LEFT JOIN responses q ON q.session IS e.session AND q.timestamp IS e.timestamp
                AND q.entry = e.seq AND q.error = 0
            \(ItemRows.joins)
            WHERE e.seq BETWEEN ? AND ? AND e.first = e.seq
                \(filter)
            ORDER BY e.seq \(order), x.block, x.id
            """
        var page = Page(last: isNewestFirst ? bounds.lowerBound : bounds.upperBound)
        var writer = EntryWriter()
        let values: [SQLValue] = [.integer(bounds.lowerBound), .integer(bounds.upperBound)]
        try catalog.forEach(sql, values + conditions.values) { row in
            if let done = writer.take(row, usage, item) { page.entries.append(done) }
        }
        if let done = writer.finish() { page.entries.append(done) }
        return page
    }

    /// The part of the range that holds `limit` records; nil when it holds none.
    private static func bounds(
        _ catalog: CatalogReader,
        _ range: ClosedRange<Int64>,
        _ limit: Int,
        _ isNewestFirst: Bool
    ) throws(OperatorError) -> ClosedRange<Int64>? {
        let (order, aggregate) = isNewestFirst ? ("DESC", "MIN") : ("ASC", "MAX")
        let end =
            try catalog.rows(
                """
                SELECT \(aggregate)(seq) FROM (
                    SELECT seq FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq \(order) LIMIT ?)
                """,
                [.integer(range.lowerBound), .integer(range.upperBound), .integer(Int64(limit))]
            ) { $0.optionalInt(0) }.first ?? nil
        guard let end else { return nil }
        return isNewestFirst ? end...range.upperBound : range.lowerBound...end
    }
}
