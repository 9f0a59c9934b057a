import Core
import Platform
import SQL
import Tailing

extension FileKeeper {
    /// Follows up on what a path shows now; `status` is nil when nothing is there.
    func look(_ visit: Visit, _ status: FileStatus?) throws(SQLError) {
        switch visit.source.decide(visit.path) {
        case .tail: try place(visit, Sighting(status))
        case .snapshot: try lookAtSnapshot(visit, Sighting(status))
        case .refused(let reason):
            if status != nil { problems.record(visit.absolute, reason) }
        case .excluded: break
        }
    }

    private func place(_ visit: Visit, _ seen: Sighting?) throws(SQLError) {
        var here = try store.stream(visit.source.name, visit.path)
        if let found = here {
            marks?.insert(found.number)
            if found.seen.key == seen?.key, found.state == .live, let seen {
                return try follow(found, visit, sees: seen)
            }
            if found.state == .snapshot {
                // The rules changed: the file was copied until now and is followed from now on.
                try retire(found, .replaced, at: visit.now)
                here = nil
            }
        }
        let other = try otherStream(seen, besides: here)
        let facts = facts(seen, here: here, other: other)
        if facts.heldHereIsSeen, let seen { here?.seen.key = seen.key }
        let placement = TailRules.place(sees: seen, here: here, other: other, facts: facts)
        try carryOut(placement, visit, sees: seen, here: here, other: other)
    }

    private func carryOut(
        _ placement: Placement,
        _ visit: Visit,
        sees seen: Sighting?,
        here: StreamRecord?,
        other: StreamRecord?
    ) throws(SQLError) {
        guard let seen else {
            if let here { try retire(here, .deleted, at: visit.now) }
            return
        }
        switch (placement, here, other) {
        case (.known, let here?, _): try follow(here, visit, sees: seen)
        case (.possiblyReplaced, let here?, _) where try isShipped(here):
            try compare(here, for: .replacement(visit.source), at: visit.absolute, visit, seen)
        case (.replaced, let here?, _), (.possiblyReplaced, let here?, _):
            let newest = try retire(here, .replaced, at: visit.now)
            try begin(visit, sees: seen, after: newest)
        case (.renamed, _, let other?):
            if let here { try retire(here, .replaced, at: visit.now) }
            try rename(other, visit, sees: seen)
        case (.possiblyRenamed, _, let other?):
            if let here { try retire(here, .replaced, at: visit.now) }
            let purpose = ContentJob.Purpose.rename(visit.source, visit.path)
            try compare(other, for: purpose, at: visit.absolute, visit, seen)
        case (.alias, let here, _):
            if let here { try retire(here, .replaced, at: visit.now) }
        case (.rotated, let here?, _):
            try retire(here, .moved, at: visit.now)
            try begin(visit, sees: seen, after: nil)
        default:
            // What was deleted here and is not shipped yet comes before it.
            try begin(visit, sees: seen, after: try lastGone(visit))
        }
    }

    /// Whether the held bytes may be given up for those of another file that are the same now: not before
    /// everybody has them, as the other file may be changed at any time.
    private func isShipped(_ record: StreamRecord) throws(SQLError) -> Bool {
        guard record.held else { return true }
        return try store.cursors(record.number).allSatisfy { $0.acked.offset >= record.seen.size }
    }

    // MARK: Changes of a stream

    /// Remembers a file that is new, or new in the place of `previous`.
    func begin(
        _ visit: Visit,
        sees seen: Sighting,
        after previous: StreamNumber?
    ) throws(SQLError) {
        let number = takeNumber()
        let linked = hold(number, visit.absolute, of: visit.source)
        var record = StreamRecord(
            number: number,
            source: visit.source.name,
            path: visit.path,
            seen: linked ?? seen,
            at: visit.now,
            reason: previous == nil ? .first : .replaced,
            previous: previous
        )
        record.hold = linked == nil ? nil : number
        marks?.insert(number)
        try store.insert(record, at: visit.now)
        announce(record, visit)
    }

    /// Moves a known file to the path where it was seen.
    func rename(
        _ record: StreamRecord,
        _ visit: Visit,
        sees seen: Sighting
    ) throws(SQLError) {
        var record = record
        record.source = visit.source.name
        record.move(to: visit.path)
        marks?.insert(record.number)
        try store.update(record, at: visit.now)
        try store.revive(record.number)
        announce(record, visit)
        try follow(record, visit, sees: seen)
    }

    /// The path shows the stream no more; what was written to it since the last look is in the held link.
    ///
    /// - Returns: the newest generation of the file: a comparison may have begun another.
    @discardableResult
    func retire(
        _ record: StreamRecord,
        _ cause: StreamEnd.Cause,
        at now: WallTime
    ) throws(SQLError) -> StreamNumber {
        var record = record
        record.retire(cause, at: now)
        files.close(record.number)
        endJob(record.number)
        hasFoundHistory = true
        let seen = record.state == .gone ? Sighting(heldStatus(record)) : nil
        if let seen, seen.size == record.seen.size, seen.modified == record.seen.modified {
            // Losing a name moves the change time; whether more happened, the confirmation tells.
            record.observe(seen, at: now)
            record.digest = nil
        }
        try store.update(record, at: now)
        guard let seen, seen != record.seen, let source = source(record.source) else {
            return record.number
        }
        let visit = Visit(source: source, path: record.path, now: now, isEvent: false)
        let last = lastNumber
        try follow(record, visit, sees: seen)
        return lastNumber > last ? lastNumber : record.number
    }

    /// Follows up on a look at the file of a stream.
    func follow(
        _ record: StreamRecord,
        _ visit: Visit,
        sees seen: Sighting
    ) throws(SQLError) {
        if let job = jobs[record.number] {
            job.lookAgain = true
            return
        }
        var (record, seen) = (record, seen)
        if !record.held, visit.source.holds, !sourcesWithoutHold.contains(record.source) {
            try holdLate(&record, &seen, visit)
        }
        switch TailRules.look(record, sees: seen, at: visit.now) {
        case .unchanged:
            if problems.reasons[visit.absolute] != nil { announce(record, visit) }
        case .read, .touched:
            record.observe(seen, at: visit.now)
            try store.update(record, at: visit.now)
            announce(record, visit)
        case .compare:
            try compare(record, for: .touch, at: nil, visit, seen)
        case .newGeneration(let reason):
            try supersede(record, by: reason, sees: seen, visit)
        }
    }

    /// Holds a file that is followed already: holding was switched on, or its link is missing.
    private func holdLate(
        _ record: inout StreamRecord,
        _ seen: inout Sighting,
        _ visit: Visit
    ) throws(SQLError) {
        guard record.state == .live else { return }
        let number = takeNumber()
        guard let linked = hold(number, visit.absolute, of: visit.source) else { return }
        guard linked.key == seen.key else {
            try? disk.remove(heldPath(number))
            return
        }
        record.hold = number
        // Linking moved the change time, which is no reason to compare.
        if record.seen == seen { record.seen.changed = linked.changed }
        seen = linked
        try store.update(record, at: visit.now)
    }

    /// Ends a stream whose bytes are not in its file any more, and begins the next generation in it.
    @discardableResult
    func supersede(
        _ old: StreamRecord,
        by reason: StreamReason,
        sees seen: Sighting,
        _ visit: Visit
    ) throws(SQLError) -> StreamRecord {
        files.close(old.number)
        endJob(old.number)
        var next = StreamRecord(
            number: takeNumber(),
            source: old.source,
            path: old.path,
            seen: seen,
            at: visit.now,
            state: old.state,
            reason: reason,
            previous: old.number
        )
        next.hold = old.hold
        next.isCurrent = old.isCurrent
        next.end = old.end
        var old = old
        old.lose(reason.ending, at: visit.now)
        try store.update(old, at: visit.now)
        marks?.insert(next.number)
        try store.insert(next, at: visit.now)
        announce(next, visit)
        return next
    }

    private func announce(_ record: StreamRecord, _ visit: Visit) {
        problems.clear(visit.absolute)
        let isRecent = visit.now - record.seen.modified < settings.liveWithin
        if visit.isEvent || isRecent {
            observer?.wrote(record.number)
        } else {
            hasFoundHistory = true
        }
    }

    // MARK: Further looks

    private func otherStream(
        _ seen: Sighting?,
        besides here: StreamRecord?
    ) throws(SQLError) -> StreamRecord? {
        guard let seen, let other = try store.stream(seen.key), other.number != here?.number
        else { return nil }
        return other
    }

    private func facts(
        _ seen: Sighting?,
        here: StreamRecord?,
        other: StreamRecord?
    ) -> PlacementFacts {
        var facts = PlacementFacts()
        guard let seen else { return facts }
        if let here, let held = heldStatus(here) {
            let key = Sighting(held)?.key
            facts.heldHereIsSeen = key == seen.key
            if key == here.seen.key {
                facts.displacedHasName = held.links > 1
                facts.displacedChanged =
                    held.size != here.seen.size || held.modified != here.seen.modified
            }
        }
        if let other {
            facts.otherStillInPlace = isInPlace(other)
            facts.otherHoldsIt = Sighting(heldStatus(other))?.key == seen.key
        }
        return facts
    }

    /// The newest stream of the path whose file is deleted and held yet.
    ///
    /// A file that has another name was moved, and is going to be seen there.
    func lastGone(_ visit: Visit) throws(SQLError) -> StreamNumber? {
        guard let number = try store.lastGone(visit.source.name, at: visit.path),
            let record = try store.stream(number)
        else { return nil }
        return heldStatus(record)?.links ?? 1 > 1 ? nil : number
    }

    private func isInPlace(_ record: StreamRecord) -> Bool {
        guard record.state == .live, let source = source(record.source),
            let status = try? status(source.absolute(record.path), of: source)
        else { return false }
        return Sighting(status)?.key == record.seen.key
    }

    func heldStatus(_ record: StreamRecord) -> FileStatus? {
        holdPath(record).flatMap { (try? disk.status($0)) ?? nil }
    }

    /// What is at a path, links followed where the source says so.
    func status(
        _ path: BytePath,
        of source: WatchedSource
    ) throws(SystemError) -> FileStatus? {
        source.followsLinks ? try disk.statusFollowingLinks(path) : try disk.status(path)
    }
}

extension StreamReason {
    /// How the stream before ended.
    fileprivate var ending: StreamEnd.Cause {
        switch self {
        case .truncated: .truncated
        case .rewritten: .rewritten
        case .mismatch: .mismatch
        case .first, .replaced, .snapshot: .replaced
        }
    }
}
