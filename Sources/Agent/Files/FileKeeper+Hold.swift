import Core
import Platform
import SQL
import Tailing

extension FileKeeper {
    /// Links the file at `path` into the state folder before anything else is done with it.
    ///
    /// Returns the file that was linked, which need not be the one that was seen; nil when it cannot be
    /// held, which is a problem of the source.
    func hold(_ number: StreamNumber, _ path: BytePath, of source: WatchedSource) -> Sighting? {
        guard source.holds else { return nil }
        let target = heldPath(number)
        do throws(SystemError) {
            try disk.link(path, to: target)
            // A symbolic link that was followed to the file is linked itself: it holds nothing.
            if let linked = Sighting(try disk.status(target)) { return linked }
            try disk.remove(target)
        } catch {
            // A file that vanished meanwhile is seen to be gone at the next look.
            if error.isPermission, let refusal = readingFailure(path) {
                // Linux lets nobody link a file of another user that they cannot read.
                problems.record(path, refusal)
            } else if exists(path) {
                if error.isCrossDevice { sourcesWithoutHold.insert(source.name) }
                problems.record(source.root, "its files cannot be held: \(error.reason)")
            }
        }
        return nil
    }

    /// Why the file at `path` cannot be read; nil when it can, or is gone.
    private func readingFailure(_ path: BytePath) -> String? {
        do throws(SystemError) {
            _ = try disk.open(path, .read)
            return nil
        } catch {
            return error.isPermission ? error.reason : nil
        }
    }

    /// Removes the link or copy of a stream from the state folder.
    func removeHeld(_ record: StreamRecord) {
        files.close(record.number)
        guard let path = holdPath(record) else { return }
        do throws(SystemError) {
            try disk.remove(path)
        } catch {
            problems.record(path, "a held file cannot be removed: \(error.reason)")
        }
    }

    /// Lets go of held bytes that are verified, and of more when they exceed the limit.
    ///
    /// To be called after verifications and now and then. Returns how many streams of which bytes were
    /// lost for some receiver were let go.
    @discardableResult
    package func releaseHeld(at now: WallTime) throws(SQLError) -> Int {
        defer { announceHistory() }
        for number in try store.verifiedCopies(limit: 256) {
            guard var record = try store.stream(number) else { continue }
            removeHeld(record)
            record.hold = nil
            try store.update(record, at: now)
            copiesWaitForRoom = false
        }
        let totals = try store.heldTotals()
        guard totals.files > 0 else { return 0 }
        let candidates = try store.heldGone(limit: 1024)
        var unshipped = 0
        let policy = HoldPolicy(limit: settings.heldBytes)
        for release in policy.releases(candidates, held: totals.bytes) {
            switch release {
            case .verified(let number):
                if try !hasGrown(number, at: now) { try letGo(number, at: now) }
            case .unverified(let number): try letGo(number, at: now)
            case .unshipped(let number):
                unshipped += 1
                try letGo(number, at: now)
            }
        }
        return unshipped
    }

    /// Drops everything that is held of a path: what was not shipped of a deleted file is lost.
    ///
    /// A file that still is at its path goes on being shipped. Returns the streams let go.
    @discardableResult
    package func forget(
        _ source: String,
        _ path: BytePath,
        at now: WallTime
    ) throws(SQLError) -> Int {
        defer { announceHistory() }
        var count = 0
        for number in try store.streams(source, at: path) {
            guard let record = try store.stream(number), record.held, record.state != .live
            else { continue }
            try letGo(number, at: now)
            count += 1
        }
        return count
    }

    /// Forgets a stream that no rule asks for any more: nothing of it may leave the machine.
    func drop(_ record: StreamRecord) throws(SQLError) {
        removeHeld(record)
        files.close(record.number)
        endJob(record.number)
        try store.remove(record.number)
    }

    /// Whether a deleted file was written to after it was verified, by a program that still has it open or
    /// before a power loss took its deletion back; what is new is shipped then.
    private func hasGrown(_ number: StreamNumber, at now: WallTime) throws(SQLError) -> Bool {
        guard let record = try store.stream(number), record.state == .gone,
            let seen = Sighting(heldStatus(record)),
            seen.size != record.seen.size || seen.modified != record.seen.modified,
            let source = source(record.source)
        else { return false }
        try follow(
            record,
            Visit(source: source, path: record.path, now: now, isEvent: false),
            sees: seen
        )
        return true
    }

    private func letGo(_ number: StreamNumber, at now: WallTime) throws(SQLError) {
        guard var record = try store.stream(number) else { return }
        removeHeld(record)
        endJob(number)
        if record.state == .snapshot { record.hold = nil } else { record.lose(.released, at: now) }
        try store.update(record, at: now)
        hasFoundHistory = true
    }

    private func exists(_ path: BytePath) -> Bool { ((try? disk.status(path)) ?? nil) != nil }

    // MARK: Start

    func heldNumbers(_ name: BytePath) -> [StreamNumber] {
        let entries = (try? disk.list(folder.appending(name))) ?? []
        return entries.compactMap { StreamNumber(String(decoding: $0.name.bytes, as: UTF8.self)) }
    }

    /// Makes the store agree with the state folder after a crash: links that are missing are not held,
    /// and a link that no stream remembers goes to the live stream with its inode.
    ///
    /// The file of a gone stream that is not held is no more, and its inode was given away: the link is another
    /// file's.
    func reattach(held: [StreamNumber], copies: [StreamNumber]) throws(SQLError) {
        var missing: [StreamNumber] = []
        var rekeyed: [(StreamNumber, FileKey)] = []
        var remembered = NumberSet()
        let present = NumberSet(held)
        let copied = NumberSet(copies)
        try store.eachHeld { number, hold, state, key in
            remembered.insert(hold)
            let isThere = state == .snapshot ? copied.contains(hold) : present.contains(hold)
            guard isThere else { return missing.append(number) }
            guard state != .snapshot else { return }
            let linked = Sighting((try? disk.status(heldPath(hold))) ?? nil)?.key
            if let linked, linked != key { rekeyed.append((number, linked)) }
        }
        // The link is the file, whatever it was called: after a restore, a repair of the file system or a
        // reboot its old key may be another file's.
        for (number, key) in rekeyed {
            guard var record = try store.stream(number) else { continue }
            record.seen.key = key
            try store.update(record, at: record.seen.modified)
        }
        for number in missing {
            guard var record = try store.stream(number) else { continue }
            record.hold = nil
            // Its path shows it no more: nothing can be read or verified of it ever again.
            if let end = record.end { record.lose(.released, at: end.time) }
            try store.update(record, at: record.seen.modified)
        }
        for number in held where !remembered.contains(number) {
            guard let seen = Sighting((try? disk.status(heldPath(number))) ?? nil),
                var record = try store.stream(seen.key), record.state == .live, !record.held
            else { continue }
            record.hold = number
            try store.update(record, at: seen.modified)
        }
        for number in copies where !remembered.contains(number) {
            try? disk.remove(copyPath(number))
        }
    }

    /// After the first scan: links that still belong to no stream.
    ///
    /// A file that has another name was found by the scan. One that has none was deleted between a crash
    /// and now; its bytes are shipped under a name of their own.
    func adoptOrphans(at now: WallTime) throws(SQLError) {
        guard let source = sources.first else { return }
        var remembered = NumberSet()
        try store.eachHeld { _, hold, _, _ in remembered.insert(hold) }
        for number in heldNumbers("held") where !remembered.contains(number) {
            guard let status = (try? disk.status(heldPath(number))) ?? nil else { continue }
            guard let seen = Sighting(status), status.links == 1 else {
                try? disk.remove(heldPath(number))
                continue
            }
            // The link's name may be the number of an older stream, which lives on.
            let stream = takeNumber()
            var record = StreamRecord(
                number: stream,
                source: source.name,
                path: BytePath("recovered/\(stream)"),
                seen: seen,
                at: now
            )
            record.hold = number
            record.retire(.deleted, at: now)
            try store.insert(record, at: now)
            hasFoundHistory = true
        }
    }
}
