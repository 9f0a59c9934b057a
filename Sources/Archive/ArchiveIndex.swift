import Core

/// All files and generations in memory, by id and by path.
///
/// One entry is a value of about 100 bytes, its path, and about 140 bytes a generation; agents and
/// sources are kept once.
final class ArchiveIndex {
    struct Numbered {
        let generation: Generation
        var state: StreamState
    }

    struct Entry {
        let agent: UInt32
        let source: UInt32
        var path: BytePath
        let created: WallTime
        var isDeleted = false
        /// Grows with every creation and rename: the larger one came to its path later.
        var claim: UInt64
        /// By rising generation.
        var streams: [Numbered] = []
    }

    /// Files that had one path at a time: nearly always one.
    private enum Owners {
        case one(FileID)
        case many([FileID])

        var all: [FileID] {
            switch self {
            case .one(let id): [id]
            case .many(let ids): ids
            }
        }
    }

    private(set) var entries: [FileID: Entry] = [:]
    private(set) var streamCount = 0
    private var owners: [UInt64: Owners] = [:]
    private var agents: [AgentID] = []
    private var agentNumbers: [AgentID: UInt32] = [:]
    private var sources: [String] = []
    private var sourceNumbers: [String: UInt32] = [:]
    private var claims: UInt64 = 0

    func file(_ id: FileID) -> FileState? {
        entries[id].map { state(id, $0) }
    }

    func state(_ id: FileID, _ entry: Entry) -> FileState {
        FileState(
            id: id,
            agent: agents[Int(entry.agent)],
            source: sources[Int(entry.source)],
            path: entry.path,
            created: entry.created,
            isDeleted: entry.isDeleted,
            generations: Dictionary(
                uniqueKeysWithValues: entry.streams.map { ($0.generation, $0.state) }
            )
        )
    }

    func agent(_ entry: Entry) -> AgentID { agents[Int(entry.agent)] }
    func source(_ entry: Entry) -> String { sources[Int(entry.source)] }

    func stream(_ id: StreamID) -> StreamState? {
        entries[id.file]?.streams.last { $0.generation == id.generation }?.state
    }

    /// Changes the state of a stream that is there.
    func update(_ id: StreamID, _ change: (inout StreamState) -> Void) {
        guard
            let position = entries[id.file]?.streams.lastIndex(where: {
                $0.generation == id.generation
            })
        else { return }
        entries[id.file]?.streams[position].state.apply(change)
    }

    /// Adds a file whose id is new.
    func create(
        _ id: FileID,
        agent: AgentID,
        source: String,
        path: BytePath,
        received: WallTime
    ) {
        claims += 1
        let entry = Entry(
            agent: number(agent),
            source: number(source),
            path: path,
            created: received,
            claim: claims
        )
        entries[id] = entry
        join(id, entry)
    }

    /// Adds a generation that is new.
    func begin(_ id: StreamID, _ state: StreamState) {
        let position =
            entries[id.file]?.streams.firstIndex { $0.generation > id.generation }
            ?? entries[id.file]?.streams.count ?? 0
        entries[id.file]?.streams.insert(
            Numbered(generation: id.generation, state: state),
            at: position
        )
        streamCount += 1
    }

    func rename(_ id: FileID, to path: BytePath) {
        guard var entry = entries[id] else { return }
        leave(id, entry)
        claims += 1
        entry.path = path
        entry.claim = claims
        entry.isDeleted = false
        entries[id] = entry
        join(id, entry)
    }

    func delete(_ id: FileID) { entries[id]?.isDeleted = true }

    /// The files that have this path now, in no order.
    func files(agent: AgentID, source: String, path: BytePath) -> [FileID] {
        guard let agent = agentNumbers[agent], let source = sourceNumbers[source] else { return [] }
        return members(agent, source, path)
    }

    /// The files that share this one's path, itself among them.
    func group(of entry: Entry) -> [FileID] { members(entry.agent, entry.source, entry.path) }

    /// The files of the same agent and source that have `path`.
    func group(of entry: Entry, at path: BytePath) -> [FileID] {
        members(entry.agent, entry.source, path)
    }

    /// Whose path it is: one that is not deleted before one that is, then the last that came.
    func owner(of path: BytePath, beside entry: Entry) -> FileID? {
        members(entry.agent, entry.source, path).max { rank($0) < rank($1) }
    }

    private func rank(_ id: FileID) -> (Int, UInt64) {
        guard let entry = entries[id] else { return (0, 0) }
        return (entry.isDeleted ? 0 : 1, entry.claim)
    }

    private func members(_ agent: UInt32, _ source: UInt32, _ path: BytePath) -> [FileID] {
        let all = owners[key(agent, source, path)]?.all ?? []
        return all.filter { id in
            guard let entry = entries[id] else { return false }
            return entry.agent == agent && entry.source == source && entry.path == path
        }
    }

    private func join(_ id: FileID, _ entry: Entry) {
        let key = key(entry.agent, entry.source, entry.path)
        owners[key] = owners[key].map { .many($0.all + [id]) } ?? .one(id)
    }

    private func leave(_ id: FileID, _ entry: Entry) {
        let key = key(entry.agent, entry.source, entry.path)
        let rest = (owners[key]?.all ?? []).filter { $0 != id }
        owners[key] = rest.isEmpty ? nil : rest.count == 1 ? .one(rest[0]) : .many(rest)
    }

    private func key(_ agent: UInt32, _ source: UInt32, _ path: BytePath) -> UInt64 {
        Checksum.xxh3(path.bytes) &+ (UInt64(agent) << 32 | UInt64(source)) &* 0x9e37_79b9_7f4a_7c15
    }

    private func number(_ agent: AgentID) -> UInt32 {
        if let number = agentNumbers[agent] { return number }
        agents.append(agent)
        agentNumbers[agent] = UInt32(agents.count - 1)
        return UInt32(agents.count - 1)
    }

    private func number(_ source: String) -> UInt32 {
        if let number = sourceNumbers[source] { return number }
        sources.append(source)
        sourceNumbers[source] = UInt32(sources.count - 1)
        return UInt32(sources.count - 1)
    }
}

extension StreamState {
    fileprivate mutating func apply(_ change: (inout StreamState) -> Void) { change(&self) }
}
