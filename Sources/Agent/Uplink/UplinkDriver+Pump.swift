import Core
import Platform
import SQL
import Settings
import Shipping
import Tailing
import Wire

// Putting batches together while there is room for them.
extension UplinkDriver {
    /// Batches of one go, after which other events have their turn.
    private static let batchesAtOnce = 4
    /// Bytes that may wait for the kernel before another batch is made: none, so that a live line is never
    /// behind more than one batch of history.
    private static let outputLimit = 32 * 1024
    /// Bytes of payload that may be in flight when history has its turn while files are being written: what
    /// is in flight is on its way to the same disk, and a live line waits behind it.
    private static let livelyFlight = 512 * 1024
    /// For how long after a live line the next one is expected.
    private static let livelyTime: Duration = .seconds(2)

    /// Pumps when the events at hand are dealt with.
    func planPump() {
        guard !isPumpPlanned, link != nil else { return }
        isPumpPlanned = true
        context.time.afterEvents { [weak self] in
            self?.isPumpPlanned = false
            self?.pump()
        }
    }

    private func pump() {
        attempt { () throws(SQLError) in
            guard isShipping else { return }
            if isHistoryWaiting {
                isHistoryWaiting = false
                scheduler.foundHistory()
            }
            try prove()
            try continueRound()
            let isLively = isLively
            for _ in 0..<(isLively ? 1 : UplinkDriver.batchesAtOnce) {
                guard let machine, machine.room > 0, let link,
                    link.pendingOutput <= UplinkDriver.outputLimit, mayPass()
                else { return }
                guard try sendBatch() else { return }
            }
            planPump()
        }
    }

    /// Whether files are being written, so that history keeps the way short for them.
    private var isLively: Bool {
        guard let lastLive else { return false }
        return context.time.now - lastLive < UplinkDriver.livelyTime
    }

    private var mustHistoryWait: Bool {
        isLively && (machine?.bytesInFlight ?? 0) >= UplinkDriver.livelyFlight
    }

    /// Whether the rate limits let a batch pass now; otherwise it goes on later.
    private func mayPass() -> Bool {
        let now = context.time.now
        let wait = max(limiter.wait(now), context.limiter.wait(now))
        guard wait > .zero else { return true }
        guard !isPumpPlanned else { return false }
        isPumpPlanned = true
        context.time.schedule(after: wait) { [weak self] in
            self?.isPumpPlanned = false
            self?.planPump()
        }
        return false
    }

    /// Sends what is due next; false when nothing is.
    private func sendBatch() throws(SQLError) -> Bool {
        var draft = BatchDraft()
        // Opening a stream may find the connection broken: nothing is left to do then.
        while isShipping, draft.hasRoom, try addNext(to: &draft) {}
        guard isShipping, !draft.isEmpty else { return false }
        let payload = draft.payload(context.batchBuffer)
        var note: UInt64?
        if !draft.events.isEmpty {
            lastNote += 1
            notes[lastNote] = draft.notes
            note = lastNote
        }
        for (stream, _, end) in draft.chunks { ends[stream, default: []].append(end) }
        let request = machine?.batch(
            draft.chunks.map { ($0.stream, $0.chunk) },
            events: note,
            bytes: payload.count
        )
        guard let request else { return false }
        limiter.passed(payload.count)
        context.limiter.passed(payload.count)
        link?.send(Frame(.batch, request: request, payload: payload))
        return true
    }

    /// Lets the next stream have its turn; false when there is none.
    private func addNext(to draft: inout BatchDraft) throws(SQLError) -> Bool {
        let mustHistoryWait = mustHistoryWait
        switch scheduler.next(holdingHistory: mustHistoryWait) {
        case .live(let stream):
            lastLive = context.time.now
            let more = try serve(stream, isLive: true, &draft)
            scheduler.served(stream, more: more)
            return true
        case .history(let stream):
            if let first = ready.first { return try serveReady(first, &draft) }
            guard opening.count < UplinkDriver.openLimit else { return scheduler.passedHistory() }
            let more = try serve(stream, isLive: false, &draft)
            scheduler.served(stream, more: more)
            return true
        case .fetchPage(let entry, let limit):
            if let first = ready.first { return try serveReady(first, &draft) }
            scheduler.page(try context.store.due(number, after: entry, limit: limit))
            return true
        case .idle:
            guard !mustHistoryWait, let first = ready.first else { return false }
            return try serveReady(first, &draft)
        }
    }

    private func serveReady(
        _ stream: StreamNumber,
        _ draft: inout BatchDraft
    ) throws(SQLError) -> Bool {
        if try !serve(stream, isLive: false, &draft) { ready.removeFirst() }
        _ = scheduler.passedHistory()
        return true
    }

    /// Adds what the stream has to send, and returns whether it has more.
    private func serve(
        _ stream: StreamNumber,
        isLive: Bool,
        _ draft: inout BatchDraft
    ) throws(SQLError) -> Bool {
        guard !skipped.contains(stream), opening[stream] == nil,
            let record = try context.store.stream(stream),
            endpoint.sources.accepts(record.source),
            let cursor = try context.store.cursor(number, stream)
        else { return false }
        guard record.isReadable else {
            try addNews(of: record, cursor, &draft)
            return false
        }
        // The receiver has gone on with the file in another stream since.
        if cursor.remote == nil, positions[stream] != nil { release(stream) }
        if positions[stream] == nil {
            guard let remote = cursor.remote, cursor.acked.offset > 0, !cursor.isClosed else {
                let isWaiting = try !open(record, cursor, isLive: isLive)
                if isWaiting { isHistoryWaiting = true }
                return false
            }
            machine?.adopt(stream, Position(stream: remote, offset: cursor.acked.offset))
            positions[stream] = cursor.acked
        }
        return try read(record, cursor, &draft)
    }

    private func read(
        _ record: StreamRecord,
        _ cursor: CursorRecord,
        _ draft: inout BatchDraft
    ) throws(SQLError) -> Bool {
        guard let position = positions[record.number], let sent = machine?.sent(record.number)
        else { return false }
        let result = try context.keeper.read(
            record.number,
            at: position,
            into: context.readBuffer,
            now: context.time.wall
        )
        switch result {
        case .chunk(let bytes, let next):
            draft.add(
                bytes,
                of: record.number,
                as: sent.stream,
                at: position.offset,
                end: next,
                into: context.batchBuffer
            )
            positions[record.number] = next
            if bytes.count == Limits.chunkBytes { return true }
            try addNews(of: record, cursor, &draft)
            return false
        case .endOfFile:
            try addNews(of: record, cursor, &draft)
            let isDrafted = draft.chunks.contains { $0.stream == record.number }
            if ends[record.number] == nil, !isDrafted { release(record.number) }
            return false
        case .busy:
            context.workPlanner?()
            return false
        case .changed, .gone:
            positions[record.number] = nil
            // Not in this go: it would turn in circles until a notification is read or an answer comes.
            isHistoryWaiting = true
            return false
        case .failed: return false
        }
    }

    // MARK: News

    /// Tells the receiver what happened to the file since it was told last.
    private func addNews(
        of record: StreamRecord,
        _ cursor: CursorRecord,
        _ draft: inout BatchDraft
    ) throws(SQLError) {
        guard cursor.told < record.revision,
            let remote = machine?.sent(record.number)?.stream ?? cursor.remote,
            !isTelling(record.number, record.revision)
        else { return }
        var closes = false
        let before = draft.events.count
        if let end = record.end {
            switch end.cause {
            case .deleted: draft.events.append(FileEvent(.deleted, remote))
            case .truncated:
                draft.events.append(FileEvent(.truncated, remote, value: record.seen.size))
            case .replaced: draft.events.append(FileEvent(.rotated, remote))
            default: break
            }
            closes = !record.isReadable || cursor.isVerified
            if closes { close(record, cursor, remote, &draft) }
        } else {
            draft.events.append(FileEvent(.renamed, remote, path: record.path))
        }
        guard draft.events.count > before else {
            // A file that moved away, say: where to is told when it is seen there.
            return try context.store.told(number, record.number, revision: record.revision)
        }
        draft.notes.append(
            BatchDraft.Note(stream: record.number, revision: record.revision, closes: closes)
        )
    }

    /// The stream's last words: what is missing at its end, and that nothing follows.
    private func close(
        _ record: StreamRecord,
        _ cursor: CursorRecord,
        _ remote: StreamID,
        _ draft: inout BatchDraft
    ) {
        let sent = max(cursor.acked.offset, machine?.sent(record.number)?.offset ?? 0)
        if !record.isReadable, record.seen.size > sent {
            draft.events.append(FileEvent(.gap, remote, value: record.seen.size - sent))
        }
        draft.events.append(FileEvent(.closed, remote, value: sent))
    }

    private func isTelling(_ stream: StreamNumber, _ revision: Int64) -> Bool {
        notes.values.contains { $0.contains { $0.stream == stream && $0.revision >= revision } }
    }

    /// A verified stream whose file is gone will never grow: it leaves the position digest.
    func sendClosed(_ record: StreamRecord, _ cursor: CursorRecord) throws(SQLError) {
        guard let remote = cursor.remote else { return }
        let event = FileEvent(.closed, remote, value: cursor.acked.offset)
        sendAlone(event, of: record, closes: true)
    }

    /// Tells the receiver what happened to a file, in a batch of its own and at once.
    func sendAlone(_ event: FileEvent, of record: StreamRecord, closes: Bool) {
        guard machine != nil else { return }
        lastNote += 1
        notes[lastNote] = [
            BatchDraft.Note(stream: record.number, revision: record.revision, closes: closes)
        ]
        let payload = Batch(events: [event]).encodedTable()
        guard let request = machine?.batch([], events: lastNote, bytes: payload.count) else {
            return
        }
        link?.send(Frame(.batch, request: request, payload: payload))
    }
}
