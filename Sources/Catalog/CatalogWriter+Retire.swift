import Core
import Platform
import SQL

extension CatalogWriter {
    /// Where a pass over all sessions stands.
    package struct RetirementPass: Sendable {
        /// The session that was done last, in the order of its beginning; nil at first.
        fileprivate var last: (started: Int64, id: Int64)?
        fileprivate var hasDoneAlone = false
        /// Rows that went.
        package fileprivate(set) var rows: Int64 = 0
        package fileprivate(set) var isDone = false

        package init() {}
    }

    /// Takes out rows that are too old, until the deadline; held sessions are left as they are.
    ///
    /// Call it inside a transaction, and again until the pass is done. What is gone leaves tombstones and is not
    /// written again, whatever is read; sessions go with their last record. What was derived of a session as a whole
    /// stays as it was.
    package func retire(
        _ plan: RetentionPlan,
        _ pass: inout RetirementPass,
        until deadline: Instant
    ) throws(SQLError) {
        var removal = RowRemoval(self, .retirement, until: deadline)
        defer { pass.rows += removal.count }
        guard let latest = plan.latest?.nanoseconds else {
            pass.isDone = true
            return
        }
        if !pass.hasDoneAlone {
            guard try retire(nil, plan, &removal) else { return try sessions.flush(at: nil) }
            pass.hasDoneAlone = true
        }
        let next = try store.database.prepare(
            """
            SELECT coalesce(started, 0), id FROM sessions
            WHERE hold = 0 AND coalesce(started, 0) < ?1 AND (coalesce(started, 0), id) > (?2, ?3)
            ORDER BY coalesce(started, 0), id LIMIT 1
            """
        )
        repeat {
            let last = pass.last ?? (.min, .min)
            guard
                let session = try next.first(
                    latest,
                    last.started,
                    last.id,
                    row: { (started: $0.int(0), id: $0.int(1)) }
                )
            else {
                pass.isDone = true
                break
            }
            guard try retire(session.id, plan, &removal) else { break }
            if plan.cutoffs[.entries] != nil { _ = try removal.endSession(session.id) }
            pass.last = session
        } while Clock.monotonic() < deadline
        try sessions.flush(at: nil)
    }

    private func retire(
        _ session: Int64?,
        _ plan: RetentionPlan,
        _ removal: inout RowRemoval
    ) throws(SQLError) -> Bool {
        for table in AgingTable.allCases {
            guard let cutoff = plan.cutoffs[table] else { continue }
            guard try removal.remove(table, of: session, before: cutoff.nanoseconds) else {
                return false
            }
        }
        return true
    }

    // MARK: Legal hold

    /// Notes which sessions are held, with their subagents, and the files that they stand in.
    ///
    /// Call it inside a transaction.
    package func setHeld(_ names: Set<SessionName>) throws(SQLError) {
        let held = Set(try SessionFamily(store.database).sessions(of: names))
        let former = try store.database.prepare("SELECT id FROM sessions WHERE hold <> 0").all {
            $0.int(0)
        }
        let set = try store.database.prepare("UPDATE sessions SET hold = ?, rev = ? WHERE id = ?")
        for id in held.subtracting(former).sorted() { try set.run(1, store.nextRev(), id) }
        for id in former where !held.contains(id) { try set.run(0, store.nextRev(), id) }
        try holdFiles(of: held)
    }

    private func holdFiles(of sessions: Set<Int64>) throws(SQLError) {
        let files = try store.database.prepare(
            "SELECT DISTINCT file FROM entries WHERE session = ?"
        )
        var held: Set<Int64> = []
        for session in sessions { held.formUnion(try files.all(session) { $0.int(0) }) }
        let former = try store.database.prepare("SELECT id FROM files WHERE hold <> 0").all {
            $0.int(0)
        }
        let set = try store.database.prepare("UPDATE files SET hold = ?, rev = ? WHERE id = ?")
        for id in held.subtracting(former).sorted() { try set.run(1, store.nextRev(), id) }
        for id in former where !held.contains(id) { try set.run(0, store.nextRev(), id) }
    }

    // MARK: Files of the archive

    /// Files to which nothing came since `time` and that no held session stands in, oldest first.
    package func expirable(before time: WallTime, limit: Int) throws(SQLError) -> [StreamID] {
        let found = try store.database.prepare(
            """
            SELECT id FROM files WHERE expired = 0 AND hold = 0 AND changed < ?
            ORDER BY changed, id LIMIT ?
            """
        ).all(time.nanoseconds, limit) { $0.int(0) }
        var streams: [StreamID] = []
        for id in found {
            if let file = try store.file(id) { streams.append(file.stream) }
        }
        return streams
    }

    /// Notes that the archive let the bytes of these files go; their rows stay.
    ///
    /// Call it inside a transaction.
    package func noteExpired(_ streams: [StreamID]) throws(SQLError) {
        let set = try store.database.prepare(
            "UPDATE files SET expired = 1, rev = ? WHERE id = ? AND expired = 0"
        )
        for stream in streams { try set.run(store.nextRev(), files.identifier(stream)) }
    }

    /// The files of which the catalog believes that the archive has them.
    package func livingStreams() throws(SQLError) -> [StreamID] {
        try store.database.prepare("SELECT file, generation FROM files WHERE expired = 0").all {
            (row) throws(SQLError) in
            FileID(row.uint64(0)).map { StreamID(file: $0, generation: Generation(row.int(1))) }
        }.compactMap { $0 }
    }
}
