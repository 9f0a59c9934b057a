import Core
import Shipping
import TestSupport
import Testing
import Wire

/// The agent: files that grow, checkpoints, and the uplink of the connection that it has.
struct PipeAgent {
    struct File: Equatable {
        var size: UInt64 = 0
        var willClose = false
        var isClosed = false
        /// What an ack, a comparison or the receiver's list has proven.
        var stream: StreamID?
        var cursor: UInt64 = 0
    }

    var files: [LocalStream: File] = [:]
    var nonce = Nonce.none
    /// What the state folder holds: written now and then, but the nonce at once.
    private var saved: [LocalStream: File] = [:]
    private var uplink: Uplink?
    private var isReady = false
    private var busy: Set<LocalStream> = []

    init(files count: Int) {
        for number in 1...count { files[LocalStream(number)] = File() }
        saved = files
    }

    static func content(_ local: LocalStream, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: Int(local) * 31 + $0 &* 7 + $0 >> 8) }
    }

    static func digest(_ bytes: [UInt8]) -> Digest {
        let sum = withUnsafeBytes(of: Checksum.xxh3(bytes)) { Array($0) }
        guard let digest = Digest(sum + sum + sum + sum) else {
            preconditionFailure("four times eight bytes")
        }
        return digest
    }

    var isDone: Bool {
        files.values.allSatisfy { $0.willClose ? $0.isClosed : $0.cursor == $0.size }
    }

    // MARK: State

    mutating func grow(_ random: inout SeededRandom) {
        let local = LocalStream.random(in: 1...LocalStream(files.count), using: &random)
        guard files[local]?.willClose == false else { return }
        files[local]?.size += UInt64.random(in: 0...400, using: &random)
        if random.oneIn(20) { files[local]?.willClose = true }
    }

    mutating func save() { saved = files }

    mutating func crash() { remember(saved) }

    mutating func restore(from backup: PipeAgent) {
        nonce = backup.nonce
        saved = backup.saved
        remember(backup.saved)
    }

    /// Takes the checkpoints of another time; the files themselves are what they are.
    private mutating func remember(_ old: [LocalStream: File]) {
        for (local, file) in old {
            files[local]?.stream = file.stream
            files[local]?.cursor = file.cursor
            files[local]?.isClosed = file.isClosed
        }
    }

    // MARK: The connection

    mutating func connect() -> (Message, UInt32) {
        var sums = PositionSums()
        for file in files.values where !file.isClosed {
            if let stream = file.stream { sums.add(Position(stream: stream, offset: file.cursor)) }
        }
        var uplink = Uplink(sums: sums, now: .zero)
        guard case .send(let message, let request) = uplink.begin(Make.hello(nonce)) else {
            preconditionFailure("a connection begins with a message")
        }
        self.uplink = uplink
        return (message, request)
    }

    mutating func disconnected() {
        uplink = nil
        isReady = false
        busy = []
    }

    /// One thing that is to be done for one file.
    mutating func act(_ random: inout SeededRandom) -> [(Message, UInt32)] {
        guard isReady, let local = files.keys.sorted().randomElement(using: &random),
            let file = files[local], !file.isClosed, !busy.contains(local), var uplink
        else { return [] }
        defer { self.uplink = uplink }
        if random.oneIn(20) { uplink.release(local) }
        guard let (stream, offset) = uplink.sent(local) else {
            if let stream = file.stream, random.oneIn(2) {
                uplink.adopt(local, Position(stream: stream, offset: file.cursor))
                return []
            }
            busy.insert(local)
            let request = Make.open(
                BytePath("f\(local)"),
                file: file.stream?.file,
                generation: file.stream?.generation ?? 0,
                proven: file.cursor
            )
            return PipeAgent.sent(uplink.open(local, request))
        }
        guard uplink.room > 0 else { return [] }
        var batch = Batch()
        var body: [UInt8] = []
        let end = min(file.size, offset + UInt64.random(in: 1...300, using: &random))
        if end > offset {
            batch.chunks = [Make.chunk(stream, offset..<end)]
            body = Array(PipeAgent.content(local, Int(end)).suffix(Int(end - offset)))
        }
        let closes = file.willClose && end >= file.size
        if closes { batch.events = [FileEvent(.closed, stream, value: file.size)] }
        guard !batch.isEmpty else { return [] }
        let payload = batch.encodedTable() + body
        let request = uplink.batch(
            batch.chunks.map { (local, $0) },
            events: closes ? UInt64(local) : nil,
            bytes: payload.count
        )
        return [(.batch(payload), request)]
    }

    /// Takes a message of the receiver.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - request: the number in its frame.
    ///   - disk: the receiver's, to see that what is acknowledged is there.
    /// - Returns: what is sent back, and whether the connection is closed.
    mutating func take(
        _ message: Message,
        _ request: UInt32,
        _ disk: PipeDisk
    ) -> (answers: [(Message, UInt32)], isClosed: Bool) {
        guard let actions = uplink?.received(message, request: request, now: .zero) else {
            return ([], true)
        }
        var answers: [(Message, UInt32)] = []
        for action in actions {
            switch action {
            case .send(let message, let request): answers.append((message, request))
            case .storeNonce(let nonce): self.nonce = nonce
            case .ready: isReady = true
            case .reconcile(let buckets, let entries): reconcile(buckets, entries)
            case .opened(let local, let resume): answers += opened(local, resume)
            case .acked(let local, let offset): acked(local, offset, disk)
            case .rewound(let local, let offset): files[local]?.cursor = offset
            case .eventsAcked(let number): files[LocalStream(number)]?.isClosed = true
            case .verified(let local, let claim):
                busy.remove(local)
                files[local]?.cursor = claim.length
            case .occupied, .mismatched, .openRefused, .digestRefused: Issue.record("\(action)")
            case .close: return ([], true)
            case .windowChanged, .renewalDue, .renewed, .renewalRefused: break
            }
        }
        return (answers, false)
    }

    private mutating func reconcile(_ buckets: BucketSet, _ entries: [Position]) {
        let listed = Dictionary(entries.map { ($0.stream, $0.offset) }) { first, _ in first }
        for (local, file) in files {
            guard !file.isClosed, let stream = file.stream, buckets.contains(stream.file)
            else { continue }
            guard let offset = listed[stream] else {
                files[local]?.stream = nil
                files[local]?.cursor = 0
                continue
            }
            files[local]?.cursor = min(file.cursor, offset)
            // What is above the proof is compared when the file is opened; it must not be adopted.
            if offset > file.cursor { files[local]?.stream = nil }
        }
    }

    private mutating func opened(_ local: LocalStream, _ resume: Resume) -> [(Message, UInt32)] {
        files[local]?.stream = resume.stream
        switch resume.status {
        case .held, .tombstone, .behind: files[local]?.cursor = resume.offset
        case .closed: files[local]?.isClosed = true
        case .unproven:
            let bytes = PipeAgent.content(local, Int(resume.offset))
            let claim = DigestClaim(
                stream: resume.stream,
                length: resume.offset,
                digest: PipeAgent.digest(bytes)
            )
            return uplink.map { uplink in
                var uplink = uplink
                defer { self.uplink = uplink }
                return PipeAgent.sent(uplink.digest(local, claim))
            } ?? []
        }
        busy.remove(local)
        return []
    }

    private mutating func acked(_ local: LocalStream, _ offset: UInt64, _ disk: PipeDisk) {
        files[local]?.cursor = offset
        guard let stream = files[local]?.stream else { return }
        let held = disk.streams[stream]?.bytes.count ?? 0
        #expect(UInt64(held) >= offset, "acknowledged before it was durable")
    }

    private static func sent(_ action: Uplink.Action) -> [(Message, UInt32)] {
        guard case .send(let message, let request) = action else { return [] }
        return [(message, request)]
    }
}
