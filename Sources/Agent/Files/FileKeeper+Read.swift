import Core
import Platform
import SQL
import Tailing

extension FileKeeper {
    /// Bytes that a buffer for `read` needs to take a whole chunk.
    package static let bufferBytes = Limits.guardBytes + Limits.chunkBytes

    /// Reads what follows `position` in a stream, at most `Limits.chunkBytes`.
    ///
    /// One read brings the guard and what follows it; nothing is returned unless the guard agrees.
    /// The bytes are from the path while it shows the file, else from the held link or the copy.
    package func read(
        _ number: StreamNumber,
        at position: ReadPosition,
        into buffer: UnsafeMutableRawBufferPointer,
        now: WallTime
    ) throws(SQLError) -> ReadResult {
        guard let record = try store.stream(number), record.isReadable,
            let source = source(record.source)
        else { return .gone }
        guard jobs[number] == nil else { return .busy }
        defer { announceHistory() }
        let visit = Visit(source: source, path: record.path, now: now, isEvent: true)
        let taken: Taken
        do throws(SystemError) {
            guard let found = try take(record, visit, at: position, into: buffer)
            else { return .gone }
            taken = found
        } catch {
            problems.record(visit.absolute, "it cannot be read: \(error.reason)")
            return .failed(error.description)
        }
        problems.clear(visit.absolute)
        return try judge(taken, record, at: position, visit)
    }

    // MARK: Parts of a read

    private struct Taken {
        var entry: OpenFiles.Entry
        var seen: Sighting
        /// The guard and what follows it.
        var bytes: UnsafeRawBufferPointer
    }

    private func take(
        _ record: StreamRecord,
        _ visit: Visit,
        at position: ReadPosition,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Taken? {
        guard let entry = try open(record, visit.source),
            let seen = Sighting(try entry.file.status())
        else { return nil }
        let before = ReadPosition.guardLength(at: position.offset)
        let room = min(buffer.count, before + Limits.chunkBytes)
        let count = try entry.file.read(
            into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]),
            at: position.offset - UInt64(before)
        )
        return Taken(
            entry: entry,
            seen: seen,
            bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count])
        )
    }

    private func judge(
        _ taken: Taken,
        _ record: StreamRecord,
        at position: ReadPosition,
        _ visit: Visit
    ) throws(SQLError) -> ReadResult {
        let before = ReadPosition.guardLength(at: position.offset)
        if taken.seen.size < max(record.hashedLength, position.offset) {
            try end(record, by: .truncated, sees: taken.seen, visit)
            return .changed
        }
        let start = UnsafeRawBufferPointer(rebasing: taken.bytes.prefix(before))
        guard position.accepts(start) else {
            try end(record, by: .rewritten, sees: taken.seen, visit)
            return .changed
        }
        if position.offset > record.hashedLength {
            try compare(record, for: .catchUp(to: position.offset), at: nil, visit, taken.seen)
            return .busy
        }
        if taken.seen.size < record.seen.size {
            // What was seen behind the bytes that were read is gone, by a truncation or a power loss.
            try follow(record, visit, sees: taken.seen)
            return .busy
        }
        var record = record
        if taken.seen.size > record.seen.size {
            record.observe(taken.seen, at: visit.now)
            try store.update(record, at: visit.now)
        }
        let chunk = UnsafeRawBufferPointer(rebasing: taken.bytes.dropFirst(before))
        guard !chunk.isEmpty else { return .endOfFile }
        switch try hash(chunk, at: position.offset, of: record, taken.entry) {
        case .agrees: break
        case .differs:
            try end(record, by: .rewritten, sees: taken.seen, visit)
            return .changed
        case .failed(let error): return .failed(error.description)
        }
        let end = position.offset + UInt64(chunk.count)
        return .chunk(chunk, next: ReadPosition(offset: end, endOf: taken.bytes))
    }

    /// Hashes what of the chunk lies behind everything that was read before.
    private func hash(
        _ chunk: UnsafeRawBufferPointer,
        at offset: UInt64,
        of record: StreamRecord,
        _ entry: OpenFiles.Entry
    ) throws(SQLError) -> BlockAnswer {
        guard offset + UInt64(chunk.count) > record.hashedLength else { return .agrees }
        if entry.frontier?.length != record.hashedLength {
            let answer = try restoreFrontier(of: record, entry)
            guard case .agrees = answer else { return answer }
        }
        let new = chunk.dropFirst(Int(record.hashedLength - offset))
        try entry.frontier?.append(UnsafeRawBufferPointer(rebasing: new), to: store)
        return .agrees
    }

    /// Reads the last, partial block again to go on hashing it; on the way it is compared.
    private func restoreFrontier(
        of record: StreamRecord,
        _ entry: OpenFiles.Entry
    ) throws(SQLError) -> BlockAnswer {
        let checksum = RunningChecksum()
        var offset = Blocks.start(of: record.hashedLength)
        let isPartial = offset < record.hashedLength
        do throws(SystemError) {
            while offset < record.hashedLength {
                let room = min(UInt64(scratch.count), record.hashedLength - offset)
                let part = UnsafeMutableRawBufferPointer(rebasing: scratch[..<Int(room)])
                let count = try entry.file.read(into: part, at: offset)
                guard count > 0 else { return .differs }
                checksum.update(UnsafeRawBufferPointer(rebasing: part[..<count]))
                offset += UInt64(count)
            }
        } catch {
            return .failed(error)
        }
        if isPartial {
            let index = Blocks.index(of: record.hashedLength)
            guard try store.block(record.number, index) == checksum.value else { return .differs }
        }
        entry.frontier = Frontier(record.number, length: record.hashedLength, checksum: checksum)
        return .agrees
    }

    // MARK: Opening

    /// The open file of a stream; nil when its bytes cannot be reached any more.
    func open(
        _ record: StreamRecord,
        _ source: WatchedSource
    ) throws(SystemError) -> OpenFiles.Entry? {
        if let entry = files.take(record.number) { return entry }
        guard let file = try openFile(record, source) else { return nil }
        let entry = OpenFiles.Entry(record.number, file)
        files.insert(entry)
        return entry
    }

    private func openFile(
        _ record: StreamRecord,
        _ source: WatchedSource
    ) throws(SystemError) -> (any DiskFile)? {
        switch record.state {
        case .live:
            let path = source.absolute(record.path)
            if Sighting(try status(path, of: source))?.key == record.seen.key {
                let file = try disk.open(path, .read)
                if Sighting(try file.status())?.key == record.seen.key { return file }
            }
        case .gone, .snapshot: break
        case .lost: return nil
        }
        guard let path = holdPath(record) else { return nil }
        return try disk.open(path, .read)
    }

    /// Ends a stream whose file has other bytes than were read.
    func end(
        _ record: StreamRecord,
        by reason: StreamReason,
        sees seen: Sighting,
        _ visit: Visit
    ) throws(SQLError) {
        guard record.state == .snapshot else {
            try supersede(record, by: reason, sees: seen, visit)
            return
        }
        // A copy never changes: this one was torn, by a power loss say. The next one replaces it.
        var record = record
        removeHeld(record)
        record.lose(.rewritten, at: visit.now)
        try store.update(record, at: visit.now)
        try store.planCopy(record.source, record.path, due: visit.now)
    }
}
