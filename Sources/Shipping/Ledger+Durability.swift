import Core
import Wire

extension Ledger {
    /// A change that is not durable yet, with what undoes it.
    struct Pending: Sendable {
        enum Change: Sendable {
            /// `displaced` had the path before.
            case created(FileID, displaced: FileID?)
            case began(StreamID, previousLatest: Generation)
            case accepted(StreamID, upTo: UInt64)
            /// `displaced` had the new path before; `wasFound` says whether the old path led to the file.
            case renamed(FileID, from: BytePath, wasFound: Bool, displaced: FileID?)
            case closed(StreamID)
            case letGo(StreamID)
        }
        var sequence: UInt64?
        var change: Change
    }

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
        case .created, .renamed, .letGo: break
        case .began(let id, _): update(id) { $0.isRecorded = true }
        case .accepted(let id, let end):
            let before = streams[id]?.durable ?? 0
            update(id) { $0.durable = max($0.durable, end) }
            if streams[id]?.isTombstone == false { durableBytes += max(before, end) - before }
        case .closed(let id): update(id) { $0.isClosed = true }
        }
    }

    /// The journal failed: everything that is not durable is as if it had never come.
    ///
    /// The connections it came over are detached and must be dropped, so that their agents ask again where to
    /// go on.
    package mutating func rollBack() {
        sessions.removeAll()
        for index in pending.indices.reversed() where index >= pendingHead {
            undo(pending[index].change)
        }
        pending.removeAll()
        pendingHead = 0
    }

    private mutating func undo(_ change: Pending.Change) {
        switch change {
        case .created(let id, let displaced):
            if let file = files.removeValue(forKey: id) {
                if owned[file.agent]?.last == id { owned[file.agent]?.removeLast() }
                let key = PathKey(agent: file.agent, source: file.source, path: file.path)
                if paths[key] == id { paths[key] = displaced }
            }
        case .began(let id, let latest):
            streams[id] = nil
            files[id.file]?.latest = latest
            generations[id.file]?.removeAll { $0 == id.generation }
        case .accepted(let id, _):
            if let stream = streams[id] { streams[id]?.accepted = stream.durable }
        case .renamed(let id, let from, let wasFound, let displaced):
            guard let file = files[id] else { return }
            paths[PathKey(agent: file.agent, source: file.source, path: file.path)] = displaced
            files[id]?.path = from
            if wasFound {
                paths[PathKey(agent: file.agent, source: file.source, path: from)] = id
            }
        case .closed: break
        case .letGo(let id):
            durableBytes += streams[id]?.durable ?? 0
            update(id) {
                $0.isTombstone = false
                $0.isReleased = false
            }
        }
    }

    /// Changes a stream and keeps the position digest in step.
    mutating func update(_ id: StreamID, _ change: (inout Stream) -> Void) {
        guard var stream = streams[id], let agent = files[id.file]?.agent else { return }
        if stream.isListed {
            sums[agent, default: PositionSums()]
                .remove(Position(stream: id, offset: stream.durable))
        }
        change(&stream)
        streams[id] = stream
        if stream.isListed { list(id, stream, of: agent) }
    }

    mutating func list(_ id: StreamID, _ stream: Stream, of agent: AgentID) {
        sums[agent, default: PositionSums()].add(Position(stream: id, offset: stream.durable))
    }
}
