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
            if exists(path) {
                problems.record(source.root, "its files cannot be held: \(error.reason)")
            }
        }
        return nil
    }

    /// Gives the held bytes of one stream to another.
    func passHold(from old: StreamRecord, to new: StreamNumber) -> Bool {
        guard old.held else { return false }
        let isCopy = old.state == .snapshot
        let source = isCopy ? copyPath(old.number) : heldPath(old.number)
        do throws(SystemError) {
            // Linked before it is removed, so that no crash leaves the bytes without a name.
            try disk.link(source, to: isCopy ? copyPath(new) : heldPath(new))
            try disk.remove(source)
            return true
        } catch {
            problems.record(source, "a held file cannot be renamed: \(error.reason)")
            return false
        }
    }

    /// Removes the link or copy of a stream from the state folder.
    func removeHeld(_ record: StreamRecord) {
        files.close(record.number)
        let path = record.state == .snapshot ? copyPath(record.number) : heldPath(record.number)
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
        for number in try store.verifiedCopies(limit: 256) {
            guard var record = try store.stream(number) else { continue }
            removeHeld(record)
            record.held = false
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
            case .verified(let number), .unverified(let number): try letGo(number, at: now)
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
        _ source: String, _ path: BytePath, at now: WallTime
    ) throws(SQLError) -> Int {
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
        if record.held { removeHeld(record) }
        files.close(record.number)
        endJob(record.number)
        try store.remove(record.number)
    }

    private func letGo(_ number: StreamNumber, at now: WallTime) throws(SQLError) {
        guard var record = try store.stream(number) else { return }
        removeHeld(record)
        endJob(number)
        if record.state == .snapshot { record.held = false } else { record.lose(.released, at: now) }
        try store.update(record, at: now)
    }

    private func exists(_ path: BytePath) -> Bool { ((try? disk.status(path)) ?? nil) != nil }

    // MARK: Start

    func heldNumbers(_ name: BytePath) -> [StreamNumber] {
        let entries = (try? disk.list(folder.appending(name))) ?? []
        return entries.compactMap { StreamNumber(String(decoding: $0.name.bytes, as: UTF8.self)) }
    }

    /// Makes the store agree with the state folder after a crash: links that are missing are not held,
    /// and a link whose stream is not remembered goes back to the stream with its inode.
    func reattach(held: [StreamNumber], copies: [StreamNumber]) throws(SQLError) {
        var missing: [StreamNumber] = []
        var remembered = NumberSet()
        let present = NumberSet(held)
        let copied = NumberSet(copies)
        try store.eachHeld { number, state in
            remembered.insert(number)
            let isThere = state == .snapshot ? copied.contains(number) : present.contains(number)
            if !isThere { missing.append(number) }
        }
        for number in missing {
            guard var record = try store.stream(number) else { continue }
            record.held = false
            try store.update(record, at: record.seen.modified)
        }
        for number in held where !remembered.contains(number) { try reattach(number) }
        for number in copies where !remembered.contains(number) {
            try? disk.remove(copyPath(number))
        }
    }

    private func reattach(_ orphan: StreamNumber) throws(SQLError) {
        guard let seen = Sighting((try? disk.status(heldPath(orphan))) ?? nil),
            var record = try store.stream(seen.key), !record.held
        else { return }
        do throws(SystemError) {
            try disk.rename(heldPath(orphan), to: heldPath(record.number))
        } catch { return }
        record.held = true
        try store.update(record, at: seen.modified)
    }

    /// After the first scan: links that still belong to no stream.
    ///
    /// A file that has another name was found by the scan. One that has none was deleted between a crash
    /// and now; its bytes are shipped under a name of their own.
    func adoptOrphans(at now: WallTime) throws(SQLError) {
        guard let source = sources.first else { return }
        var remembered = NumberSet()
        try store.eachHeld { number, _ in remembered.insert(number) }
        for number in heldNumbers("held") where !remembered.contains(number) {
            guard let status = (try? disk.status(heldPath(number))) ?? nil else { continue }
            guard let seen = Sighting(status), status.links == 1 else {
                try? disk.remove(heldPath(number))
                continue
            }
            var record = StreamRecord(
                number: number, source: source.name, path: BytePath("recovered/\(number)"),
                seen: seen, at: now)
            record.held = true
            record.retire(.deleted, at: now)
            try store.insert(record, at: now)
            hasFoundHistory = true
        }
    }
}
