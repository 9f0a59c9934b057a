import Core
import Platform
import Settings
import TLS
import Transport
import Wire

/// A connection that carries frames to one receiver, as the uplink's driver sees it.
protocol UplinkTransport: AnyObject {
    /// Bytes that wait for the kernel.
    var pendingOutput: Int { get }
    /// The agent's certificate has expired: the receiver takes nothing but its renewal.
    var mustRenew: Bool { get }

    /// Begins to connect; the delegate may be called before this returns.
    func start(_ delegate: any UplinkTransportDelegate) throws(SystemError)
    /// Takes payloads of this size from now on.
    func raisePayloadLimit(_ limit: Int)
    func send(_ frame: Frame)
    /// Sends what is waiting, says good-bye, and closes.
    func closeWhenDrained()
    /// Ends it at once.
    func abort()
}

extension UplinkTransport {
    func send(_ message: Message, request: UInt32 = 0) { send(message.frame(request: request)) }
}

/// What a transport tells the driver.
protocol UplinkTransportDelegate: AnyObject {
    /// The receiver was reached and both sides know each other.
    func transportEstablished(_ transport: any UplinkTransport)
    /// Whole frames, in order.
    func transport(_ transport: any UplinkTransport, received frames: [Frame])
    /// The kernel was full, and now all that was given to `send` has gone to it.
    func transportDrained(_ transport: any UplinkTransport)
    /// Nothing more comes of it; called once, whoever ended it.
    func transport(_ transport: any UplinkTransport, ended: LinkEnd)
}

/// Makes the transports of an agent.
protocol UplinkConnector: AnyObject {
    /// A transport that has not been started.
    func transport(to endpoint: ReceiverEndpoint) throws(OperatorError) -> any UplinkTransport
    /// Keeps a renewed certificate for the next connections.
    func store(
        key: PrivateKey,
        chain: [UInt8],
        for endpoint: ReceiverEndpoint
    ) throws(OperatorError)
}
