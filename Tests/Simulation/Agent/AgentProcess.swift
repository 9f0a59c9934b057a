import Core
import Platform
import SQL
import TLS
import Tailing
import Wire

@testable import Agent
@testable import Settings

/// A running agent: everything of it but sockets, clocks and notifications.
final class AgentProcess: UplinkConnector {
    let store: CheckpointStore
    let keeper: FileKeeper
    let work: AgentWork
    let number: ReceiverNumber
    private(set) var watched: Set<BytePath> = []
    private let site: AgentSite
    private let time: SimulatedTime
    private let connection: Connection
    private var connections: [SimulatedConnection] = []

    static let receiver = "main"

    /// A process that finds `saved` as its checkpoints on the disk.
    init(_ site: AgentSite, saved: [UInt8]) throws {
        self.site = site
        time = SimulatedTime(site.world)
        connection = try Connection.deserialize(saved)
        store = try CheckpointStore(connection)
        try store.configure(sources: ["logs"], receivers: [(AgentProcess.receiver, true)])
        keeper = try FileKeeper(
            disk: site.disk,
            state: AgentSite.state,
            store: store,
            sources: [AgentSite.source]
        )
        let late = LateConnector()
        let context = AgentContext(
            settings: site.settings,
            time: time,
            connector: late,
            store: store,
            keeper: keeper
        )
        work = try AgentWork(context, mode: .untilStopped)
        guard let number = try store.receiver(AgentProcess.receiver) else {
            throw OperatorError(.internal, "the receiver is not configured")
        }
        self.number = number
        late.connector = self
        for line in try allStreams() { site.world.trace.note("  \(line)") }
        work.watchFolder = { [weak self] folder, _ in self?.watched.insert(folder) }
        work.start()
    }

    var uplink: UplinkDriver? { work.uplinks.first }
    var isShipping: Bool { uplink?.isShipping ?? false }
    var openConnections: [SimulatedConnection] { connections.filter(\.isOpen) }

    /// Ends it at once; what was not flushed is gone.
    ///
    /// - Returns: the checkpoints as the disk has them.
    func die(silently: Bool) throws -> [UInt8] {
        time.isDead = true
        for connection in connections { connection.agentDied(silently: silently) }
        connections = []
        store.discard()
        return try connection.serialize()
    }

    /// The checkpoints as a backup would find them now.
    func flushed() throws -> [UInt8] {
        try store.flush()
        return try connection.serialize()
    }

    func transport(to endpoint: ReceiverEndpoint) throws(OperatorError) -> any UplinkTransport {
        connections.removeAll { !$0.isOpen }
        let connection = SimulatedConnection(site.world, agent: site.agent)
        connections.append(connection)
        return connection
    }

    func store(key: PrivateKey, chain: [UInt8], for endpoint: ReceiverEndpoint) {}

    /// Whether everything is shipped and verified.
    func isDone() throws -> Bool {
        guard let uplink, uplink.isShipping, try !keeper.hasWork(at: time.wall) else {
            return false
        }
        return try store.totals(number).streams == 0 && uplink.isVerified()
            && store.nextCopy() == nil
    }

    private static func text(_ record: StreamRecord?, _ cursor: CursorRecord?) -> String {
        guard let record, let cursor else { return "?" }
        return """
            \(record.number) \(record.path) inode \(record.seen.key.inode): \(record.state) \(record.reason), size \(record.seen.size), \
            hashed \(record.hashedLength), hold \(record.hold ?? 0), previous \(record.previous ?? 0), \
            revision \(record.revision), confirmed \(record.confirmed), settled \(record.settled), \
            end \(record.end.map { "\($0.cause)" } ?? "none"); \
            \(cursor.remote.map { "\($0)" } ?? "unopened"), acked \(cursor.acked.offset), \
            told \(cursor.told), verified \(cursor.isVerified), closed \(cursor.isClosed), \
            due \(cursor.isDue)
            """
    }

    /// Everything that the checkpoints know, a line a stream.
    func allStreams() throws -> [String] {
        try (0...store.lastStream()).compactMap { number in
            guard let record = try store.stream(number) else { return nil }
            return AgentProcess.text(record, try store.cursor(self.number, number))
        }
    }

    var isTakenForClone: Bool {
        uplink?.lastFailure?.contains("another machine uses the identity") ?? false
    }

    /// Why it is not done, for a failure's message.
    func description() throws -> String {
        let totals = try store.totals(number)
        let unverified = try store.unverified(number, idleSince: time.wall, after: nil, limit: 10)
        let due = try store.due(number, after: nil, limit: 100)
        let lines = try (due + unverified).filter {
            try store.stream($0.stream)?.isReadable ?? true || unverified.contains($0)
        }.map { entry in
            let record = try store.stream(entry.stream)
            let cursor = try store.cursor(number, entry.stream)
            return AgentProcess.text(record, cursor)
        }
        return """
            shipping \(uplink?.isShipping ?? false), due \(totals.streams), \
            verified \(try uplink?.isVerified() ?? false), \
            work \(try keeper.hasWork(at: time.wall)), \
            failure \(uplink?.lastFailure ?? "none"), window \(uplink?.window?.bytes ?? 0)
            \(lines.joined(separator: "\n"))
            problems \(keeper.problems.reasons)
            """
    }
}

/// Lets a context be made before its connector.
final class LateConnector: UplinkConnector {
    weak var connector: AgentProcess?

    func transport(to endpoint: ReceiverEndpoint) throws(OperatorError) -> any UplinkTransport {
        guard let connector else { throw OperatorError(.network, "the agent is gone") }
        return try connector.transport(to: endpoint)
    }

    func store(key: PrivateKey, chain: [UInt8], for endpoint: ReceiverEndpoint) {}
}
