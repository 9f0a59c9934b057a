import Core
import Journal
import Platform
import Shipping
import TLS
import TestSupport
import Testing
import Transport
import Wire

@testable import Receiver

/// A receiver's listener on loopback with its clerk and its journal, and the loop that agents share with it.
final class ListenerStage {
    let loop: EventLoop
    let hub: Hub
    let disk = SimulatedDisk()
    private let acceptor: Acceptor
    private let writer: JournalWriter
    private let folder: ScratchFolder
    private let address: SocketAddress
    static let secret: [UInt8] = [1, 2, 3, 4]

    init(loopIndex: Int = 0, idle: Duration = .seconds(60), places: Int = 8) throws {
        folder = try ScratchFolder()
        loop = try EventLoop()
        let authority = try Authority(disk: disk, policy: AuthorityTests.policy())
        hub = try EnrolmentTests.hub(authority)
        _ = try hub.clerk.start(path: folder.path.appending("receiver.db"))
        let context = try LoopContext(index: loopIndex, loop: loop, hub: hub)
        let limits = Acceptor.Limits(
            quota: ConnectionQuota(places),
            greeting: .seconds(60),
            idle: idle
        )
        acceptor = Acceptor(context: context, limits: limits)
        hub.join(AcceptorHandle(acceptor, on: loop), loopIndex)
        let socket = try ListeningSocket(
            address: .ipv4(0x7f00_0001, port: 0),
            backlog: 8,
            reusePort: false
        )
        address = .ipv4(0x7f00_0001, port: socket.localPort)
        try acceptor.listen(socket)
        let (journal, _) = try Journal.open(disk: disk, segmentBytes: 1 << 20)
        writer = JournalWriter(queue: hub.queue)
        writer.start(
            journal,
            JournalWriter.Outcomes(
                durable: { [hub] in hub.acknowledge($0) },
                failed: { [hub] in hub.dropAll($0.message) },
                recovered: {}
            )
        )
        hub.clerk.order { registry in
            Hub.attempt("make a token") { () throws(OperatorError) in
                try registry.addToken(
                    secretHash: SHA256.digest(of: ListenerStage.secret),
                    owner: "owner",
                    created: Clock.wall(),
                    expires: Clock.wall() + .days(1)
                )
            }
        }
    }

    /// Ends the threads.
    func stop() {
        acceptor.stopListening()
        hub.queue.close()
        writer.join()
        hub.clerk.stop()
    }

    func agent(_ identity: Identity?) throws -> TestAgent {
        try TestAgent(
            address,
            try TLSContext.client(
                identity: identity,
                trust: .fingerprint(try #require(hub.authority.fingerprint)),
                protocols: identity == nil ? [.joining] : [.shipping]
            ),
            on: loop
        )
    }

    /// Enrols with the token and gives what an agent has then.
    func join() throws -> Identity {
        let key = try PrivateKey.generate()
        let applicant = try agent(nil)
        try run("the handshake") { applicant.isEstablished }
        let request = try CertificateRequest(key: key, name: "u@laptop").der
        applicant.link.send(
            .join(JoinRequest(secret: ListenerStage.secret, name: "u@laptop", request: request))
        )
        try run("the enrolment") { applicant.hasEnded }
        guard case .joined(let reply)? = applicant.messages.first?.message else {
            throw TestFailure("not let in: \(applicant.messages)")
        }
        return try Identity(
            certificates: Array(try Certificate.list(pem: reply.certificate).prefix(1)),
            key: key
        )
    }

    /// Connects and is welcomed.
    func welcomed(_ identity: Identity, _ nonce: Nonce = .none) throws -> TestAgent {
        let agent = try agent(identity)
        try run("the handshake") { agent.isEstablished }
        agent.link.send(.hello(Samples.hello(nonce)))
        try run("the welcome") { agent.welcome != nil || agent.hasEnded }
        return agent
    }

    /// Runs the loop until `condition` holds.
    func run(_ what: String, until condition: @escaping () -> Bool) throws {
        let end = Clock.monotonic() + .seconds(60)
        var isTooLate = false
        func look() {
            isTooLate = Clock.monotonic() > end
            if condition() || isTooLate { return loop.stop() }
            loop.schedule(after: .milliseconds(1)) { look() }
        }
        loop.schedule(after: .zero) { look() }
        loop.run()
        if isTooLate { throw TestFailure("after a minute still not true: \(what)") }
    }
}

/// An agent's end of a connection that only notes what it is told.
final class TestAgent: SecureLinkDelegate {
    let link: SecureLink
    private let socket: StreamSocket
    private let session: TLSSession
    private(set) var isEstablished = false
    private(set) var hasEnded = false
    private(set) var messages: [(message: Message, request: UInt32)] = []

    init(_ address: SocketAddress, _ context: TLSContext, on loop: EventLoop) throws {
        socket = try StreamSocket.connect(to: address)
        session = try TLSSession(context, now: Clock.wall())
        link = SecureLink(socket: socket, session: session, buffers: LinkBuffers())
        link.raisePayloadLimit(Limits.payloadBytes)
        try link.start(on: loop, delegate: self)
    }

    /// Sends bytes that are no whole frame.
    func send(part bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try session.seal($0) }
        let count = try session.withPendingOutput { try socket.send($0) } ?? 0
        session.consumeOutput(count)
    }

    func linkEstablished(_ link: SecureLink) { isEstablished = true }

    func link(_ link: SecureLink, received frames: [Frame]) {
        for frame in frames {
            if let message = try? Message(frame) { messages.append((message, frame.request)) }
        }
    }

    func linkDrained(_ link: SecureLink) {}

    func link(_ link: SecureLink, ended: LinkEnd) { hasEnded = true }

    var welcome: Welcome? {
        messages.lazy.compactMap { if case .welcome(let it) = $0.message { it } else { nil } }.first
    }

    var resume: Resume? {
        messages.lazy.compactMap { if case .resume(let it) = $0.message { it } else { nil } }.first
    }

    var refusal: Refusal? {
        messages.lazy.compactMap { if case .error(let it) = $0.message { it } else { nil } }.first
    }

    var acks: [UInt32] {
        messages.compactMap { if case .ack = $0.message { $0.request } else { nil } }
    }
}
