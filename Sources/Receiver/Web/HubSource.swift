import Core
import Journal
import Platform
import Settings
import Shipping
import Synchronization
import TLS
import Web
import Wire

/// What the page knows of the running receiver, and does to its agents.
final class HubSource: ReceiverSource {
    private let hub: Hub
    private let ingest: Ingest
    private let index: JournalIndex
    private let settings: ReceiverSettings
    let configuration: String
    private let started = Clock.monotonic()
    private let lastSync = Atomic<Int64>(0)
    private let storage = Mutex(Admission.Facts(available: .max, backlog: 0, failure: nil))

    init(
        _ hub: Hub,
        _ ingest: Ingest,
        _ index: JournalIndex,
        _ settings: ReceiverSettings,
        configuration: String
    ) {
        self.hub = hub
        self.ingest = ingest
        self.index = index
        self.settings = settings
        self.configuration = configuration
    }

    /// Something became durable.
    func synced() { lastSync.store(Clock.wall().nanoseconds, ordering: .relaxed) }

    /// What the receiver's own review of the storage saw.
    func reviewed(_ facts: Admission.Facts) { storage.withLock { $0 = facts } }

    func connected() -> Set<AgentID> { hub.connectedAgents }

    func facts() -> ReceiverFacts {
        var facts = ReceiverFacts()
        facts.agents = agents()
        facts.durable = hub.queue.read { $0.durableBytes }
        let archive = hub.archivist.pending(durable: facts.durable)
        facts.unarchived = archive.bytes
        let rows = ingest.backlog
        facts.unread = rows.bytes
        facts.unreadStreams = rows.streams
        facts.pendingSince = [archive.bytes > 0 ? archive.since : nil, rows.since]
            .compactMap { $0 }.min()
        let sync = lastSync.load(ordering: .relaxed)
        facts.lastSync = sync > 0 ? WallTime(nanoseconds: sync) : nil
        facts.lastRows = rows.lastRows
        let storage = self.storage.withLock { $0 }
        facts.storageFailure = storage.failure
        facts.rowsFailure = ingest.currentFailure
        facts.journalBacklog = storage.backlog
        facts.journalDamage = index.damage.count
        facts.diskAvailable = storage.available
        let window = hub.window
        facts.window = ReceiverFacts.Window(
            bytes: UInt64(window.bytes),
            reason: "\(window.reason)",
            text: window.text
        )
        facts.running = Clock.monotonic() - started
        facts.resident = Host.residentBytes()
        return facts
    }

    private func agents() -> [AgentFacts] {
        let connected = hub.connectedAgents
        return hub.directory.all.map { agent in
            var facts = AgentFacts(
                id: agent.id,
                name: agent.name,
                owner: agent.owner,
                enrolled: agent.enrolled
            )
            facts.host = agent.host
            facts.system = agent.system
            facts.version = agent.version
            facts.seen = agent.seen
            facts.certificateExpires = agent.certificateExpires
            facts.revoked = agent.revoked
            facts.cloned = agent.cloned
            facts.isConnected = connected.contains(agent.id)
            return facts
        }
    }

    // MARK: Changes

    func makeToken(
        owner: String,
        valid: Duration?,
        by: String
    ) throws(OperatorError) -> (token: String, command: String, expires: WallTime) {
        guard let fingerprint = hub.authority.fingerprint else {
            throw TokenCommand.needsAuthority
        }
        let secret = Secret.random(JoinToken.secretSize)
        guard let token = JoinToken(authority: fingerprint, secret: secret) else {
            throw OperatorError(.internal, "a token could not be made")
        }
        let now = Clock.wall()
        let expires = now + (valid ?? settings.security.tokenValid)
        let hash = SHA256.digest(of: secret)
        try hub.clerk.ask { (registry) throws(OperatorError) in
            try registry.addToken(secretHash: hash, owner: owner, created: now, expires: expires)
            try registry.audit("token made on the page", "owner \(owner), by \(by)", at: now)
        }
        let address = settings.listen.agents
        let host = address.isWildcard ? Host.name : address.host
        let place = HostPort(host: host, port: address.port).description
        return (token.text, "tailship-agent join \(place) \(token.text)", expires)
    }

    func revoke(_ agent: AgentID, by: String) throws(OperatorError) -> Bool {
        guard let known = hub.directory[agent] else { return false }
        let now = Clock.wall()
        let hub = hub
        _ = try hub.clerk.ask { (registry) throws(OperatorError) in
            let isRevoked = try registry.revoke(known.name, at: now)
            try registry.audit("agent revoked on the page", "\(known.name), by \(by)", at: now)
            hub.directory.refresh(try registry.agents())
            return isRevoked
        }
        hub.onEachLoop { $0.revoke(agent) }
        return true
    }
}
