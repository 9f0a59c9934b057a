import Core
import Platform
import SQL
import Settings
import Shipping
import Tailing
import Wire

// Opening streams, and what the receiver says of them.
extension UplinkDriver {
    /// Opens that may wait for an answer at a time.
    static let openLimit = 64

    /// Asks the receiver for a stream; false when that must wait.
    func open(
        _ record: StreamRecord,
        _ cursor: CursorRecord,
        isLive: Bool
    ) throws(SQLError) -> Bool {
        guard opening.count < UplinkDriver.openLimit, opening[record.number] == nil else {
            return false
        }
        var request = request(record, cursor.remote, proven: cursor.acked.offset)
        if cursor.remote == nil {
            switch try context.store.predecessor(number, of: record) {
            case .none: break
            case .opened(let before):
                // Whether it gets the next generation is not known before that one is answered.
                guard !opening.values.contains(where: { $0.file == before.file }) else {
                    return false
                }
                if try context.store.knowsLater(number, than: before) {
                    // Two files follow the same one, on two paths: it can be only one of them.
                    request.isNew = true
                } else {
                    request.file = before.file
                    request.generation = before.generation + 1
                }
            case .mustOpenFirst(let first):
                guard !skipped.contains(first) else {
                    skipped.insert(record.number)
                    return true
                }
                guard let record = try context.store.stream(first),
                    let cursor = try context.store.cursor(number, first)
                else { break }
                _ = try open(record, cursor, isLive: false)
                return false
            }
        }
        try passUnknown(&request, record)
        return ask(record, request, isLive: isLive)
    }

    /// Goes on behind a generation that the receiver got before a power loss took it back here: what the path shows now
    /// is newer than that.
    private func passUnknown(
        _ request: inout OpenRequest,
        _ record: StreamRecord
    ) throws(SQLError) {
        guard record.end == nil, let file = request.file,
            let newest = unknownGenerations[file], newest > request.generation,
            try !context.store.knowsLater(
                number,
                than: StreamID(file: file, generation: request.generation)
            )
        else { return }
        request.generation = newest
        request.proven = 0
    }

    private func request(
        _ record: StreamRecord,
        _ remote: StreamID?,
        proven: UInt64 = 0
    ) -> OpenRequest {
        OpenRequest(
            file: remote?.file,
            generation: remote?.generation ?? 0,
            source: record.source,
            path: record.path,
            reason: record.reason.wire,
            size: record.seen.size,
            modified: record.seen.modified,
            mode: 0,
            proven: proven
        )
    }

    private func ask(_ record: StreamRecord, _ request: OpenRequest, isLive: Bool) -> Bool {
        guard let action = machine?.open(record.number, request) else { return false }
        opening[record.number] = Opening(
            isLive: isLive,
            file: request.file,
            revision: record.revision
        )
        perform([action])
        return true
    }

    /// The receiver's copy is of another content: go on behind it, in a generation of its own.
    private func openNext(
        _ record: StreamRecord,
        after other: StreamID,
        isLive: Bool
    ) throws(SQLError) {
        let next = StreamID(file: other.file, generation: other.generation + 1)
        // Another file goes on with this one on another path, which the receiver would take for renamed back.
        if let holder = try context.store.cursor(number, remote: next)?.stream,
            holder != record.number
        {
            return openNew(record, isLive: isLive)
        }
        var request = request(record, next)
        request.reason = .mismatch
        _ = ask(record, request, isLive: isLive)
    }

    /// What the receiver gave is another stream's: this one begins a file of its own.
    private func openNew(_ record: StreamRecord, isLive: Bool) {
        release(record.number)
        var request = request(record, nil)
        request.isNew = true
        _ = ask(record, request, isLive: isLive)
    }

    func opened(_ stream: StreamNumber, _ resume: Resume) throws(SQLError) {
        guard let opened = opening.removeValue(forKey: stream),
            let record = try context.store.stream(stream),
            let cursor = try context.store.cursor(number, stream)
        else { return release(stream) }
        if let file = opened.file, file != resume.stream.file {
            return try lost(file, record, isLive: opened.isLive)
        }
        guard try !isClaimed(resume.stream, by: stream, asked: opened.file) else {
            return openNew(record, isLive: opened.isLive)
        }
        switch resume.status {
        case .tombstone:
            release(stream)
            try context.store.letGo(number, stream, as: resume.stream)
        case .closed where record.seen.size > resume.offset:
            try openNext(record, after: resume.stream, isLive: opened.isLive)
        case .closed where !record.isReadable || resume.offset == 0:
            try closed(record, resume, at: cursor.acked)
        case .closed, .held, .unproven, .behind:
            try compare(record, cursor, resume, opened)
        }
    }

    /// The receiver was restored from a time when it did not know the file: all generations of it are opened
    /// again, in their order.
    private func lost(
        _ file: FileID,
        _ record: StreamRecord,
        isLive: Bool
    ) throws(SQLError) {
        release(record.number)
        try context.store.forget(number, file)
        guard let cursor = try context.store.cursor(number, record.number),
            try open(record, cursor, isLive: isLive)
        else {
            isHistoryWaiting = true
            return
        }
    }

    /// Whether what the receiver gave belongs to another stream.
    ///
    /// The receiver finds a file by its path as far as it was told of that; files that had one path in turn are
    /// told apart here.
    private func isClaimed(
        _ remote: StreamID,
        by stream: StreamNumber,
        asked file: FileID?
    ) throws(SQLError) -> Bool {
        guard file == nil else {
            let holder = try context.store.cursor(number, remote: remote)?.stream
            return holder != nil && holder != stream
        }
        return try context.store.isClaimed(number, remote.file, besides: stream)
    }

    /// The receiver has all of the stream, and expects nothing more of it.
    private func closed(
        _ record: StreamRecord,
        _ resume: Resume,
        at position: ReadPosition
    ) throws(SQLError) {
        try context.store.opened(
            number,
            record.number,
            as: resume.stream,
            at: position,
            revision: record.revision
        )
        try context.store.closed(number, record.number)
        release(record.number)
    }

    /// The generation is being shipped to already, for another stream.
    func occupied(_ stream: StreamNumber, _ resume: Resume) throws(SQLError) {
        guard let opened = opening.removeValue(forKey: stream),
            let record = try context.store.stream(stream)
        else { return }
        if let file = opened.file, file != resume.stream.file {
            try lost(file, record, isLive: opened.isLive)
        } else {
            openNew(record, isLive: opened.isLive)
        }
    }

    private func compare(
        _ record: StreamRecord,
        _ cursor: CursorRecord,
        _ resume: Resume,
        _ opened: Opening
    ) throws(SQLError) {
        if resume.offset == 0 {
            return try go(on: record, resume, at: .start, opened)
        }
        if cursor.remote == resume.stream, cursor.acked.offset == resume.offset,
            resume.status != .closed
        {
            return try go(on: record, resume, at: cursor.acked, opened)
        }
        guard record.isReadable else { return release(record.number) }
        guard resume.offset <= record.seen.size else {
            return try openNext(record, after: resume.stream, isLive: opened.isLive)
        }
        var opened = opened
        opened.file = resume.stream.file
        opening[record.number] = opened
        proofs.append(ContentProof(record.number, resume))
    }

    /// Both sides agree up to `position`.
    private func go(
        on record: StreamRecord,
        _ resume: Resume,
        at position: ReadPosition,
        _ opened: Opening
    ) throws(SQLError) {
        opening[record.number] = nil
        // An end and a rename are told in a batch: the path in the request is durable with what follows it, if anything
        // does.
        let told = record.end == nil ? min(0, opened.revision) : -1
        try context.store.opened(
            number,
            record.number,
            as: resume.stream,
            at: position,
            revision: told
        )
        for earlier in try context.store.separate(number, before: resume.stream) {
            release(earlier)
            isHistoryWaiting = true
        }
        positions[record.number] = position
        if opened.isLive { scheduler.wrote(record.number) } else { ready.append(record.number) }
    }

    /// Forgets a stream for this connection.
    func release(_ stream: StreamNumber) {
        machine?.release(stream)
        opening[stream] = nil
        positions[stream] = nil
        ends[stream] = nil
    }

    func openRefused(_ stream: StreamNumber, _ refusal: Refusal) {
        opening[stream] = nil
        skipped.insert(stream)
        Log.warning("receiver \(endpoint.name) does not take a file: \(refusal.message)")
    }

    // MARK: Proofs

    /// Goes on with reading what the receiver claims to hold; a bounded part at a time.
    func prove() throws(SQLError) {
        if proof == nil, !proofs.isEmpty { proof = proofs.removeFirst() }
        guard var current = proof else { return }
        for _ in 0..<4 where !current.isComplete {
            let result = try context.keeper.read(
                current.stream,
                at: current.position,
                into: context.readBuffer,
                now: context.time.wall
            )
            switch result {
            case .chunk(let bytes, let next): current.take(bytes, next: next)
            case .busy:
                context.workPlanner?()
                proof = current
                return
            case .endOfFile: return try differs(current)
            case .changed, .gone, .failed:
                proof = nil
                return release(current.stream)
            }
        }
        guard current.isComplete else {
            proof = current
            return planPump()
        }
        proof = nil
        let claim = current.claim()
        claimed[current.stream] = current
        if let action = machine?.digest(current.stream, claim) { perform([action]) }
        planPump()
    }

    private func differs(_ current: ContentProof) throws(SQLError) {
        proof = nil
        let isLive = opening.removeValue(forKey: current.stream)?.isLive ?? false
        guard let record = try context.store.stream(current.stream) else { return }
        Log.notice(
            "receiver \(endpoint.name): \(record.source)/\(record.path) differs from the copy there; "
                + "it is sent as a new generation"
        )
        try openNext(record, after: current.resume.stream, isLive: isLive)
    }

    func proven(_ stream: StreamNumber, equal: Bool) throws(SQLError) {
        guard let current = claimed.removeValue(forKey: stream) else { return }
        guard equal else { return try differs(current) }
        guard let record = try context.store.stream(stream) else { return }
        // Without it nothing is known of what was asked: all is told once more.
        let opened = opening[stream] ?? Opening(isLive: false, file: nil, revision: -1)
        if current.resume.status == .closed {
            try closed(record, current.resume, at: current.position)
            try context.store.verified(number, stream, closing: true)
        } else {
            try go(on: record, current.resume, at: current.position, opened)
        }
        planPump()
    }

    // MARK: Acknowledgements

    func acked(_ stream: StreamNumber, _ offset: UInt64) throws(SQLError) {
        guard var waiting = ends[stream] else { return }
        var reached: ReadPosition?
        while let first = waiting.first, first.offset <= offset {
            reached = first
            waiting.removeFirst()
        }
        ends[stream] = waiting.isEmpty ? nil : waiting
        guard let reached else { return }
        let before = try context.store.cursor(number, stream)?.acked.offset ?? 0
        try context.store.acknowledge(number, stream, reached)
        countAcked(reached.offset - min(before, reached.offset))
        if let trace = context.trace, let record = try context.store.stream(stream) {
            trace.record(inode: record.seen.key.inode, offset: reached.offset)
        }
        // A stream that has nothing on its way costs no memory until it is written to again.
        if ends[stream] == nil, positions[stream]?.offset == reached.offset,
            !ready.contains(stream)
        {
            release(stream)
        }
        owner?.progressed()
    }

    func rewound(_ stream: StreamNumber, _ offset: UInt64) throws(SQLError) {
        ends[stream] = nil
        let cursor = try context.store.cursor(number, stream)
        guard let cursor, cursor.acked.offset == offset else {
            // The position's guard is not known: ask anew, which compares.
            release(stream)
            scheduler.foundHistory()
            return
        }
        positions[stream] = cursor.acked
        scheduler.wrote(stream)
    }

    func eventsAcked(_ note: UInt64) throws(SQLError) {
        for note in notes.removeValue(forKey: note) ?? [] {
            try context.store.told(number, note.stream, revision: note.revision)
            if note.closes { try context.store.closed(number, note.stream) }
        }
        owner?.progressed()
    }

    /// The copy of a file that is rewritten whole was let go when the receiver had it; it is wanted again.
    private func copyAgain(_ stream: StreamNumber) throws(SQLError) {
        guard let record = try context.store.stream(stream), record.state == .snapshot,
            !record.held, record.end == nil
        else { return }
        try context.store.planCopy(record.source, record.path, due: context.time.wall)
        context.workPlanner?()
    }

    private func beginAnew(_ cursor: CursorRecord, isUnknown: Bool) throws(SQLError) {
        var cursor = cursor
        cursor.acked = .start
        cursor.isVerified = false
        // It is to be opened again, even if it has no bytes.
        if isUnknown { cursor.told = -1 }
        try context.store.update(cursor)
        try copyAgain(cursor.stream)
    }

    /// Cursors that the receiver does not confirm begin anew; their files are compared when they are opened.
    func reconcile(_ buckets: BucketSet, _ entries: [Position]) throws(SQLError) {
        var listed: [StreamID: UInt64] = [:]
        for entry in entries {
            listed[entry.stream] = entry.offset
            let newest = unknownGenerations[entry.stream.file] ?? 0
            guard entry.offset > 0, entry.stream.generation > newest,
                try context.store.cursor(number, remote: entry.stream) == nil
            else { continue }
            unknownGenerations[entry.stream.file] = entry.stream.generation
        }
        var differing: [StreamID] = []
        try context.store.eachOpenPosition(number) { stream, offset in
            if buckets.contains(stream.file), listed[stream] != offset { differing.append(stream) }
        }
        for remote in differing {
            guard let cursor = try context.store.cursor(number, remote: remote) else { continue }
            try beginAnew(cursor, isUnknown: listed[remote] == nil)
        }
        for (file, generation) in unknownGenerations {
            guard let cursor = try context.store.newestCursor(number, of: file),
                let known = cursor.remote?.generation, known < generation,
                try context.store.stream(cursor.stream)?.end == nil
            else { continue }
            try beginAnew(cursor, isUnknown: true)
        }
        guard !differing.isEmpty else { return }
        Log.notice("receiver \(endpoint.name): \(differing.count) files are compared anew")
    }
}

extension StreamReason {
    /// The wire's number for it.
    fileprivate var wire: GenerationReason {
        switch self {
        case .first: .first
        case .truncated: .truncated
        case .rewritten: .rewritten
        case .replaced: .replaced
        case .snapshot: .snapshot
        case .mismatch: .mismatch
        }
    }
}
