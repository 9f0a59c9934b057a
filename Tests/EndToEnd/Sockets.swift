import Glibc
import TestSupport

/// Plain TCP on the loopback.
enum Sockets {
    static func with<Result>(
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// A connected socket; -1 when nobody listens.
    static func connect(_ port: UInt16) -> Int32 {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if with(port, { Glibc.connect(client, $0, $1) }) == 0 { return client }
        close(client)
        return -1
    }

    static func listen(_ port: UInt16) throws -> Int32 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard with(port, { bind(listener, $0, $1) }) == 0, Glibc.listen(listener, 64) == 0 else {
            close(listener)
            throw TestFailure("cannot listen on port \(port)")
        }
        return listener
    }

    static func end(_ socket: Int32) { close(socket) }

    /// Sends all; false when the other side is gone.
    static func send(_ socket: Int32, _ bytes: some Sequence<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Whether the other side has closed, without waiting.
    static func isClosed(_ socket: Int32) -> Bool {
        var byte: UInt8 = 0
        let flags = Int32(MSG_DONTWAIT)
        while true {
            let count = recv(socket, &byte, 1, flags)
            if count > 0 { continue }
            return count == 0 || (errno != EAGAIN && errno != EINTR)
        }
    }
}
