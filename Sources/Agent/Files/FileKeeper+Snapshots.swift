import Core
import Platform
import SQL
import Tailing

extension FileKeeper {
    /// What every SQLite database begins with (https://sqlite.org/fileformat.html, 1.3).
    private static let databaseMagic = Array("SQLite format 3\0".utf8)
    /// When a copy that failed is tried again.
    private static let retry: Duration = .seconds(30)

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

    private func decide(
        _ here: StreamRecord?,
        sees seen: Sighting,
        at now: WallTime
    ) -> SnapshotPolicy.Decision {
        settings.snapshots.decide(
            sees: seen,
            last: here?.seen,
            settled: here?.settled ?? true,
            taken: here?.began,
            now: now
        )
    }

    // MARK: Copying

    /// Copies a file whose time has come.
    func take(_ waiting: CheckpointStore.WaitingCopy, at now: WallTime) throws(SQLError) {
        guard let source = source(waiting.source), source.decide(waiting.path) == .snapshot else {
            return try store.forgetCopy(waiting.source, waiting.path)
        }
        let visit = Visit(source: source, path: waiting.path, now: now, isEvent: true)
        let found = Sighting((try? status(visit.absolute, of: source)) ?? nil)
        guard let seen = found else { return try lookAtSnapshot(visit, nil) }
        let here = try store.stream(waiting.source, waiting.path)
        if case .wait(let due) = decide(here, sees: seen, at: now) {
            return try store.planCopy(waiting.source, waiting.path, due: due)
        }
        let totals = try store.heldTotals()
        guard totals.copies == 0 || totals.copiedBytes + seen.size <= settings.copiedBytes else {
            copiesWaitForRoom = true
            return
        }
        let number = takeNumber()
        guard let copy = makeCopy(visit, number) else {
            try? disk.remove(copyPath(number))
            return try store.planCopy(waiting.source, waiting.path, due: now + FileKeeper.retry)
        }
        try settle(copy, number, here, visit)
    }

    /// The copy; nil when it could not be made, which is a problem then.
    private func makeCopy(_ visit: Visit, _ number: StreamNumber) -> SnapshotCopy? {
        do throws(SystemError) {
            let copy = try SnapshotCopy.make(
                of: visit.absolute,
                at: copyPath(number),
                on: disk,
                scratch: scratch
            )
            problems.clear(visit.absolute)
            return copy
        } catch {
            problems.record(visit.absolute, "it cannot be copied: \(error.reason)")
            return nil
        }
    }

    private func settle(
        _ copy: SnapshotCopy,
        _ number: StreamNumber,
        _ here: StreamRecord?,
        _ visit: Visit
    ) throws(SQLError) {
        guard !copy.isDatabase, copy.isWhole else {
            try? disk.remove(copyPath(number))
            guard !copy.isDatabase else {
                problems.record(visit.absolute, "it is a database, which a copy would tear")
                return try store.forgetCopy(visit.source.name, visit.path)
            }
            let due = visit.now + settings.snapshots.quiet
            return try store.planCopy(visit.source.name, visit.path, due: due)
        }
        try store.forgetCopy(visit.source.name, visit.path)
        if let here, let digest = copy.digest, here.digest == digest {
            return try keep(here, copy, number, visit)
        }
        var before = here?.number
        if before == nil { before = try lastGone(visit) }
        var record = StreamRecord(
            number: number,
            source: visit.source.name,
            path: visit.path,
            seen: copy.seen,
            at: visit.now,
            state: .snapshot,
            reason: before == nil ? .first : .snapshot,
            previous: before
        )
        record.hold = number
        record.digest = copy.digest
        record.hashedLength = copy.seen.size
        if var here {
            here.retire(.replaced, at: visit.now)
            try store.update(here, at: visit.now)
            // Its end is news.
            hasFoundHistory = true
        }
        try store.insert(record, at: visit.now)
        for (index, checksum) in copy.checksums.enumerated() {
            try store.setBlock(number, index, checksum)
        }
        observer?.wrote(number)
    }

    /// The content is what was copied last: no new generation, but the copy may be wanted again.
    private func keep(
        _ here: StreamRecord,
        _ copy: SnapshotCopy,
        _ number: StreamNumber,
        _ visit: Visit
    ) throws(SQLError) {
        var here = here
        here.observe(copy.seen, at: visit.now)
        here.digest = copy.digest
        here.began = visit.now
        if here.held { try? disk.remove(copyPath(number)) } else { here.hold = number }
        try store.update(here, at: visit.now)
        // A receiver that lacks it had to wait for this copy.
        hasFoundHistory = true
    }
}
