import Core
import Platform
import Settings
import Shipping
import TLS
import Transport
import Wire

/// Reaches receivers with TLS over TCP.
final class SecureConnector: UplinkConnector {
    private let loop: EventLoop
    private let disk: LinuxDisk
    private let state: BytePath
    private let buffers = LinkBuffers()

    /// A connector with the certificates in the folder `state`.
    init(loop: EventLoop, disk: LinuxDisk, state: BytePath) {
        self.loop = loop
        self.disk = disk
        self.state = state
    }

    func transport(to endpoint: ReceiverEndpoint) throws(OperatorError) -> any UplinkTransport {
        let identity = try AgentIdentity.load(endpoint, state: state, disk: disk)
        let tls = try identity.context(endpoint)
        let address = try SocketAddress.resolve(
            endpoint.address.description,
            defaultPort: ProtocolVersion.port
        )
        guard let first = address.first else {
            throw OperatorError(.network, "\(endpoint.address) has no address")
        }
        let session: TLSSession
        do throws(TLSError) {
            session = try TLSSession(tls, now: Clock.wall())
        } catch {
            throw OperatorError(error)
        }
        do throws(SystemError) {
            let socket = try StreamSocket.connect(to: first)
            socket.noDelay()
            socket.keepAlive()
            socket.notSentLowWater(128 * 1024)
            return SecureTransport(
                SecureLink(socket: socket, session: session, buffers: buffers),
                loop: loop,
                mustRenew: identity.isExpired && identity.canRenew
            )
        } catch {
            throw OperatorError(
                .network,
                "cannot connect to \(endpoint.address)",
                cause: error.description
            )
        }
    }

    func store(
        key: PrivateKey,
        chain: [UInt8],
        for endpoint: ReceiverEndpoint
    ) throws(OperatorError) {
        try AgentIdentity.store(
            key: key,
            chain: chain,
            authority: nil,
            for: endpoint.name,
            state: state,
            disk: disk
        )
    }
}
