import Core
import Platform
import SQL

/// A catalog that is made anew beside the one that is read, and takes its place.
///
/// In this order, on a writer that was opened for a rebuild: `inherit`, the archive's records, `settleAll`,
/// `compare`, what came meanwhile, and, while nobody writes the former, `complete` and `finish`. The life goes on:
/// the epoch stays, each row has a greater `rev` than any of the former catalog, and what the former has and this
/// one has not leaves a tombstone. So consumers get every row once more, and none that is gone stays with them.
extension CatalogWriter {
    /// Changes that the former catalog may see until it is replaced.
    package static let revMargin: Int64 = 1 << 24

    /// What a former catalog knows that the archive does not tell.
    private static let inherited = ["owners", "agents"]

    /// Takes over from the catalog that is to be replaced what the archive does not tell, and begins behind it.
    ///
    /// Call it outside a transaction.
    ///
    /// - Parameters:
    ///   - former: the catalog in place.
    ///   - margin: how many changes the former may see until it is replaced.
    /// - Throws: when the database fails.
    package func inherit(from former: BytePath, margin: Int64 = revMargin) throws(SQLError) {
        try attached(former) { () throws(SQLError) in
            try copyInherited()
            try store.database.execute(
                """
                INSERT OR REPLACE INTO properties SELECT * FROM former.properties
                WHERE name IN ('epoch', 'finding_key');
                """
            )
            guard let rev = try formerRev() else { return }
            store.begin(after: rev + margin)
            try store.set("first_rev", .integer(rev + margin))
        }
        try store.readFindingKey()
    }

    /// Looks for what the former catalog has and this one has not, and for rows that moved to another day.
    ///
    /// It takes long, and so it is done before the former is at rest; what came to it meanwhile is no difference
    /// when it comes to this one too. Call it outside a transaction.
    package func compare(with former: BytePath) throws(SQLError) {
        let database = store.database
        try database.execute(
            "CREATE TEMP TABLE missing (table_name TEXT, id INTEGER, key INTEGER, timestamp INTEGER)"
        )
        try attached(former) { () throws(SQLError) in
            for table in tables where try formerHas(table.name) { try compare(table) }
        }
    }

    private func compare(_ table: RowTable) throws(SQLError) {
        let day = 86_400_000_000_000
        let (time, isMoved) =
            table.hasTime
            ? (
                "f.timestamp",
                "coalesce(f.timestamp, 0) / \(day) <> coalesce(n.timestamp, 0) / \(day)"
            ) : ("NULL", "0")
        let different = try store.database.prepare(
            """
            SELECT f.id, \(table.place("f")), \(time), n.id IS NULL FROM former.\(table.name) f
            LEFT JOIN main.\(table.name) n ON \(table.isSame) WHERE n.id IS NULL OR \(isMoved)
            """
        ).all { (id: $0.int(0), place: $0.value(1), time: $0.value(2), isMissing: $0.bool(3)) }
        let missing = try store.database.prepare("INSERT INTO temp.missing VALUES (?, ?, ?, ?)")
        for row in different {
            if row.isMissing {
                try missing.run(values: [.text(table.name), .integer(row.id), row.place, row.time])
            } else {
                try store.leaveMove(row.id, table, from: row.time)
            }
        }
    }

    /// Takes over the tombstones and holds of the former catalog, which nobody writes now.
    ///
    /// Call it outside a transaction.
    ///
    /// - Returns: false when the former saw more changes than the margin; it is all to be done again with a
    ///   greater one.
    package func complete(from former: BytePath) throws(SQLError) -> Bool {
        var isBehind = false
        try attached(former) { () throws(SQLError) in
            let first = try store.value(of: "first_rev").integer ?? 0
            if let rev = try formerRev(), rev > first {
                isBehind = true
                return
            }
            try copyInherited()
            try store.database.execute(
                """
                INSERT OR IGNORE INTO tombstones SELECT * FROM former.tombstones;
                INSERT OR IGNORE INTO moves SELECT * FROM former.moves;
                UPDATE files SET hold = 1 WHERE id IN (SELECT id FROM former.files WHERE hold <> 0);
                UPDATE sessions SET hold = 1
                    WHERE id IN (SELECT id FROM former.sessions WHERE hold <> 0);
                """
            )
        }
        guard !isBehind else { return false }
        for table in tables { try leaveTombstones(table) }
        try store.countTombstones(of: tables)
        return true
    }

    /// Those of rows that are there are taken away, and rows that are missing leave one.
    private func leaveTombstones(_ table: RowTable) throws(SQLError) {
        let database = store.database
        let name = table.name
        let isAny = try database.prepare("SELECT 1 FROM tombstones WHERE table_name = ? LIMIT 1")
            .first(name) { _ in true }
        if isAny == true {
            try database.execute(
                "DELETE FROM tombstones WHERE table_name = '\(name)' AND \(table.isThere)"
            )
        }
        let gone = try database.prepare(
            """
            SELECT f.id, f.timestamp FROM temp.missing f WHERE table_name = '\(name)'
                AND NOT EXISTS (SELECT 1 FROM main.\(name) n WHERE \(table.isSameAsMissing))
            """
        ).all { ($0.int(0), $0.value(1)) }
        for (id, time) in gone { try store.leaveTombstone(id, table, time: time) }
    }

    /// Brings the search indexes in; what is written after it is small.
    ///
    /// Rows that move from here on are told of: `compare` has found what moved until now.
    ///
    /// Call it outside a transaction.
    package func gather() throws(SQLError) {
        store.keepsMoves = true
        try search.gather()
        try FullTextSearch.settle(store.database)
    }

    /// Makes the catalog whole and durable: after it, and when the writer is gone, the file can take the place of
    /// the one that is read.
    ///
    /// Nothing is written with this writer any more.
    package func finish() throws(SQLError) {
        let database = store.database
        try buildIndexes()
        try gather()
        try database.execute("PRAGMA synchronous = FULL")
        // The change of mode writes the first page, and the checkpoint syncs the file with all that is in it.
        _ = try database.prepare("PRAGMA journal_mode = WAL").first { $0.text(0) }
        try database.transaction { () throws(SQLError) in
            try notePrices()
            try store.storeCounters()
        }
        _ = try database.checkpoint(.truncate)
    }

    /// The streams that rows are of.
    package var streams: Set<StreamID> {
        get throws(SQLError) {
            let all = try store.database.prepare("SELECT file, generation FROM files").all { row in
                FileID(row.uint64(0)).map {
                    StreamID(file: $0, generation: Generation(truncatingIfNeeded: row.int(1)))
                }
            }
            return Set(all.compactMap { $0 })
        }
    }

    // MARK: The former

    private func attached(
        _ former: BytePath,
        _ body: () throws(SQLError) -> Void
    ) throws(SQLError) {
        let database = store.database
        try database.prepare("ATTACH DATABASE ? AS former").run(former.description)
        do throws(SQLError) {
            try body()
        } catch {
            try? database.execute("DETACH DATABASE former")
            throw error
        }
        try database.execute("DETACH DATABASE former")
    }

    private func copyInherited() throws(SQLError) {
        for name in CatalogWriter.inherited where try formerHas(name) {
            try store.database.execute("INSERT OR IGNORE INTO \(name) SELECT * FROM former.\(name)")
        }
    }

    private func formerHas(_ table: String) throws(SQLError) -> Bool {
        try store.database.prepare("SELECT 1 FROM former.sqlite_schema WHERE name = ?")
            .first(table) { _ in true } ?? false
    }

    private func formerRev() throws(SQLError) -> Int64? {
        try store.database.prepare("SELECT value FROM former.properties WHERE name = 'rev'")
            .first { $0.int(0) }
    }
}

extension RowTable {
    /// Records have no index by their identifier; their place has one.
    private var isOfRecords: Bool { name == "entries" }

    /// What finds a row of `f` again beside its identifier.
    fileprivate func place(_ alias: String) -> String { isOfRecords ? "\(alias).file" : "NULL" }

    /// Whether a former row `f` and a row `n` are the same.
    fileprivate var isSame: String {
        isOfRecords
            ? "n.file = f.file AND n.offset = f.offset AND n.ordinal = f.ordinal" : "n.id = f.id"
    }

    /// Whether the row of a tombstone is there.
    fileprivate var isThere: String {
        isOfRecords
            ? """
            id IN (SELECT id FROM tombstones WHERE table_name = '\(name)'
                INTERSECT SELECT id FROM \(name))
            """ : "EXISTS (SELECT 1 FROM \(name) n WHERE n.id = tombstones.id)"
    }

    /// The same for a row of `missing`.
    fileprivate var isSameAsMissing: String {
        isOfRecords ? "n.file = f.key AND n.id = f.id" : "n.id = f.id"
    }
}
