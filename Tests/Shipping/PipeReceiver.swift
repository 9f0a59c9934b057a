import Core
import Shipping
import Testing
import Wire

/// What the receiver's disk holds: the archive and the nonces.
struct PipeDisk {
    struct File {
        var path: BytePath
        var latest: Generation
        /// The agent's file, as its path says.
        var local: LocalStream
    }

    struct Held {
        var bytes: [UInt8] = []
        var isClosed = false
    }

    var files: [FileID: File] = [:]
    var streams: [StreamID: Held] = [:]
    var nonces = NonceChain()

    mutating func apply(_ entry: Ledger.Entry) {
        switch entry {
        case .fileCreated(let id, _, _, let path):
            let local = LocalStream(String(path.description.dropFirst())) ?? -1
            files[id] = File(path: path, latest: 0, local: local)
        case .generationBegan(let stream, _, _, _):
            streams[stream] = Held()
            let latest = files[stream.file]?.latest ?? 0
            files[stream.file]?.latest = max(latest, stream.generation)
        case .renamed(let id, let path): files[id]?.path = path
        case .letGo(let stream, _, _): streams[stream] = nil
        }
    }

    mutating func apply(_ batch: Batch, _ body: [UInt8]) {
        var start = 0
        for chunk in batch.chunks {
            let bytes = body[start..<(start + chunk.length)]
            start += chunk.length
            let held = UInt64(streams[chunk.stream]?.bytes.count ?? 0)
            guard chunk.offset <= held, chunk.end > held else { continue }
            streams[chunk.stream]?.bytes += bytes.dropFirst(Int(held - chunk.offset))
        }
        for event in batch.events where event.kind == .closed {
            let held = UInt64(streams[event.stream]?.bytes.count ?? 0)
            if event.value <= held { streams[event.stream]?.isClosed = true }
        }
    }

    /// The ledger that a receiver begins with.
    var ledger: Ledger {
        var ledger = Ledger()
        for (id, file) in files {
            var held: [Generation: Ledger.Stream] = [:]
            for (stream, content) in streams where stream.file == id {
                held[stream.generation] = Ledger.Stream(
                    durable: UInt64(content.bytes.count),
                    isRecorded: true,
                    isClosed: content.isClosed
                )
            }
            ledger.load(
                id,
                Ledger.File(
                    agent: Make.agent,
                    source: "notes",
                    path: file.path,
                    latest: file.latest
                ),
                streams: held
            )
        }
        return ledger
    }
}

/// The receiver: a ledger, a journal that is not on the disk yet, and the disk.
struct PipeReceiver {
    enum Content {
        case entry(Ledger.Entry)
        case batch(Batch, body: [UInt8], connection: Int, request: UInt32)
    }

    var ledger = Ledger()
    var disk = PipeDisk()
    var journal: [(sequence: UInt64, content: Content)] = []
    var sequence: UInt64 = 0
    var minted: UInt64 = 0

    mutating func take(
        _ message: Message,
        _ request: UInt32,
        from key: Int,
        _ intake: inout Intake
    ) -> [Intake.Action] {
        minted += 1
        let actions = intake.received(
            message,
            request: request,
            ledger: &ledger,
            greeting: Intake.Greeting(
                receiverVersion: "1",
                window: Window(bytes: 2000, reason: .open),
                nextNonce: Nonce(high: 1, low: minted)
            ),
            mint: Make.file(minted)
        )
        var answers: [Intake.Action] = []
        for action in actions {
            switch action {
            case .record(let entries): record(entries.map { .entry($0) })
            case .recordBatch(let payload, let batch, let request):
                let body = Array(payload.suffix(batch.rawBytes))
                record([.batch(batch, body: body, connection: key, request: request)])
            case .storeNonces(let chain), .confirmNonce(let chain): disk.nonces = chain
            case .compare(let claim, let request):
                answers.append(.send(compare(claim), request: request))
            case .reportClone: Issue.record("a clone where there is none")
            default: answers.append(action)
            }
        }
        return answers
    }

    private mutating func record(_ contents: [Content]) {
        for content in contents {
            sequence += 1
            journal.append((sequence, content))
        }
        // Once for all of a decision, with its last record: the first of them alone settles nothing.
        ledger.recorded(sequence)
    }

    private func compare(_ claim: DigestClaim) -> Message {
        let bytes = disk.streams[claim.stream]?.bytes.prefix(Int(claim.length)) ?? []
        return PipeAgent.digest(Array(bytes)) == claim.digest ? .verified(claim) : .mismatch(claim)
    }

    /// The first records reach the disk.
    ///
    /// - Returns: what is to be acknowledged on which connection.
    mutating func sync(atMost count: Int) -> [Int: UInt32] {
        var acks: [Int: UInt32] = [:]
        for (sequence, content) in journal.prefix(count) {
            switch content {
            case .entry(let entry): disk.apply(entry)
            case .batch(let batch, let body, let key, let request):
                disk.apply(batch, body)
                acks[key] = request
            }
            ledger.durable(upTo: sequence)
        }
        journal.removeFirst(min(count, journal.count))
        return acks
    }

    mutating func fail() {
        ledger.rollBack()
        journal = []
    }

    /// A kill: some records were written without being synced, and survive unacknowledged.
    mutating func restart(surviving count: Int) {
        _ = sync(atMost: count)
        journal = []
        ledger = disk.ledger
    }
}
