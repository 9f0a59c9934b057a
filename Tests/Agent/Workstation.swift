import Agent
import Core
import Platform
import SQL
import Tailing
import TestSupport
import Testing

/// A simulated workstation: a disk, a clock, an agent's file side, and a receiver that it ships to.
final class Workstation: FileObserver {
    static let root: BytePath = "home/u/logs"
    static let receiverName = "prod"

    private(set) var disk: SimulatedDisk
    private(set) var now = WallTime(nanoseconds: 1_000_000_000_000_000)
    var receiver = ModelReceiver()
    var lanes = LaneScheduler()
    var holds: Bool
    var excluded: Set<BytePath> = []
    var settings: KeeperSettings
    private(set) var watched: Set<BytePath> = []
    private(set) var store: CheckpointStore
    private(set) var keeper: FileKeeper
    private var connection: Connection
    private(set) var number: ReceiverNumber = 0
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: FileKeeper.bufferBytes,
        alignment: 64
    )

    init(
        seed: UInt64 = 0,
        holds: Bool = true,
        settings: KeeperSettings = KeeperSettings()
    ) throws {
        self.holds = holds
        self.settings = settings
        disk = SimulatedDisk(seed: seed, followsLinks: true)
        disk.setClock(now, granularity: .milliseconds(4))
        try disk.makeDirectories(Workstation.root)
        connection = try Connection(path: ":memory:")
        (store, keeper) = try Workstation.agent(
            connection,
            disk,
            holds,
            settings,
            excluded
        )
        try connectAgent()
    }

    deinit { buffer.deallocate() }

    private static func agent(
        _ connection: Connection,
        _ disk: SimulatedDisk,
        _ holds: Bool,
        _ settings: KeeperSettings,
        _ excluded: Set<BytePath>
    ) throws -> (CheckpointStore, FileKeeper) {
        let store = try CheckpointStore(connection)
        try store.configure(sources: ["logs"], receivers: [(receiverName, true)])
        let source = WatchedSource(
            name: "logs",
            root: root,
            decide: { path in
                if excluded.contains(path) { return .excluded }
                if path.bytes.ends(with: ".jsonl") { return .tail }
                if path.bytes.ends(with: ".json") { return .snapshot }
                if path.bytes.ends(with: ".db") { return .refused("a database") }
                return .excluded
            },
            mayContain: { $0.lastComponent != "skip" },
            holds: holds
        )
        let keeper = try FileKeeper(
            disk: disk,
            state: "home/u/.state",
            store: store,
            sources: [source],
            settings: settings
        )
        return (store, keeper)
    }

    private func connectAgent() throws {
        keeper.observer = self
        number = try #require(try store.receiver(Workstation.receiverName))
        try store.flush()
        try keeper.start(at: now)
    }

    // MARK: Time and restarts

    func sleep(_ duration: Duration) {
        now = now + duration
        disk.setClock(now, granularity: .milliseconds(4))
    }

    enum Restart: CaseIterable {
        case flushed
        case unflushed
        case withoutState
    }

    /// Ends the agent and starts it again; `between` happens while it is down.
    func restart(_ kind: Restart, between: () throws -> Void = {}) throws {
        if kind == .flushed { try store.flush() } else { store.discard() }
        let saved = kind == .withoutState ? [] : try connection.serialize()
        try between()
        if kind == .withoutState {
            for file in disk.files(below: "home/u/.state") { try disk.remove(file) }
        }
        connection = try Connection.deserialize(saved)
        lanes = LaneScheduler()
        (store, keeper) = try Workstation.agent(
            connection,
            disk,
            holds,
            settings,
            excluded
        )
        try connectAgent()
        try resume()
    }

    /// Takes over what the receiver holds of each stream that the store knows.
    private func resume() throws {
        var remotes: [StreamID] = []
        try store.eachOpenPosition(number) { remote, _ in remotes.append(remote) }
        for remote in remotes {
            guard let cursor = try store.cursor(number, remote: remote) else { continue }
            try store.opened(
                number,
                cursor.stream,
                as: remote,
                at: receiver.position(remote),
                revision: cursor.told
            )
        }
    }

    // MARK: Events

    func path(_ name: BytePath) -> BytePath { Workstation.root.appending(name) }

    func event(_ name: BytePath) throws { try keeper.pathChanged("logs", name, at: now) }

    func append(_ bytes: some Collection<UInt8>, to name: BytePath) throws {
        try disk.append(bytes, to: path(name))
        try event(name)
    }

    func append(_ text: String, to name: BytePath) throws {
        try append(Array(text.utf8), to: name)
    }

    func willList(_ folder: BytePath, of source: String) { watched.insert(folder) }
    func wrote(_ stream: StreamNumber) { lanes.wrote(stream) }
    func foundHistory() { lanes.foundHistory() }
    func compared(_ stream: StreamNumber) { lanes.wrote(stream) }

    // MARK: Shipping

    /// Ships at most `turns` chunks; returns whether the lanes ran empty.
    @discardableResult
    func ship(turns: Int = .max) throws -> Bool {
        for _ in 0..<turns {
            switch lanes.next {
            case .idle: return true
            case .fetchPage(let entry, let limit):
                lanes.page(try store.due(number, after: entry, limit: limit))
            case .live(let stream), .history(let stream):
                lanes.served(stream, more: try shipChunk(stream))
            }
        }
        return false
    }

    private func shipChunk(_ stream: StreamNumber) throws -> Bool {
        guard let record = try store.stream(stream),
            let cursor = try store.cursor(number, stream)
        else { return false }
        guard let remote = cursor.remote else {
            if record.isReadable { try open(record) }
            return record.isReadable
        }
        if cursor.told < record.revision {
            receiver.rename(remote, to: record.path)
            try store.told(number, stream, revision: record.revision)
        }
        switch try keeper.read(stream, at: cursor.acked, into: buffer, now: now) {
        case .chunk(let bytes, let next):
            receiver.take(remote, at: cursor.acked.offset, bytes)
            try store.acknowledge(number, stream, next)
            return true
        case .busy:
            try keeper.work(1 << 20, at: now)
            return true
        case .endOfFile, .changed, .gone, .failed: return false
        }
    }

    private func open(_ record: StreamRecord) throws {
        let remote: StreamID
        switch try store.predecessor(number, of: record) {
        case .mustOpenFirst(let earlier):
            guard let earlier = try store.stream(earlier) else { return }
            return try open(earlier)
        case .opened(let before): remote = receiver.nextGeneration(of: before)
        case .none:
            // The receiver knows the path, and no stream of this agent claims that file.
            let known = try receiver.latest(at: record.path).flatMap { known in
                try store.cursor(number, remote: known) == nil ? known : nil
            }
            remote = known ?? receiver.newFile(record.path)
        }
        try store.opened(
            number,
            record.number,
            as: remote,
            at: receiver.position(remote),
            revision: record.revision
        )
    }

    /// Ships everything, has every file confirmed and verified, until nothing is left to do.
    ///
    /// Returns false when it does not come to rest.
    @discardableResult
    func settle() throws -> Bool {
        sleep(.seconds(120))
        for _ in 0..<20 {
            try keeper.scan("logs", at: now)
            lanes.foundHistory()
            try ship()
            while try keeper.work(1 << 20, at: now) {}
            if try !verifyAll(), try store.due(number, after: nil, limit: 1).isEmpty,
                try !keeper.hasWork(at: now)
            {
                return true
            }
            sleep(.seconds(40))
        }
        return false
    }

    /// Verifies what is acknowledged; returns whether anything waited for it.
    private func verifyAll() throws -> Bool {
        var last: HistoryEntry?
        var found = false
        while let entry = try store.unverified(number, idleSince: now, after: last, limit: 1).first
        {
            last = entry
            found = true
            guard let remote = try store.cursor(number, entry.stream)?.remote else { continue }
            guard try store.stream(entry.stream)?.isReadable == true else {
                try store.closed(number, entry.stream)
                continue
            }
            if try !keeper.confirm(entry.stream, at: now) {
                while try keeper.work(1 << 20, at: now) {}
            }
            guard let record = try store.stream(entry.stream), record.confirmed,
                let (length, digest) = try keeper.digest(entry.stream)
            else { continue }
            if receiver.digest(remote) == digest, receiver.length(remote) == length {
                try store.verified(number, entry.stream, closing: true)
            } else {
                _ = try keeper.restart(entry.stream, at: now)
            }
        }
        return found
    }

    /// What the receiver holds of the newest stream of a path.
    func archived(_ name: BytePath) throws -> [UInt8]? {
        guard let record = try store.stream("logs", name),
            let remote = try store.cursor(number, record.number)?.remote
        else { return nil }
        return receiver.contents[remote]
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool {
        suffix(text.utf8.count).elementsEqual(text.utf8)
    }
}
