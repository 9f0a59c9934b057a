import Glibc

/// A connected, or connecting, stream socket; non-blocking, and closed with its last reference.
package final class StreamSocket: Sendable {
    private let descriptor: FileDescriptor
    /// The peer's address; nil for a Unix socket.
    package let peer: SocketAddress?
    /// The peer for people.
    package let peerDescription: String

    init(_ descriptor: consuming FileDescriptor, peer: SocketAddress?, description: String) {
        self.descriptor = descriptor
        self.peer = peer
        peerDescription = description
    }

    /// Begins to connect.
    ///
    /// When the socket is writable it is done: `connectResult` tells how.
    package static func connect(to address: SocketAddress) throws(SystemError) -> StreamSocket {
        let peer = address.description
        let descriptor = try make(address.family, peer)
        let result = address.withSystemAddress { generic, length in
            systemCall { Glibc.connect(descriptor.rawValue, generic, length) }
        }
        // Repeated after EINTR the call says EALREADY, and means the same as EINPROGRESS.
        if result != -EINPROGRESS, result != -EALREADY { try checked(result, "connect", peer) }
        return StreamSocket(descriptor, peer: address, description: peer)
    }

    static func make(_ family: Int32, _ subject: String) throws(SystemError) -> FileDescriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return FileDescriptor(
            owning: try checked(systemCall { socket(family, type, 0) }, "socket", subject)
        )
    }

    /// For `EventLoop.add`; the socket keeps owning it.
    package var rawDescriptor: Int32 { descriptor.rawValue }

    /// How connecting ended: nil when it succeeded.
    ///
    /// To be asked once, when the socket is writable.
    package func connectResult() -> SystemError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let result = systemCall {
            getsockopt(descriptor.rawValue, SOL_SOCKET, SO_ERROR, &code, &length)
        }
        if result < 0 { code = -result }
        return code == 0
            ? nil : SystemError(errno: code, call: "connect", subject: peerDescription)
    }

    /// Receives what has come, as far as the buffer goes, which must have at least one byte.
    package func receive(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError)
        -> ReceiveResult
    {
        precondition(!buffer.isEmpty, "An empty buffer would look like a closed connection")
        let count = systemCall { recv(descriptor.rawValue, buffer.baseAddress, buffer.count, 0) }
        if count == -Int(EAGAIN) { return .wouldBlock }
        try checked(count, "recv", peerDescription)
        return count == 0 ? .closed : .bytes(count)
    }

    /// How many bytes, from the first, the kernel took; nil when it takes none now.
    package func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int? {
        let flags = Int32(MSG_NOSIGNAL)
        let count = systemCall {
            Glibc.send(descriptor.rawValue, bytes.baseAddress, bytes.count, flags)
        }
        if count == -Int(EAGAIN) { return nil }
        return try checked(count, "send", peerDescription)
    }

    /// Tells the peer that nothing more comes; receiving goes on.
    package func shutdown() { _ = Glibc.shutdown(descriptor.rawValue, Int32(SHUT_WR)) }

    /// Sends small pieces at once (TCP_NODELAY).
    package func noDelay() { set(Int32(IPPROTO_TCP), TCP_NODELAY, 1) }

    /// Lets the kernel notice a peer that has gone.
    ///
    /// It probes when nothing has come for `idle`, then every `interval` (whole seconds, at least one),
    /// and gives up when `probes` of them stayed without an answer.
    package func keepAlive(
        idle: Duration = .seconds(60),
        interval: Duration = .seconds(10),
        probes: Int32 = 3
    ) {
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, Self.seconds(idle))
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, Self.seconds(interval))
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, max(1, probes))
    }

    /// Says that the socket is writable only while fewer bytes than this wait in the kernel unsent.
    package func notSentLowWater(_ bytes: Int) {
        set(Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, Int32(clamping: bytes))
    }

    private static func seconds(_ duration: Duration) -> Int32 {
        // 32,767 is the most that the kernel takes.
        Int32(clamping: min(32_767, max(1, duration.components.seconds)))
    }

    /// An option that is refused is no failure: each only makes things better.
    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        SocketOption.set(descriptor.rawValue, level, option, value)
    }
}
