import Core
import Platform
import TLS

extension SecureLink {
    /// Connects to `target` as a client; the handshake goes on by itself.
    ///
    /// - Parameters:
    ///   - target: where to.
    ///   - name: what errors call it.
    ///   - context: of the client.
    ///   - loop: serves the connection.
    ///   - delegate: is told what comes of it.
    /// - Returns: the connection, which is not made yet.
    /// - Throws: when no session or no socket can be had.
    package static func dial(
        _ target: SocketAddress,
        as name: some CustomStringConvertible,
        _ context: TLSContext,
        on loop: EventLoop,
        delegate: any SecureLinkDelegate
    ) throws(OperatorError) -> SecureLink {
        let session: TLSSession
        do throws(TLSError) {
            session = try TLSSession(context, now: Clock.wall())
        } catch {
            throw OperatorError(error)
        }
        return try OperatorError.system(.network, "connect to \(name)") { () throws(SystemError) in
            let link = SecureLink(
                socket: try StreamSocket.connect(to: target),
                session: session,
                buffers: LinkBuffers()
            )
            try link.start(on: loop, delegate: delegate)
            return link
        }
    }
}
