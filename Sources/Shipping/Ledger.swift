import Core
import Wire

/// What the receiver knows of every stream: who owns it, where it lies, how far it is accepted and durable.
///
/// The ledger decides; it does no I/O. Each change that must survive is returned as an `Entry` for the
/// journal. The driver journals entries in the order in which they were returned, tells the ledger the
/// sequence of each (`recorded`), and then what became of them: `durable(upTo:)` or `rollBack()`.
/// Acknowledgements follow `durable` only.
package struct Ledger: Sendable {
    /// A change for the journal.
    package enum Entry: Hashable, Sendable {
        case fileCreated(FileID, agent: AgentID, source: String, path: BytePath)
        case generationBegan(StreamID, reason: GenerationReason, modified: WallTime, mode: UInt32)
        case renamed(FileID, BytePath)
    }

    /// One file of one agent.
    package struct File: Hashable, Sendable {
        package var agent: AgentID
        package var source: String
        package var path: BytePath
        package var latest: Generation

        package init(agent: AgentID, source: String, path: BytePath, latest: Generation) {
            self.agent = agent
            self.source = source
            self.path = path
            self.latest = latest
        }
    }

    /// One generation of a file.
    package struct Stream: Hashable, Sendable {
        /// Bytes that were taken in, durable or on their way.
        package var accepted: UInt64
        package var durable: UInt64
        /// Whether the journal has made the stream's beginning durable.
        package var isRecorded: Bool
        package var isClosed: Bool
        package var isTombstone: Bool

        package init(
            durable: UInt64, isRecorded: Bool, isClosed: Bool = false, isTombstone: Bool = false
        ) {
            self.accepted = durable
            self.durable = durable
            self.isRecorded = isRecorded
            self.isClosed = isClosed
            self.isTombstone = isTombstone
        }

        var isListed: Bool { isRecorded && !isClosed && !isTombstone }
    }

    package private(set) var files: [FileID: File] = [:]
    package private(set) var streams: [StreamID: Stream] = [:]
    package private(set) var durableBytes: UInt64 = 0
    private var paths: [PathKey: FileID] = [:]
    private var sums: [AgentID: PositionSums] = [:]
    private var pending: [Pending] = []
    private var pendingHead = 0

    private struct PathKey: Hashable, Sendable {
        var agent: AgentID
        var source: String
        var path: BytePath
    }

    /// A change that is not durable yet, with what undoes it.
    private struct Pending: Sendable {
        enum Change: Sendable {
            case created(FileID)
            case began(StreamID, previousLatest: Generation)
            case accepted(StreamID, upTo: UInt64)
            case renamed(FileID, from: BytePath)
            case closed(StreamID)
        }
        var sequence: UInt64?
        var change: Change
    }

    package init() {}

    // MARK: Loading

    /// Puts in what the archive holds; only before the first connection.
    package mutating func load(_ id: FileID, _ file: File, streams held: [Generation: Stream]) {
        files[id] = file
        paths[PathKey(agent: file.agent, source: file.source, path: file.path)] = id
        for (generation, stream) in held {
            let key = StreamID(file: id, generation: generation)
            streams[key] = stream
            durableBytes += stream.durable
            if stream.isListed { list(key, stream, of: file.agent) }
        }
    }

    // MARK: Asking

    /// The position digest of an agent's open streams, as far as they are durable.
    package func positionSums(of agent: AgentID) -> PositionSums { sums[agent] ?? PositionSums() }

    /// The agent's open streams in these buckets, in order.
    package func positions(of agent: AgentID, in buckets: BucketSet) -> [Position] {
        var found: [Position] = []
        for (id, stream) in streams where stream.isListed && buckets.contains(id.file) {
            guard files[id.file]?.agent == agent else { continue }
            found.append(Position(stream: id, offset: stream.durable))
        }
        return found.sorted { $0.stream < $1.stream }
    }

    /// Whether the stream is this agent's.
    package func owns(_ agent: AgentID, _ stream: StreamID) -> Bool {
        streams[stream] != nil && files[stream.file]?.agent == agent
    }

    // MARK: Opening

    package enum OpenOutcome: Hashable, Sendable {
        case resume(Resume, [Entry])
        case refused(Refusal)
    }

    /// Finds or makes the stream that the agent wants to ship.
    ///
    /// - Parameter mint: a new file id for the case that one is needed.
    package mutating func open(
        _ request: OpenRequest, by agent: AgentID, mint: FileID
    ) -> OpenOutcome {
        guard request.path.isContained else {
            return .refused(
                Refusal(
                    .badPath, "the path \(request.path) of source \(request.source) is not taken",
                    remedy: "A path is relative, at most \(Limits.pathBytes) bytes, without '.' and '..'."))
        }
        guard Ledger.isSourceName(request.source) else {
            return .refused(Refusal(.badPath, "\(request.source) is no name of a source"))
        }
        var entries: [Entry] = []
        let id = find(request, by: agent) ?? create(request, by: agent, mint, &entries)
        follow(request, id, &entries)
        let latest = files[id]?.latest ?? 0
        let generation = request.generation == 0 ? max(latest, 1) : request.generation
        let stream = StreamID(file: id, generation: generation)
        if streams[stream] == nil { begin(stream, request, &entries) }
        return .resume(resume(stream, proven: request.proven), entries)
    }

    private func find(_ request: OpenRequest, by agent: AgentID) -> FileID? {
        if let id = request.file, files[id]?.agent == agent { return id }
        return paths[PathKey(agent: agent, source: request.source, path: request.path)]
    }

    private mutating func create(
        _ request: OpenRequest, by agent: AgentID, _ mint: FileID, _ entries: inout [Entry]
    ) -> FileID {
        files[mint] = File(agent: agent, source: request.source, path: request.path, latest: 0)
        paths[PathKey(agent: agent, source: request.source, path: request.path)] = mint
        entries.append(
            .fileCreated(mint, agent: agent, source: request.source, path: request.path))
        pending.append(Pending(sequence: nil, change: .created(mint)))
        return mint
    }

    private mutating func begin(
        _ stream: StreamID, _ request: OpenRequest, _ entries: inout [Entry]
    ) {
        let latest = files[stream.file]?.latest ?? 0
        streams[stream] = Stream(durable: 0, isRecorded: false)
        files[stream.file]?.latest = max(latest, stream.generation)
        entries.append(
            .generationBegan(
                stream, reason: request.reason, modified: request.modified, mode: request.mode))
        pending.append(Pending(sequence: nil, change: .began(stream, previousLatest: latest)))
    }

    /// An agent that knows the file by its id under another path renamed it while nobody was listening.
    private mutating func follow(
        _ request: OpenRequest, _ id: FileID, _ entries: inout [Entry]
    ) {
        guard let file = files[id], file.path != request.path, file.source == request.source,
            request.generation == 0 || request.generation >= file.latest
        else { return }
        rename(id, to: request.path)
        entries.append(.renamed(id, request.path))
    }

    private func resume(_ id: StreamID, proven: UInt64) -> Resume {
        guard let stream = streams[id] else { return Resume(stream: id, offset: 0, status: .held) }
        let status: Resume.Status =
            if stream.isTombstone {
                .tombstone
            } else if stream.isClosed {
                .closed
            } else {
                stream.durable > proven ? .unproven : .held
            }
        return Resume(stream: id, offset: stream.durable, status: status)
    }

    // MARK: Batches

    package enum BatchOutcome: Hashable, Sendable {
        /// Journal the batch; `behind` are the streams whose chunks begin beyond what is held.
        case accepted(behind: [Resume])
        case refused(Refusal)
    }

    /// Takes in a batch whose payload was found to be sound.
    ///
    /// What lies below the accepted offset is a repetition and costs nothing; the archive trims it again.
    package mutating func accept(_ batch: Batch, from agent: AgentID) -> BatchOutcome {
        for id in batch.chunks.map(\.stream) + batch.events.map(\.stream) {
            guard owns(agent, id) else {
                return .refused(
                    Refusal(
                        .unknownStream, "the stream \(id) is not open for this agent",
                        remedy: "Open the file first."))
            }
        }
        var behind: [Resume] = []
        for chunk in batch.chunks {
            guard let stream = streams[chunk.stream], !stream.isTombstone else { continue }
            if chunk.offset > stream.accepted {
                behind.append(
                    Resume(stream: chunk.stream, offset: stream.accepted, status: .behind))
            } else if chunk.end > stream.accepted {
                streams[chunk.stream]?.accepted = chunk.end
                pending.append(
                    Pending(sequence: nil, change: .accepted(chunk.stream, upTo: chunk.end)))
            }
        }
        for event in batch.events { take(event) }
        return .accepted(behind: behind)
    }

    private mutating func take(_ event: FileEvent) {
        switch event.kind {
        case .renamed where event.path.isContained:
            rename(event.stream.file, to: event.path)
        case .closed:
            pending.append(Pending(sequence: nil, change: .closed(event.stream)))
        case .renamed, .truncated, .rotated, .deleted, .finished, .gap:
            break
        }
    }

    private mutating func rename(_ id: FileID, to path: BytePath) {
        guard let file = files[id], file.path != path else { return }
        let old = PathKey(agent: file.agent, source: file.source, path: file.path)
        if paths[old] == id { paths[old] = nil }
        paths[PathKey(agent: file.agent, source: file.source, path: path)] = id
        files[id]?.path = path
        pending.append(Pending(sequence: nil, change: .renamed(id, from: file.path)))
    }

    // MARK: Durability

    /// Everything decided since the last call stands in the journal up to `sequence`.
    package mutating func recorded(_ sequence: UInt64) {
        var index = pending.count
        while index > pendingHead, pending[index - 1].sequence == nil {
            index -= 1
            pending[index].sequence = sequence
        }
    }

    /// The journal is on the disk up to `sequence`.
    package mutating func durable(upTo sequence: UInt64) {
        while pendingHead < pending.count, let recorded = pending[pendingHead].sequence,
            recorded <= sequence
        {
            settle(pending[pendingHead].change)
            pendingHead += 1
        }
        if pendingHead > 1024, pendingHead * 2 > pending.count {
            pending.removeFirst(pendingHead)
            pendingHead = 0
        }
    }

    private mutating func settle(_ change: Pending.Change) {
        switch change {
        case .created, .renamed: break
        case .began(let id, _): update(id) { $0.isRecorded = true }
        case .accepted(let id, let end):
            let before = streams[id]?.durable ?? 0
            update(id) { $0.durable = max($0.durable, end) }
            durableBytes += max(before, end) - before
        case .closed(let id): update(id) { $0.isClosed = true }
        }
    }

    /// The journal failed: everything that is not durable is as if it had never come.
    ///
    /// The connections it came over must be dropped, so that their agents ask again where to go on.
    package mutating func rollBack() {
        for index in pending.indices.reversed() where index >= pendingHead {
            undo(pending[index].change)
        }
        pending.removeAll()
        pendingHead = 0
    }

    private mutating func undo(_ change: Pending.Change) {
        switch change {
        case .created(let id):
            if let file = files.removeValue(forKey: id) {
                let key = PathKey(agent: file.agent, source: file.source, path: file.path)
                if paths[key] == id { paths[key] = nil }
            }
        case .began(let id, let latest):
            streams[id] = nil
            files[id.file]?.latest = latest
        case .accepted(let id, _):
            if let stream = streams[id] { streams[id]?.accepted = stream.durable }
        case .renamed(let id, let from):
            guard let file = files[id] else { return }
            let key = PathKey(agent: file.agent, source: file.source, path: file.path)
            if paths[key] == id { paths[key] = nil }
            files[id]?.path = from
            paths[PathKey(agent: file.agent, source: file.source, path: from)] = id
        case .closed: break
        }
    }

    /// Changes a stream and keeps the position digest in step.
    private mutating func update(_ id: StreamID, _ change: (inout Stream) -> Void) {
        guard var stream = streams[id], let agent = files[id.file]?.agent else { return }
        if stream.isListed {
            sums[agent, default: PositionSums()]
                .remove(Position(stream: id, offset: stream.durable))
        }
        change(&stream)
        streams[id] = stream
        if stream.isListed { list(id, stream, of: agent) }
    }

    private mutating func list(_ id: StreamID, _ stream: Stream, of agent: AgentID) {
        sums[agent, default: PositionSums()].add(Position(stream: id, offset: stream.durable))
    }

    /// The names that a source may have: they become a folder of the archive.
    package static func isSourceName(_ name: String) -> Bool {
        let characters = Array(name.utf8)
        return (1...64).contains(characters.count)
            && characters.allSatisfy {
                ($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2d
                    || $0 == 0x5f
            } && characters.first != 0x2d
    }
}
