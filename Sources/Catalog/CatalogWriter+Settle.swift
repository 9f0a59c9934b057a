import Core
import SQL

extension CatalogWriter {
    /// Writes the derived rows of sessions that were written to: those that were quiet for a while, and those
    /// that were not for too long.
    ///
    /// Call it inside a transaction. What a crash or `limit` leaves is done by a later call.
    ///
    /// `now`: by the clock that `FileBatch.received` is from.
    /// `quiet`: a session with nothing new for this long is settled.
    /// `latest`: one that is never quiet is settled this long after its first change.
    /// `limit`: how many sessions at most.
    /// Returns how many sessions were settled.
    @discardableResult
    package func settle(
        now: WallTime,
        quiet: Duration = .seconds(5),
        latest: Duration = .seconds(60),
        limit: Int = .max
    ) throws(SQLError) -> Int {
        let calm = now.nanoseconds &- quiet.nanoseconds
        let overdue = now.nanoseconds &- latest.nanoseconds
        let due = sessions.unsettled.filter { $0.value.last <= calm || $0.value.since <= overdue }
        let chosen = due.sorted { ($0.value.since, $0.key) < ($1.value.since, $1.key) }.prefix(
            limit
        )
        for (id, _) in chosen { try settler.settle(id) }
        try sessions.flush(at: nil)
        return chosen.count
    }

    /// Writes the derived rows of all sessions that were written to.
    package func settleAll() throws(SQLError) {
        try buildIndexes()
        for id in sessions.unsettled.keys.sorted() { try settler.settle(id) }
        try sessions.flush(at: nil)
    }

    /// The same for a catalog that is made anew, of which another thread reads one half meanwhile.
    ///
    /// Call it outside a transaction. When it throws, the catalog is to be thrown away.
    ///
    /// `niceness`: the other thread's.
    package func settleAnew(niceness: Int32) throws(SQLError) {
        // The last words are written meanwhile.
        try search.write()
        try transaction { () throws(SQLError) in try buildIndexes() }
        var rest = sessions.unsettled.keys.sorted()[...]
        while !rest.isEmpty {
            var plan = SettlingPlan()
            while let id = rest.first, !plan.isFull {
                plan.add(id, entries: try sessions.record(id)?.totals[.entries] ?? 0)
                rest.removeFirst()
            }
            let other = SettlingThread(store.database.path, plan.others, niceness: niceness)
            let mine = Result { () throws(SQLError) in
                try settler.reader.facts(of: plan.mine)
            }
            let theirs = Result { () throws(SQLError) in try other.join() }
            let read = try mine.get() + theirs.get()
            try transaction { () throws(SQLError) in
                for (id, facts) in read.sorted(by: { $0.session < $1.session }) {
                    try settler.settle(id, facts)
                }
                try sessions.flush(at: nil)
            }
        }
    }

    private func transaction(_ body: () throws(SQLError) -> Void) throws(SQLError) {
        try begin()
        try body()
        try commit()
    }

    /// Makes the indexes of a catalog that is made anew: from here on rows are looked for by them.
    func buildIndexes() throws(SQLError) {
        guard let deferred = store.deferredIndexes else { return }
        store.deferredIndexes = nil
        try deferred.build(in: store.database)
        try sessions.measureSpans()
    }
}
