import CLinux
import Glibc

/// A socket that accepts connections; non-blocking, and closed with its last reference.
package final class ListeningSocket: Sendable {
    private let descriptor: FileDescriptor
    private let subject: String

    /// Binds and listens.
    ///
    /// `[::]` takes IPv4 connections too.
    /// Port 0 lets the system choose (`localPort`). The backlog is how many connections may wait to
    /// be accepted; the system bounds it. With `reusePort` several sockets share the port, each with
    /// its part of the connections.
    package convenience init(
        address: SocketAddress,
        backlog: Int,
        reusePort: Bool
    ) throws(SystemError) {
        let subject = address.description
        let descriptor = try StreamSocket.make(address.family, subject)
        SocketOption.set(descriptor.rawValue, SOL_SOCKET, SO_REUSEADDR, 1)
        if reusePort {
            let result = SocketOption.set(descriptor.rawValue, SOL_SOCKET, SO_REUSEPORT, 1)
            try checked(result, "setsockopt SO_REUSEPORT", subject)
        }
        if address.family == AF_INET6 {
            SocketOption.set(descriptor.rawValue, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0)
        }
        let bound = address.withSystemAddress { generic, length in
            systemCall { bind(descriptor.rawValue, generic, length) }
        }
        try checked(bound, "bind", subject)
        try self.init(bound: descriptor, backlog: backlog, subject: subject)
    }

    /// Listens on a socket that is bound already.
    init(
        bound descriptor: consuming FileDescriptor,
        backlog: Int,
        subject: String
    )
        throws(SystemError)
    {
        try checked(
            systemCall { listen(descriptor.rawValue, Int32(clamping: backlog)) },
            "listen",
            subject
        )
        self.descriptor = descriptor
        self.subject = subject
    }

    /// For `EventLoop.add`; the socket keeps owning it.
    package var rawDescriptor: Int32 { descriptor.rawValue }

    /// The next connection; nil when none waits.
    ///
    /// A connection that failed before it was accepted is passed over. Without a free descriptor it
    /// fails (`isDescriptorLimit`) and the connection waits on: lose interest for a while, or the
    /// loop spins.
    package func accept() throws(SystemError) -> StreamSocket? {
        while true {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let result = systemCall {
                tailship_accept(descriptor.rawValue, &storage, &length)
            }
            switch result {
            case -EAGAIN: return nil
            // accept(2) hands over what befell the new connection meanwhile.
            case -ECONNABORTED, -EPROTO, -ENETDOWN, -ENOPROTOOPT, -EHOSTDOWN, -ENONET,
                -EHOSTUNREACH, -EOPNOTSUPP, -ENETUNREACH, -ETIMEDOUT:
                continue
            default: break
            }
            try checked(result, "accept", subject)
            let peer = SocketAddress(storage)
            return StreamSocket(
                FileDescriptor(owning: result),
                peer: peer,
                description: peer?.description ?? "a local process"
            )
        }
    }

    /// The TCP port it listens on; 0 for a Unix socket.
    package var localPort: UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor.rawValue, $0, &length)
            }
        }
        return result == 0 ? SocketAddress(storage)?.port ?? 0 : 0
    }
}
