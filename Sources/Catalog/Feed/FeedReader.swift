import Core
import Platform
import SQL

/// Reads the catalog for one consumer: rows by their `rev`, whole; it belongs to one thread.
///
/// Each call sees one state of the catalog, and only what is committed.
package final class FeedReader {
    /// Rows behind a position.
    package struct Found {
        package var rows: [FeedRow]
        /// Everything up to this `rev` is in `rows`, or passed by the filter.
        package var through: Int64
        package var epoch: UInt64
        /// How far the catalog is.
        package var head: Int64
    }

    private let reader: CatalogReader
    let tables: [FeedTable]
    let filter: FeedFilter
    /// Bytes of a page, more or less.
    private let byteLimit: Int
    private var statements: [String: Statement] = [:]
    /// Grows and shrinks with the size of the rows.
    private var rowsForBytes = Int.max

    /// Opens the catalog for a consumer that gets what passes `filter`, about `byteLimit` bytes at a time.
    package init(
        path: BytePath,
        filter: FeedFilter = FeedFilter(),
        byteLimit: Int = 16 << 20
    ) throws(OperatorError) {
        reader = try CatalogReader(path: path)
        self.filter = filter
        self.byteLimit = byteLimit
        tables = FeedTable.all.filter { filter.includes($0) }
    }

    // MARK: Positions

    /// How far the catalog is; (0, 0) for one that has no rows yet.
    package func head() throws(SQLError) -> (epoch: UInt64, rev: Int64) {
        (
            UInt64(bitPattern: try property("epoch")),
            try property("rev")
        )
    }

    private func property(_ name: String) throws(SQLError) -> Int64 {
        try statement("SELECT value FROM properties WHERE name = ?").first(name) { $0.int(0) } ?? 0
    }

    // MARK: Rows

    /// The next rows behind `after`, of all tables that the consumer gets, those of a table together.
    package func rows(after: Int64, limit: Int) throws(SQLError) -> Found {
        try snapshot { () throws(SQLError) in
            let (epoch, head) = try self.head()
            var count = max(1, min(limit, rowsForBytes))
            while true {
                let through = try bound(after: after, count: count, head: head)
                let found = try rows(after: after, through: through, isAlone: count == 1)
                if let (rows, bytes) = found {
                    expect(bytes: bytes, for: count, of: limit)
                    return Found(rows: rows, through: through, epoch: epoch, head: head)
                }
                count = max(1, count / 4)
                rowsForBytes = count
            }
        }
    }

    /// Has the next page have as many rows as fit when they are as large as these: what does not fit is read again.
    private func expect(bytes: Int, for count: Int, of limit: Int) {
        let fitting = Double(byteLimit) * 0.75 / Double(max(bytes, 1))
        let next = Double(count) * min(fitting, 2)
        rowsForBytes = next < Double(limit) ? max(1, Int(next)) : .max
    }

    /// The `rev` of the row that is `count` rows behind `after`, or the catalog's when there are fewer.
    ///
    /// The tables' own orders are merged, so that no more is looked at than is counted.
    private func bound(after: Int64, count: Int, head: Int64) throws(SQLError) -> Int64 {
        var queries: [Statement] = []
        var next: [Int64] = []
        defer { for query in queries { query.reset() } }
        for name in tables.map(\.name) + ["tombstones", "moves"] {
            let query = try statement("SELECT rev FROM \(name) WHERE rev > ? ORDER BY rev")
            try query.bind(after)
            guard try query.step() else { continue }
            queries.append(query)
            next.append(query.int(0))
        }
        var bound = after
        for _ in 0..<count {
            guard let least = next.indices.min(by: { next[$0] < next[$1] }) else { return head }
            bound = next[least]
            if try queries[least].step() {
                next[least] = queries[least].int(0)
            } else {
                queries.remove(at: least)
                next.remove(at: least)
            }
        }
        return next.isEmpty ? head : bound
    }

    /// Nil when it is too much at once.
    private func rows(
        after: Int64,
        through: Int64,
        isAlone: Bool
    ) throws(SQLError) -> (rows: [FeedRow], bytes: Int)? {
        var rows: [FeedRow] = []
        var bytes = 0
        for table in tables {
            let (sql, values) = filter.conditions(table)
            let query = try statement(
                "\(select(table)) WHERE t.rev > ? AND t.rev <= ?\(sql) ORDER BY t.rev"
            )
            defer { query.reset() }
            try query.bind(values: [.integer(after), .integer(through)] + values)
            var words = RecentTexts(table)
            while try query.step() {
                let row = words.row(query)
                bytes += row.size
                if bytes > byteLimit, !isAlone { return nil }
                rows.append(row)
            }
        }
        rows += try deletions(after: after, through: through)
        return (rows, bytes)
    }

    private func deletions(after: Int64, through: Int64) throws(SQLError) -> [FeedRow] {
        var rows: [FeedRow] = []
        for name in ["moves", "tombstones"] {
            let query = try statement(
                """
                SELECT rev, table_name, id, timestamp FROM \(name)
                WHERE rev > ? AND rev <= ? ORDER BY rev
                """
            )
            try query.query(after, through) { (row) throws(SQLError) in
                guard let table = tables.first(where: { $0.name == row.text(1) }) else { return }
                rows.append(
                    FeedRow(
                        deletionIn: table,
                        id: row.int(2),
                        rev: row.int(0),
                        formerTime: row.value(3),
                        isMove: name == "moves"
                    )
                )
            }
        }
        return rows
    }

    /// The rows with these identifiers that are still there, for what is delivered once more.
    package func rows(of table: FeedTable, ids: [Int64]) throws(SQLError) -> [FeedRow] {
        let query = try statement("\(select(table)) WHERE t.\(table.key) = ?")
        var rows: [FeedRow] = []
        var words = RecentTexts(table)
        for id in ids {
            try query.query(id) { (row) throws(SQLError) in
                rows.append(words.row(row))
            }
        }
        return rows
    }

    /// Gives the rows of a table whose time is in `times`, or that have none, to `body`, some hundred at a time.
    ///
    /// All are of one state of the catalog.
    package func rows<Failure: Error>(
        of table: FeedTable,
        in times: Range<Int64>?,
        failure: (SQLError) -> Failure,
        _ body: ([FeedRow]) throws(Failure) -> Void
    ) throws(Failure) {
        let (sql, values) = filter.conditions(table)
        var condition = "1"
        var bounds: [SQLValue] = []
        if let column = table.timeColumn {
            condition =
                times == nil ? "t.\(column) IS NULL" : "t.\(column) >= ? AND t.\(column) < ?"
            if let times { bounds = [.integer(times.lowerBound), .integer(times.upperBound)] }
        }
        var refused: Failure?
        do throws(SQLError) {
            let query = try statement("\(select(table)) WHERE \(condition)\(sql)")
            defer { query.reset() }
            try query.bind(values: bounds + values)
            var rows: [FeedRow] = []
            var words = RecentTexts(table)
            var isMore = true
            while isMore, refused == nil {
                isMore = try query.step()
                if isMore { rows.append(words.row(query)) }
                guard rows.count >= 500 || !isMore else { continue }
                do throws(Failure) { try body(rows) } catch { refused = error }
                rows.removeAll(keepingCapacity: true)
            }
        } catch {
            throw failure(error)
        }
        if let refused { throw refused }
    }

    /// The stream of the archive that a row of `files` tells of; nil when there is no such row.
    package func stream(file id: Int64) throws(SQLError) -> StreamID? {
        // Where a record of a compressed file stands is told by its content only.
        let found = try statement(
            "SELECT file, generation FROM files WHERE id = ? AND lower(path) NOT LIKE '%.zst'"
        ).first(id) { (UInt64(bitPattern: $0.int(0)), $0.int(1)) }
        guard let found, let file = FileID(found.0) else { return nil }
        return StreamID(file: file, generation: Generation(truncatingIfNeeded: found.1))
    }

    /// What the text of an attachment in its record hashes to (XXH3-64); nil when the record only names it.
    package func attachmentHash(_ id: Int64) throws(SQLError) -> UInt64? {
        let found = try statement("SELECT hash FROM attachments WHERE id = ?").first(id) {
            $0.isNull(0) ? nil : UInt64(bitPattern: $0.int(0))
        }
        return found.flatMap { $0 }
    }

    // MARK: Sessions

    /// The sessions that rows changed of, in (`after`, `through`].
    package func changedSessions(after: Int64, through: Int64) throws(SQLError) -> Set<Int64> {
        var sessions: Set<Int64> = []
        for table in tables {
            let column = table.name == "sessions" ? "id" : table.hasSession ? "session" : nil
            guard let column else { continue }
            let query = try statement(
                "SELECT DISTINCT \(column) FROM \(table.name) WHERE rev > ? AND rev <= ?"
            )
            try query.query(after, through) { (row) throws(SQLError) in
                if !row.isNull(0) { sessions.insert(row.int(0)) }
            }
        }
        return sessions
    }

    /// When the session was last written to, as the receiver's clock has it; nil when it is gone.
    package func lastReceived(session: Int64) throws(SQLError) -> WallTime? {
        try statement("SELECT received FROM sessions WHERE id = ?").first(session) {
            WallTime(nanoseconds: $0.int(0))
        }
    }

    /// All rows of a session that the consumer gets.
    package func rows(session: Int64) throws(SQLError) -> [FeedRow] {
        try snapshot { () throws(SQLError) in
            var rows: [FeedRow] = []
            for table in tables {
                let column = table.name == "sessions" ? "id" : table.hasSession ? "session" : nil
                guard let column else { continue }
                let (sql, values) = filter.conditions(table)
                let query = try statement(
                    "\(select(table)) WHERE t.\(column) = ?\(sql) ORDER BY t.rev"
                )
                defer { query.reset() }
                try query.bind(values: [.integer(session)] + values)
                var words = RecentTexts(table)
                while try query.step() { rows.append(words.row(query)) }
            }
            return rows
        }
    }

    /// Whether a row belongs to no session, and so waits for none.
    package static func isAlone(_ row: FeedRow) -> Bool {
        if row.isDeletion { return true }
        if row.table.name == "sessions" { return false }
        return !row.table.hasSession || row["session"] == .null
    }

    // MARK: Places

    /// The `rev` before the first row that came at `time` or later.
    package func rev(before time: WallTime) throws(SQLError) -> Int64 {
        let first = try statement("SELECT min(rev) FROM entries WHERE received >= ?")
            .first(time.nanoseconds) { $0.isNull(0) ? nil : $0.int(0) }
        guard let found = first, let rev = found else { return try property("rev") }
        return rev - 1
    }

    /// The `rev` before the first row of a session, by the tool's own identifier, its subagents' among them; nil when
    /// there is none.
    package func rev(beforeSession name: String) throws(SQLError) -> Int64? {
        let sessions = try statement(
            "SELECT id FROM sessions WHERE session = ? OR session LIKE ? || '/%'"
        ).all(name, name) { $0.int(0) }
        var least: Int64?
        for session in sessions {
            guard let rev = try rev(beforeSession: session) else { continue }
            least = min(least ?? rev, rev)
        }
        return least
    }

    /// The `rev` before the first row of a session, by its row; nil when there is none.
    ///
    /// Rows of other tables may be older than those of `entries`, which change when another copy of a record comes.
    package func rev(beforeSession id: Int64) throws(SQLError) -> Int64? {
        var least: Int64?
        for table in FeedTable.all {
            let column = table.name == "sessions" ? "id" : table.hasSession ? "session" : nil
            guard let column else { continue }
            let found = try statement("SELECT min(rev) FROM \(table.name) WHERE \(column) = ?")
                .first(id) { $0.isNull(0) ? nil : $0.int(0) }
            guard let found, let rev = found else { continue }
            least = min(least ?? rev, rev)
        }
        return least.map { $0 - 1 }
    }

    // MARK: Statements

    private func snapshot<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try reader.database.execute("BEGIN")
        // Nothing was written: there is nothing to undo, only to end.
        defer { try? reader.database.execute("COMMIT") }
        return try body()
    }

    func statement(_ sql: String) throws(SQLError) -> Statement {
        if let known = statements[sql] { return known }
        let made = try reader.database.prepare(sql)
        statements[sql] = made
        return made
    }

    private func select(_ table: FeedTable) -> String {
        let columns = table.columns.map { "\($0.expression)" }.joined(separator: ", ")
        return "SELECT \(columns) \(source(table))"
    }

    /// Counts rows between two `rev` that pass the filter.
    func counting(_ table: FeedTable) -> String {
        let conditions = filter.conditions(table).sql
        let rows = conditions.isEmpty ? "FROM \(table.name) t" : source(table)
        return "SELECT count(*) \(rows) WHERE t.rev > ? AND t.rev <= ?\(conditions)"
    }

    private func source(_ table: FeedTable) -> String {
        let session = table.hasSession ? " LEFT JOIN sessions s ON s.id = t.session" : ""
        return """
            FROM \(table.name) t LEFT JOIN agents a ON a.agent = t.agent \
            LEFT JOIN owners o ON o.owner = t.owner\(session)
            """
    }
}
