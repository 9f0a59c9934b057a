import Core
import Platform
import Settings
import Shipping
import TLS
import Transport
import Wire

/// One connection that says nothing: whether a receiver can be reached, and each side believes the other.
final class ReceiverProbe: SecureLinkDelegate {
    /// After the handshake: how long the receiver's refusal of the certificate may take to come.
    private static let afterthought: Duration = .milliseconds(700)

    private let loop: EventLoop
    private let address: HostPort
    private var outcome: Result<String, OperatorError>?

    /// - Returns: who answered, for people.
    static func probe(
        _ endpoint: ReceiverEndpoint,
        _ identity: AgentIdentity?
    ) throws(OperatorError) -> String {
        Signals.ignoreBrokenPipe()
        let loop = try OperatorError.system(.fileSystem, "make an event loop") {
            () throws(SystemError) in
            try EventLoop()
        }
        let probe = ReceiverProbe(loop, endpoint.address)
        let addresses = try SocketAddress.resolve(
            endpoint.address.description,
            defaultPort: ProtocolVersion.port
        )
        guard let first = addresses.first else {
            throw OperatorError(.network, "\(endpoint.address) has no address")
        }
        guard let identity else {
            // Nobody yet: that somebody listens is all that can be seen.
            return try probe.connect(first, endpoint.connectTimeout)
        }
        return try probe.shake(first, try identity.context(endpoint), endpoint.connectTimeout)
    }

    private init(_ loop: EventLoop, _ address: HostPort) {
        self.loop = loop
        self.address = address
    }

    private func connect(
        _ target: SocketAddress,
        _ limit: Duration
    ) throws(OperatorError) -> String {
        let socket = try OperatorError.system(.network, "connect to \(address)") {
            () throws(SystemError) in
            let socket = try StreamSocket.connect(to: target)
            try loop.add(socket.rawDescriptor, interest: .writable) { [weak self, weak socket] _ in
                guard let self, let socket else { return }
                if let error = socket.connectResult() {
                    finish(.failure(unreachable(error.reason)))
                } else {
                    finish(.success("port open at \(target)"))
                }
            }
            return socket
        }
        return try wait(limit) { _ = socket }
    }

    private func shake(
        _ target: SocketAddress,
        _ context: TLSContext,
        _ limit: Duration
    ) throws(OperatorError) -> String {
        let link = try SecureLink.dial(target, as: address, context, on: loop, delegate: self)
        return try wait(limit) { link.abort() }
    }

    private func wait(_ limit: Duration, _ end: () -> Void) throws(OperatorError) -> String {
        loop.schedule(after: limit) { [weak self] in
            guard let self else { return }
            finish(.failure(unreachable("no answer within \(limit.milliseconds / 1000) s")))
        }
        if outcome == nil { loop.run() }
        end()
        guard let outcome else { throw OperatorError(.internal, "no answer was taken") }
        return try outcome.get()
    }

    private func unreachable(_ cause: String) -> OperatorError {
        OperatorError(
            .network,
            "cannot reach \(address)",
            remedy: JoinClient.reachability(of: address),
            cause: cause
        )
    }

    private func finish(_ result: Result<String, OperatorError>) {
        guard outcome == nil else { return }
        outcome = result
        loop.stop()
    }

    func linkEstablished(_ link: SecureLink) {
        let subject = link.peer?.subject ?? "no certificate"
        loop.schedule(after: ReceiverProbe.afterthought) { [weak self] in
            self?.finish(.success("\(subject); both sides believe each other"))
        }
    }

    func link(_ link: SecureLink, received frames: [Frame]) {}

    func linkDrained(_ link: SecureLink) {}

    func link(_ link: SecureLink, ended: LinkEnd) {
        switch ended {
        case .closed, .aborted:
            finish(.failure(unreachable("the connection was closed before anybody was known")))
        case .network(let error): finish(.failure(unreachable(error.reason)))
        case .security(let error): finish(.failure(OperatorError(error)))
        case .malformed(let error):
            finish(.failure(OperatorError(.protocol, "\(address): \(error)")))
        }
    }
}
