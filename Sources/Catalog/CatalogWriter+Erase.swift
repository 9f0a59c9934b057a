import Core
import Platform
import SQL

extension CatalogWriter {
    /// What one step of an erasure came to.
    package struct ErasureStep {
        /// Whether nothing of the sessions is left in the rows.
        package var isDone: Bool
        /// Files that tell rows of the sessions beside others: they are to be read again (their positions are set so).
        package var again: [StreamID]
    }

    /// Says which sessions are erased, with their subagents: their records give no rows from now on.
    ///
    /// What is there of them is taken out by `erase`.
    package func setErased(_ names: Set<SessionName>) { erased.set(names) }

    /// Whether something of erased sessions came since this was asked last: their files may have to go.
    package func takeErasedNews() -> Bool {
        defer { erased.hasNews = false }
        return erased.hasNews
    }

    /// Takes rows of erased sessions out, until the deadline, and leaves tombstones.
    ///
    /// Call it inside a transaction, and again until it is done. `forget` the files of the plan then, those that go
    /// and those that stay: what rows of other sessions have from the erased ones goes with them, and is read again.
    package func erase(
        _ names: Set<SessionName>,
        until deadline: Instant
    ) throws(SQLError) -> ErasureStep {
        var removal = RowRemoval(self, .erasure, until: deadline)
        let sessions = try SessionFamily(store.database).sessions(of: names)
        let isDone = try remove(sessions, &removal)
        try self.sessions.flush(at: .min)
        return ErasureStep(isDone: isDone, again: try readAgain(removal.others))
    }

    private func remove(
        _ sessions: [Int64],
        _ removal: inout RowRemoval
    ) throws(SQLError) -> Bool {
        for session in sessions {
            for table in AgingTable.allCases {
                guard try removal.remove(table, of: session, before: .max) else { return false }
            }
        }
        // Last, all at once: a subagent is found by the session that called it.
        for session in sessions { _ = try removal.endSession(session) }
        return true
    }

    private func readAgain(_ files: Set<Int64>) throws(SQLError) -> [StreamID] {
        var streams: [StreamID] = []
        for id in files.sorted() {
            guard let file = try store.file(id) else { continue }
            try self.files.rewind(id)
            streams.append(file.stream)
        }
        return streams
    }
}
