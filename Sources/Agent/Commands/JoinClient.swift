import Core
import Platform
import Settings
import Shipping
import TLS
import Transport
import Wire

/// One enrolment over the network: connects, pins the receiver by the token, and asks for a certificate.
final class JoinClient: SecureLinkDelegate {
    struct Reply {
        var key: PrivateKey
        var joined: JoinReply
    }

    private let loop: EventLoop
    private let request: JoinRequest
    private let key: PrivateKey
    private let address: HostPort
    private var outcome: Result<Reply, OperatorError>?

    static func join(
        _ address: HostPort,
        _ token: JoinToken,
        name: String
    ) throws(OperatorError) -> Reply {
        Signals.ignoreBrokenPipe()
        guard let (key, request) = AgentIdentity.makeRequest(name) else {
            throw OperatorError(.internal, "a key could not be made")
        }
        let loop = try OperatorError.system(.fileSystem, "make an event loop") {
            () throws(SystemError) in
            try EventLoop()
        }
        let client = JoinClient(
            loop,
            JoinRequest(secret: token.secret, name: name, request: request),
            key,
            address
        )
        return try client.run(token)
    }

    private init(
        _ loop: EventLoop,
        _ request: JoinRequest,
        _ key: PrivateKey,
        _ address: HostPort
    ) {
        self.loop = loop
        self.request = request
        self.key = key
        self.address = address
    }

    private func run(_ token: JoinToken) throws(OperatorError) -> Reply {
        let addresses = try SocketAddress.resolve(
            address.description,
            defaultPort: ProtocolVersion.port
        )
        guard let first = addresses.first else {
            throw OperatorError(.network, "\(address) has no address")
        }
        let context: TLSContext
        do throws(TLSError) {
            context = try TLSContext.client(
                identity: nil,
                trust: .fingerprint(token.authority),
                protocols: [.joining]
            )
        } catch {
            throw OperatorError(error)
        }
        let link = try SecureLink.dial(first, as: address, context, on: loop, delegate: self)
        loop.schedule(after: .seconds(20)) { [weak self] in
            self?.finish(
                .failure(
                    OperatorError(
                        .network,
                        "\(self?.address.description ?? "") does not answer",
                        remedy: self.map { JoinClient.reachability(of: $0.address) }
                    )
                )
            )
        }
        if outcome == nil { loop.run() }
        link.abort()
        guard let outcome else { throw OperatorError(.internal, "no answer was taken") }
        return try outcome.get()
    }

    /// What to look at where nobody answers.
    static func reachability(of address: HostPort) -> String {
        "On the server: systemctl status tailship-receiver; from here, port \(address.port) must be let through."
    }

    private func finish(_ result: Result<Reply, OperatorError>) {
        guard outcome == nil else { return }
        outcome = result
        loop.stop()
    }

    func linkEstablished(_ link: SecureLink) { link.send(.join(request)) }

    func link(_ link: SecureLink, received frames: [Frame]) {
        guard let frame = frames.first else { return }
        do throws(WireError) {
            switch try Message(frame) {
            case .joined(let joined): finish(.success(Reply(key: key, joined: joined)))
            case .error(let refusal), .refused(let refusal):
                finish(
                    .failure(
                        OperatorError(
                            .identity,
                            "\(address) refuses: \(refusal.message)",
                            remedy: refusal.remedy.isEmpty ? nil : refusal.remedy
                        )
                    )
                )
            default:
                finish(.failure(OperatorError(.protocol, "\(address) gave an odd answer")))
            }
        } catch {
            finish(.failure(OperatorError(.protocol, "\(address): \(error)")))
        }
    }

    func linkDrained(_ link: SecureLink) {}

    func link(_ link: SecureLink, ended: LinkEnd) {
        let error =
            switch ended {
            case .closed, .aborted:
                OperatorError(.network, "\(address) closed the connection")
            case .network(let error):
                OperatorError(
                    .network,
                    "cannot reach \(address)",
                    remedy: JoinClient.reachability(of: address),
                    cause: error.reason
                )
            case .security(let error): OperatorError(error)
            case .malformed(let error): OperatorError(.protocol, "\(address): \(error)")
            }
        finish(.failure(error))
    }
}
