import Core
import Wire

/// What the receiver knows of every stream: who owns it, where it lies, how far it is accepted and durable.
///
/// The ledger decides; it does no I/O. Each change that must survive is returned as an `Entry` for the
/// journal. The driver journals entries in the order in which they were returned, tells the ledger the
/// sequence of each (`recorded`), and then what became of them: `durable(upTo:)` or `rollBack()`.
/// Acknowledgements follow `durable` only.
///
/// One connection at a time decides for an agent: the newest one that was attached. It begins when nothing
/// of an older one waits for the journal, so what it is told to be durable is all that there is.
package struct Ledger: Sendable {
    /// A change for the journal.
    package enum Entry: Hashable, Sendable {
        case fileCreated(FileID, agent: AgentID, source: String, path: BytePath)
        case generationBegan(StreamID, reason: GenerationReason, modified: WallTime, mode: UInt32)
        case renamed(FileID, BytePath)
        /// The bytes up to `offset` are let go.
        case letGo(StreamID, offset: UInt64, LetGoReason)
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
        /// The bytes were let go.
        package var isTombstone: Bool
        /// They were let go for their age: what is written later is of the next generation.
        package var isReleased: Bool

        /// A stream of which everything that was accepted is durable.
        package init(
            durable: UInt64,
            isRecorded: Bool,
            isClosed: Bool = false,
            isTombstone: Bool = false,
            isReleased: Bool = false
        ) {
            self.accepted = durable
            self.durable = durable
            self.isRecorded = isRecorded
            self.isClosed = isClosed
            self.isTombstone = isTombstone
            self.isReleased = isReleased
        }

        var isListed: Bool { isRecorded && !isClosed && !isTombstone }
    }

    package internal(set) var files: [FileID: File] = [:]
    package internal(set) var streams: [StreamID: Stream] = [:]
    package internal(set) var durableBytes: UInt64 = 0
    var paths: [PathKey: FileID] = [:]
    /// The generations of each file, in no order; an agent chooses their numbers, with gaps of any size.
    var generations: [FileID: [Generation]] = [:]
    /// The files of each agent, in the order in which they came.
    var owned: [AgentID: [FileID]] = [:]
    var sums: [AgentID: PositionSums] = [:]
    var sessions: [AgentID: UInt64] = [:]
    private var lastSession: UInt64 = 0
    var pending: [Pending] = []
    var pendingHead = 0

    struct PathKey: Hashable, Sendable {
        var agent: AgentID
        var source: String
        var path: BytePath
    }

    package init() {}

    // MARK: Loading

    /// Puts in what the archive holds; only before the first connection.
    ///
    /// Where files share a path, the one that took it last is to be loaded last.
    package mutating func load(_ id: FileID, _ file: File, streams held: [Generation: Stream]) {
        files[id] = file
        owned[file.agent, default: []].append(id)
        let key = PathKey(agent: file.agent, source: file.source, path: file.path)
        // A file without streams is left over from a journal that failed; its namesake was shipped.
        if paths[key] == nil || !held.isEmpty { paths[key] = id }
        for (generation, stream) in held {
            let key = StreamID(file: id, generation: generation)
            streams[key] = stream
            generations[id, default: []].append(generation)
            if !stream.isTombstone { durableBytes += stream.durable }
            if stream.isListed { list(key, stream, of: file.agent) }
        }
    }

    // MARK: Asking

    /// The position digest of an agent's open streams, as far as they are durable.
    package func positionSums(of agent: AgentID) -> PositionSums { sums[agent] ?? PositionSums() }

    /// The agent's open streams in these buckets, in order.
    package func positions(of agent: AgentID, in buckets: BucketSet) -> [Position] {
        var found: [Position] = []
        for file in owned[agent] ?? [] where buckets.contains(file) {
            for generation in generations[file] ?? [] {
                let id = StreamID(file: file, generation: generation)
                guard let stream = streams[id], stream.isListed else { continue }
                found.append(Position(stream: id, offset: stream.durable))
            }
        }
        return found.sorted { $0.stream < $1.stream }
    }

    /// Whether the stream is this agent's.
    package func owns(_ agent: AgentID, _ stream: StreamID) -> Bool {
        streams[stream] != nil && files[stream.file]?.agent == agent
    }

    // MARK: Connections

    /// Whether every byte that was accepted from the agent is durable.
    package func isSettled(_ agent: AgentID) -> Bool {
        !pending[pendingHead...].contains { waiting in
            guard case .accepted(let stream, _) = waiting.change else { return false }
            return files[stream.file]?.agent == agent
        }
    }

    /// A connection begins to decide for the agent; the one before it ceases to.
    ///
    /// - Returns: what `isAttached` asks for.
    package mutating func attach(_ agent: AgentID) -> UInt64 {
        lastSession += 1
        sessions[agent] = lastSession
        return lastSession
    }

    /// Whether no newer connection of the agent came, and the journal did not fail, since `attach`.
    package func isAttached(_ agent: AgentID, session: UInt64) -> Bool {
        sessions[agent] == session
    }

    // MARK: Opening

    /// What became of an open.
    package enum OpenOutcome: Hashable, Sendable {
        case resume(Resume, [Entry])
        case refused(Refusal)
    }

    /// Finds or makes the stream that the agent wants to ship.
    ///
    /// - Parameters:
    ///   - request: what the agent knows of the file.
    ///   - agent: whose connection it came over.
    ///   - mint: a new file id for the case that one is needed.
    /// - Returns: where to go on, and what to journal.
    package mutating func open(
        _ request: OpenRequest,
        by agent: AgentID,
        mint: FileID
    ) -> OpenOutcome {
        guard request.path.isContained else {
            return .refused(Ledger.refusal(of: request.path))
        }
        guard Ledger.isSourceName(request.source) else {
            return .refused(Refusal(.badPath, "\(request.source) is no name of a source"))
        }
        var entries: [Entry] = []
        let found = find(request, by: agent)
        guard found != nil || files[mint] == nil else {
            return .refused(Refusal(.notNow, "the file id \(mint) is taken", remedy: "Ask again."))
        }
        guard found != nil || (owned[agent]?.count ?? 0) < Limits.filesPerAgent else {
            return .refused(
                Refusal(
                    .tooManyFiles,
                    "this agent has \(Limits.filesPerAgent) files here, and no more are taken",
                    remedy: "Exclude what need not be shipped in agent.conf."
                )
            )
        }
        let id = found ?? create(request, by: agent, mint, &entries)
        follow(request, id, &entries)
        let latest = files[id]?.latest ?? 0
        // The generations of a file that a restored receiver lacks are none of its namesake's.
        let isOther = request.file.map { $0 != id && latest > 0 } ?? false
        let generation =
            request.generation == 0 || isOther ? max(latest, 1) : request.generation
        let asked = StreamID(file: id, generation: generation)
        let stream = successor(of: asked, size: request.size) ?? asked
        if streams[stream] == nil { begin(stream, request, &entries) }
        // A proof is of one file: found by its path, it may be another than the one the agent knew.
        let proven = id == request.file ? request.proven : 0
        return .resume(resume(stream, proven: proven), entries)
    }

    private func find(_ request: OpenRequest, by agent: AgentID) -> FileID? {
        guard !request.isNew else { return nil }
        if let id = request.file, files[id]?.agent == agent { return id }
        return paths[PathKey(agent: agent, source: request.source, path: request.path)]
    }

    private mutating func create(
        _ request: OpenRequest,
        by agent: AgentID,
        _ mint: FileID,
        _ entries: inout [Entry]
    ) -> FileID {
        let key = PathKey(agent: agent, source: request.source, path: request.path)
        files[mint] = File(agent: agent, source: request.source, path: request.path, latest: 0)
        owned[agent, default: []].append(mint)
        let displaced = paths[key]
        paths[key] = mint
        entries.append(
            .fileCreated(mint, agent: agent, source: request.source, path: request.path)
        )
        pending.append(Pending(sequence: nil, change: .created(mint, displaced: displaced)))
        return mint
    }

    /// The generation that takes what was written since to a file whose bytes were released; nil where nothing was.
    private func successor(of id: StreamID, size: UInt64) -> StreamID? {
        guard wasWritten(id, upTo: size), let latest = files[id.file]?.latest else { return nil }
        let last = StreamID(file: id.file, generation: latest)
        return wasWritten(last, upTo: size)
            ? StreamID(file: id.file, generation: latest + 1) : last
    }

    private func wasWritten(_ id: StreamID, upTo size: UInt64) -> Bool {
        guard let stream = streams[id] else { return false }
        return stream.isTombstone && stream.isReleased && size > stream.accepted
    }

    private mutating func begin(
        _ stream: StreamID,
        _ request: OpenRequest,
        _ entries: inout [Entry]
    ) {
        let latest = files[stream.file]?.latest ?? 0
        streams[stream] = Stream(durable: 0, isRecorded: false)
        generations[stream.file, default: []].append(stream.generation)
        files[stream.file]?.latest = max(latest, stream.generation)
        entries.append(
            .generationBegan(
                stream,
                reason: request.reason,
                modified: request.modified,
                mode: request.mode
            )
        )
        pending.append(Pending(sequence: nil, change: .began(stream, previousLatest: latest)))
    }

    /// An agent that knows the file by its id under another path renamed it while nobody was listening.
    private mutating func follow(
        _ request: OpenRequest,
        _ id: FileID,
        _ entries: inout [Entry]
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

    /// What became of a batch.
    package enum BatchOutcome: Hashable, Sendable {
        /// Journal the batch; `behind` are the streams whose chunks begin beyond what is held.
        case accepted(behind: [Resume])
        case refused(Refusal)
    }

    /// Takes in a batch whose payload was found to be sound.
    ///
    /// What lies below the accepted offset is a repetition and costs nothing; the archive trims it again.
    package mutating func accept(_ batch: Batch, from agent: AgentID) -> BatchOutcome {
        if let refusal = objection(to: batch, from: agent) { return .refused(refusal) }
        var behind: [Resume] = []
        for chunk in batch.chunks {
            // What was let go is not wanted: it is acknowledged and dropped, here as in the archive.
            guard let stream = streams[chunk.stream], !stream.isTombstone else { continue }
            if chunk.offset > stream.accepted {
                behind.append(
                    Resume(stream: chunk.stream, offset: stream.accepted, status: .behind)
                )
            } else if chunk.end > stream.accepted {
                streams[chunk.stream]?.accepted = chunk.end
                pending.append(
                    Pending(sequence: nil, change: .accepted(chunk.stream, upTo: chunk.end))
                )
            }
        }
        // A restored receiver lacks streams whose end an agent has yet to tell: that changes nothing.
        for event in batch.events where owns(agent, event.stream) { take(event, &behind) }
        return .accepted(behind: behind)
    }

    /// Why nothing of the batch is taken, so that whatever is journaled can be applied.
    private func objection(to batch: Batch, from agent: AgentID) -> Refusal? {
        let strange =
            batch.chunks.first { !owns(agent, $0.stream) }?.stream
            ?? batch.events.first { isOfOthers($0.stream, agent) }?.stream
        if let strange {
            return Refusal(
                .unknownStream,
                "the stream \(strange) is not open for this agent",
                remedy: "Open the file first."
            )
        }
        let grown = batch.chunks.first { wasWritten($0.stream, upTo: $0.end) }?.stream
        if let grown {
            return Refusal(
                .unknownStream,
                "the stream \(grown) was let go after a long rest",
                remedy: "Open the file again: it goes on in its next generation."
            )
        }
        if let bad = batch.events.first(where: { $0.kind == .renamed && !$0.path.isContained }) {
            return Ledger.refusal(of: bad.path)
        }
        return nil
    }

    /// Whether the stream's file is another agent's.
    private func isOfOthers(_ stream: StreamID, _ agent: AgentID) -> Bool {
        files[stream.file].map { $0.agent != agent } ?? false
    }

    private static func refusal(of path: BytePath) -> Refusal {
        Refusal(
            .badPath,
            "the path \(path) is not taken",
            remedy: "A path is relative, at most \(Limits.pathBytes) bytes, without '.' and '..'."
        )
    }

    private mutating func take(_ event: FileEvent, _ behind: inout [Resume]) {
        switch event.kind {
        case .renamed:
            rename(event.stream.file, to: event.path)
        case .closed:
            // Closing a stream that lacks bytes would mean that they are never asked for.
            guard let stream = streams[event.stream], event.value <= stream.accepted else {
                let held = streams[event.stream]?.accepted ?? 0
                behind.append(Resume(stream: event.stream, offset: held, status: .behind))
                return
            }
            pending.append(Pending(sequence: nil, change: .closed(event.stream)))
        case .truncated, .rotated, .deleted, .finished, .gap:
            break
        }
    }

    private mutating func rename(_ id: FileID, to path: BytePath) {
        guard let file = files[id], file.path != path else { return }
        let old = PathKey(agent: file.agent, source: file.source, path: file.path)
        let new = PathKey(agent: file.agent, source: file.source, path: path)
        let change = Pending.Change.renamed(
            id,
            from: file.path,
            wasFound: paths[old] == id,
            displaced: paths[new]
        )
        if paths[old] == id { paths[old] = nil }
        paths[new] = id
        files[id]?.path = path
        pending.append(Pending(sequence: nil, change: change))
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
