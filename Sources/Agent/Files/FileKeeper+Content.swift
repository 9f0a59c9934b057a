import Core
import Platform
import SQL
import Tailing

extension FileKeeper {
    /// Whether comparisons or copies wait for `work` now.
    package func hasWork(at now: WallTime) throws(SQLError) -> Bool {
        if !jobQueue.isEmpty { return true }
        guard !copiesWaitForRoom, let copy = try store.nextCopy() else { return false }
        return copy.due <= now
    }

    /// Goes on with comparisons, then with copies that are due; returns whether more waits.
    ///
    /// About `budget` bytes are read, so that the caller sets the rate.
    @discardableResult
    package func work(_ budget: Int, at now: WallTime) throws(SQLError) -> Bool {
        defer { announceHistory() }
        if let job = nextJob {
            try go(on: job, budget: budget, at: now)
        } else if !copiesWaitForRoom, let copy = try store.nextCopy(), copy.due <= now {
            try take(copy, at: now)
        }
        return try hasWork(at: now)
    }

    /// Has a finished file read a second time in `work`; true when it is confirmed already.
    ///
    /// The observer is told with `compared` when it is done, if `isComparing` says that it was begun: a
    /// file that changed a moment ago is not read now. The record says then what came of it.
    package func confirm(_ number: StreamNumber, at now: WallTime) throws(SQLError) -> Bool {
        guard let record = try store.stream(number), record.isReadable, jobs[number] == nil,
            let source = source(record.source)
        else { return false }
        defer { announceHistory() }
        let visit = Visit(source: source, path: record.path, now: now, isEvent: false)
        guard let entry = openOrReport(record, visit),
            let seen = Sighting((try? entry.file.status()) ?? nil)
        else { return false }
        if record.state != .snapshot, seen != record.seen {
            try follow(record, visit, sees: seen)
            return false
        }
        if record.confirmed { return true }
        // Too near to a write, reading it proves nothing about what follows in the same tick.
        guard record.state == .snapshot || seen.isSettled(at: now) else { return false }
        let acked = try store.cursors(number).map(\.acked.offset).max() ?? 0
        add(
            ContentJob(
                record,
                for: .confirmation(to: acked),
                entry.file,
                seen: seen,
                began: now
            )
        )
        return false
    }

    /// Whether nothing but confirmations waits for `work`, which nobody waits for.
    package var isOnlyConfirming: Bool { nextJob?.isConfirmation ?? false }

    /// Reading a file again for its confirmation comes after what keeps a file from being shipped.
    private var nextJob: ContentJob? {
        let number = jobQueue.first { jobs[$0]?.isConfirmation == false } ?? jobQueue.first
        return number.flatMap { jobs[$0] }
    }

    /// Whether `compared` will be told of the stream.
    package func isComparing(_ number: StreamNumber) -> Bool { jobs[number] != nil }

    /// Length and digest of a stream that is confirmed; nil when it is not.
    package func digest(
        _ number: StreamNumber
    ) throws(SQLError) -> (length: UInt64, digest: Digest)? {
        guard let record = try store.stream(number), let digest = record.digest else { return nil }
        return (record.hashedLength, digest)
    }

    /// Begins the next generation with the same bytes: the receiver holds others, or lost them.
    ///
    /// Returns its number; nil when the bytes cannot be read any more.
    package func restart(
        _ number: StreamNumber,
        at now: WallTime
    ) throws(SQLError) -> StreamNumber? {
        guard let record = try store.stream(number), record.isReadable,
            let source = source(record.source)
        else { return nil }
        let visit = Visit(source: source, path: record.path, now: now, isEvent: false)
        defer { announceHistory() }
        return try supersede(record, by: .mismatch, sees: record.seen, visit).number
    }

    // MARK: Jobs

    /// Compares a file with what was read of a stream, at once as far as that is quick.
    ///
    /// The file is the stream's own, or what is at `path`.
    func compare(
        _ record: StreamRecord,
        for purpose: ContentJob.Purpose,
        at path: BytePath?,
        _ visit: Visit,
        _ seen: Sighting
    ) throws(SQLError) {
        if let job = jobs[record.number] {
            job.lookAgain = true
            return
        }
        let file: (any DiskFile)?
        if let path {
            file = openOrReport(path, seen, visit)
        } else {
            file = openOrReport(record, visit)?.file
        }
        guard let file else { return }
        let job = ContentJob(
            record,
            for: purpose,
            file,
            seen: seen,
            began: visit.now
        )
        add(job)
        try go(on: job, budget: settings.inlineBytes, at: visit.now)
    }

    /// The stream ended or was forgotten: its comparison decides nothing any more.
    func endJob(_ number: StreamNumber) {
        guard jobs.removeValue(forKey: number) != nil else { return }
        jobQueue.removeAll { $0 == number }
    }

    private func add(_ job: ContentJob) {
        jobs[job.record.number] = job
        jobQueue.append(job.record.number)
    }

    private func go(on job: ContentJob, budget: Int, at now: WallTime) throws(SQLError) {
        let before = job.offset
        defer { comparedBytes += job.offset - before }
        guard let answer = try job.step(budget, scratch, store) else { return }
        endJob(job.record.number)
        guard let record = try store.stream(job.record.number),
            let source = source(record.source)
        else { return }
        let path = job.path ?? record.path
        let visit = Visit(source: job.source ?? source, path: path, now: job.began, isEvent: true)
        switch answer {
        case .agrees: try conclude(job, record, visit)
        case .differs: try contradict(job, record, visit)
        case .failed(let error):
            problems.record(visit.absolute, "it cannot be compared: \(error.reason)")
        }
        observer?.compared(record.number)
        guard job.lookAgain else { return }
        try pathChanged(visit.source.name, path, at: now)
    }

    private func conclude(
        _ job: ContentJob,
        _ record: StreamRecord,
        _ visit: Visit
    ) throws(SQLError) {
        var record = record
        switch job.purpose {
        case .touch:
            record.observe(job.seen, at: job.began)
            try store.update(record, at: visit.now)
            observer?.wrote(record.number)
        case .rename: try rename(record, visit, sees: job.seen)
        case .replacement(let source):
            removeHeld(record)
            files.close(record.number)
            let number = takeNumber()
            let linked = hold(number, visit.absolute, of: source)
            record.hold = linked == nil ? nil : number
            record.seen = linked ?? job.seen
            record.settled = record.seen.isSettled(at: job.began)
            try store.update(record, at: visit.now)
            observer?.wrote(record.number)
        case .confirmation:
            guard Sighting((try? job.file.status()) ?? nil) == job.seen else { return }
            record.digest = job.digest()
            record.settled = true
            try store.update(record, at: visit.now)
        case .catchUp: observer?.wrote(record.number)
        }
    }

    private func contradict(
        _ job: ContentJob,
        _ record: StreamRecord,
        _ visit: Visit
    ) throws(SQLError) {
        switch job.purpose {
        case .touch, .confirmation, .catchUp:
            if case .newGeneration(let reason) = TailRules.decided(
                record,
                sees: job.seen,
                agrees: false
            ) {
                try end(record, by: reason, sees: job.seen, visit)
            }
        case .rename:
            // The inode was given away: the stream's own file is gone.
            var record = record
            record.lose(.deleted, at: visit.now)
            files.close(record.number)
            try store.update(record, at: visit.now)
            try begin(visit, sees: job.seen, after: nil)
        case .replacement:
            let newest = try retire(record, .replaced, at: visit.now)
            try begin(visit, sees: job.seen, after: newest)
        }
    }

    // MARK: Opening

    private func openOrReport(_ record: StreamRecord, _ visit: Visit) -> OpenFiles.Entry? {
        do throws(SystemError) {
            return try open(record, visit.source)
        } catch {
            problems.record(visit.absolute, "it cannot be read: \(error.reason)")
            return nil
        }
    }

    /// The file at a path, if it is still the one that was seen.
    private func openOrReport(
        _ path: BytePath,
        _ seen: Sighting,
        _ visit: Visit
    ) -> (any DiskFile)? {
        do throws(SystemError) {
            let file = try disk.open(path, .read)
            return Sighting(try file.status())?.key == seen.key ? file : nil
        } catch {
            problems.record(visit.absolute, "it cannot be read: \(error.reason)")
            return nil
        }
    }
}
