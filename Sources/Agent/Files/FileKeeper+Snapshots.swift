internal import Core
internal import Platform
internal import SQL
internal import Tailing

extension FileKeeper {
    /// What every SQLite database begins with (https://sqlite.org/fileformat.html, 1.3).
    private static let databaseMagic = Array("SQLite format 3\0".utf8)

    /// Plans the copy of a file that is rewritten whole, if it is not what was copied last.
    func lookAtSnapshot(_ visit: Visit, _ seen: Sighting?) throws(SQLError) {
        var here = try store.stream(visit.source.name, visit.path)
        if let found = here {
            marks?.insert(found.number)
            if seen == nil || found.state != .snapshot {
                try retire(found, seen == nil ? .deleted : .replaced, at: visit.now)
                here = nil
            }
        }
        guard let seen else { return try store.forgetCopy(visit.source.name, visit.path) }
        switch decide(here, sees: seen, at: visit.now) {
        case .unchanged:
            guard let here, !here.held,
                try store.cursors(here.number).contains(where: { !$0.isVerified })
            else { return }
            // A receiver that was added later needs the copy that was let go.
            try store.planCopy(visit.source.name, visit.path, due: visit.now)
        case .take: try store.planCopy(visit.source.name, visit.path, due: visit.now)
        case .wait(let due): try store.planCopy(visit.source.name, visit.path, due: due)
        }
    }

    /// Copies a file whose time has come.
    func take(_ copy: CheckpointStore.WaitingCopy, at now: WallTime) throws(SQLError) {
        guard let source = source(copy.source), source.decide(copy.path) == .snapshot else {
            return try store.forgetCopy(copy.source, copy.path)
        }
        let visit = Visit(source: source, path: copy.path, now: now, isEvent: true)
        do throws(SystemError) {
            guard let before = Sighting(try status(visit.absolute, of: source)) else {
                return try vanished(visit)
            }
            try take(visit, sees: before)
        } catch {
            throw error
        }
    }

    private func decide(
        _ here: StreamRecord?, sees seen: Sighting, at now: WallTime
    ) -> SnapshotPolicy.Decision {
        settings.snapshots.decide(
            sees: seen, last: here?.seen, settled: here?.settled ?? true, taken: here?.began,
            now: now)
    }
}
