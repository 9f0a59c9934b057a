import Core
import Platform
import Shipping
import Synchronization
import TLS
import Transport
import Wire

/// What all loops of the receiver share: where their connections find the other threads.
package final class Hub: Sendable {
    let queue: JournalQueue
    let directory: Directory
    let clerk: Clerk
    let archivist: Archivist
    let authority: Authority
    private let admission: Mutex<Admission>
    private let connections = Mutex<[AgentID: ConnectionKey]>([:])
    private let loops = Mutex<[Int: AcceptorHandle]>([:])
    /// Loops with connections that wait for the journal to catch up.
    private let waiting = Mutex<Set<Int>>([])

    init(
        queue: JournalQueue,
        directory: Directory,
        clerk: Clerk,
        archivist: Archivist,
        authority: Authority,
        admission: Admission
    ) {
        self.queue = queue
        self.directory = directory
        self.clerk = clerk
        self.archivist = archivist
        self.authority = authority
        self.admission = Mutex(admission)
    }

    /// The receiver's version, as it is told to agents.
    package static let version = "0.1.0"

    // MARK: Loops

    /// Loops start on their own threads in any order; `index` is the one in their connections' keys.
    func join(_ acceptor: AcceptorHandle, _ index: Int) {
        loops.withLock { $0[index] = acceptor }
    }

    /// The loop has ended; called on its thread.
    func leave(_ index: Int) {
        let acceptor = loops.withLock { $0.removeValue(forKey: index) }
        // Released here and not under the lock.
        _ = acceptor
    }

    /// Threads that serve agents now.
    var loopCount: Int { loops.withLock { $0.count } }

    func onEachLoop(_ body: @escaping @Sendable (Acceptor) -> Void) {
        for loop in loops.withLock({ $0 }).values { loop.post(body) }
    }

    func onGuest(_ key: ConnectionKey, _ body: @escaping @Sendable (Guest) -> Void) {
        let loop = loops.withLock { $0[key.loop] }
        loop?.post { acceptor in
            if let guest = acceptor.guest(key) { body(guest) }
        }
    }

    private func on(_ key: ConnectionKey, _ body: @escaping @Sendable (AgentConnection) -> Void) {
        onGuest(key) { guest in
            if let connection = guest.connection { body(connection) }
        }
    }

    // MARK: Who is there

    func connected(_ agent: AgentID, _ key: ConnectionKey) {
        connections.withLock { $0[agent] = key }
    }

    func disconnected(_ agent: AgentID, _ key: ConnectionKey) {
        connections.withLock { if $0[agent] == key { $0[agent] = nil } }
    }

    var connectedAgents: Set<AgentID> { connections.withLock { Set($0.keys) } }

    // MARK: What Intake asks for

    func greeting() -> Intake.Greeting {
        Intake.Greeting(
            receiverVersion: Hub.version,
            window: admission.withLock { $0.window },
            nextNonce: Nonce(high: Entropy.uint64(), low: Entropy.uint64())
        )
    }

    func mintFileID() -> FileID {
        while true {
            if let id = FileID(Entropy.uint64()) { return id }
        }
    }

    func replaceOthers(of agent: AgentID, except key: ConnectionKey) {
        onEachLoop { $0.replace(agent, except: key) }
    }

    func remember(_ hello: Hello, of agent: AgentID) {
        let now = Clock.wall()
        directory.update(agent) { agent in
            agent.host = hello.host
            agent.system = hello.system
            agent.version = hello.agentVersion
            agent.seen = now
        }
        clerk.order { registry in
            Hub.attempt("note an agent's facts") { () throws(OperatorError) in
                try registry.saw(
                    agent,
                    host: hello.host,
                    system: hello.system,
                    version: hello.agentVersion,
                    at: now
                )
            }
        }
    }

    func store(_ chain: NonceChain, of agent: AgentID, for key: ConnectionKey) {
        clerk.order { [self] registry in
            let stored = Hub.attempt("store an agent's nonce") { () throws(OperatorError) in
                try registry.store(chain, of: agent)
            }
            guard stored else {
                return on(key) {
                    $0.dismiss(
                        Refusal(.internal, "the receiver cannot write its database")
                    )
                }
            }
            directory.update(agent) { $0.nonces = chain }
            on(key) { $0.resume([]) }
        }
    }

    func confirm(_ chain: NonceChain, of agent: AgentID) {
        directory.update(agent) { $0.nonces = chain }
        clerk.order { registry in
            Hub.attempt("confirm an agent's nonce") { () throws(OperatorError) in
                try registry.store(chain, of: agent)
            }
        }
    }

    func reportClone(of agent: AgentID, _ hello: Hello) {
        let now = Clock.wall()
        Log.warning(
            "two machines use the identity of agent \(agent): one is \(hello.user)@\(hello.host); "
                + "it was turned away. Remove the state folder there and join it anew."
        )
        directory.update(agent) { $0.cloned = now }
        clerk.order { registry in
            Hub.attempt("note a clone") { () throws(OperatorError) in
                try registry.sawClone(of: agent, at: now)
            }
        }
    }

    func compare(_ claim: DigestClaim, request: UInt32, for key: ConnectionKey) {
        archivist.compare(claim, after: queue.lastTicket) { [self] answer in
            on(key) { $0.link.send(answer, request: request) }
        }
    }

    func renew(_ der: [UInt8], of agent: AgentID, request: UInt32, for key: ConnectionKey) {
        clerk.order { [self] registry in
            let name = directory[agent]?.name ?? agent.description
            let answer: Message
            do throws(OperatorError) {
                let issued = try authority.issue(der, agent: agent, name: name)
                try registry.renewed(agent, expires: issued.expires)
                directory.update(agent) { $0.certificateExpires = issued.expires }
                Log.info("agent \(name): certificate renewed")
                answer = .certificate(issued.chain)
            } catch {
                answer = .refused(Refusal(.notNow, error.message, remedy: error.remedy ?? ""))
            }
            on(key) { $0.resume([.send(answer, request: request)]) }
        }
    }

    // MARK: What the other threads tell

    func acknowledge(_ acks: [ConnectionKey: UInt32]) {
        var byLoop: [Int: [ConnectionKey: UInt32]] = [:]
        for (key, request) in acks { byLoop[key.loop, default: [:]][key] = request }
        // A loop may wait although nothing of the round was its own.
        let waiting = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for index in waiting where byLoop[index] == nil { byLoop[index] = [:] }
        let loops = loops.withLock { $0 }
        for (index, acks) in byLoop { loops[index]?.post { $0.acknowledge(acks) } }
    }

    /// A connection of the loop waits: `acknowledge` is to wake it when the next round is durable.
    func waits(_ loop: Int) { _ = waiting.withLock { $0.insert(loop) } }

    /// The journal failed: nobody's requests since the last ack are acknowledged any more.
    func dropAll(_ reason: String) {
        onEachLoop { $0.dismissAll(Refusal(.goingAway, reason)) }
    }

    /// Looks at the storage again and tells every agent when its window changed.
    func review(_ facts: Admission.Facts) {
        guard let window = admission.withLock({ $0.look(facts) }) else { return }
        if window.bytes == 0 {
            Log.warning("agents are paused: \(window.text)")
        } else {
            Log.notice("agents ship again")
        }
        onEachLoop { $0.windowChanged(window) }
    }

    var window: Window { admission.withLock { $0.window } }

    /// Does `body`; a failure is logged, for what nobody waits for.
    @discardableResult
    static func attempt(_ what: String, _ body: () throws(OperatorError) -> Void) -> Bool {
        do throws(OperatorError) {
            try body()
            return true
        } catch {
            Log.error("cannot \(what): \(error)")
            return false
        }
    }
}
