import Glibc

/// An address of the internet protocol and a TCP port.
package enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address with its first byte highest.
    case ipv4(UInt32, port: UInt16)
    /// The address in two halves, first byte highest; the scope is an interface's number, or 0.
    case ipv6(high: UInt64, low: UInt64, scope: UInt32, port: UInt16)

    /// The TCP port.
    package var port: UInt16 {
        switch self {
        case .ipv4(_, let port): port
        case .ipv6(_, _, _, let port): port
        }
    }

    /// `192.0.2.1:7625` or `[2001:db8::1]:7625`.
    package var description: String {
        // The longest IPv6 text has 45 bytes, an interface's name 15.
        let host = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 80) { buffer in
            let result = withSystemAddress { address, length in
                getnameinfo(
                    address,
                    length,
                    buffer.baseAddress,
                    socklen_t(buffer.count),
                    nil,
                    0,
                    NI_NUMERICHOST
                )
            }
            guard result == 0, let base = buffer.baseAddress else { return "?" }
            return String(cString: base)
        }
        return switch self {
        case .ipv4: "\(host):\(port)"
        case .ipv6: "[\(host)]:\(port)"
        }
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool {
        switch self {
        case .ipv4(let address, _): address >> 24 == 127
        case .ipv6(let high, let low, _, _): high == 0 && low == 1
        }
    }
}

extension SocketAddress {
    var family: Int32 {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        }
    }

    /// What the system gives; nil for an address of another family.
    init?(_ storage: sockaddr_storage) {
        let address: SocketAddress? = withUnsafeBytes(of: storage) { bytes in
            switch Int32(storage.ss_family) {
            case AF_INET:
                let ip = bytes.loadUnaligned(as: sockaddr_in.self)
                return .ipv4(
                    UInt32(bigEndian: ip.sin_addr.s_addr),
                    port: UInt16(bigEndian: ip.sin_port)
                )
            case AF_INET6:
                let ip = bytes.loadUnaligned(as: sockaddr_in6.self)
                let (high, low) = withUnsafeBytes(of: ip.sin6_addr) {
                    (
                        UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                        UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                    )
                }
                return .ipv6(
                    high: high,
                    low: low,
                    scope: ip.sin6_scope_id,
                    port: UInt16(bigEndian: ip.sin6_port)
                )
            default: return nil
            }
        }
        guard let address else { return nil }
        self = address
    }

    /// Calls `body` with the address as system calls take it.
    func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result
    {
        switch self {
        case .ipv4(let address, let port):
            var ip = sockaddr_in()
            ip.sin_family = sa_family_t(AF_INET)
            ip.sin_port = port.bigEndian
            ip.sin_addr.s_addr = address.bigEndian
            return withGeneric(&ip, body)
        case .ipv6(let high, let low, let scope, let port):
            var ip = sockaddr_in6()
            ip.sin6_family = sa_family_t(AF_INET6)
            ip.sin6_port = port.bigEndian
            ip.sin6_scope_id = scope
            withUnsafeMutableBytes(of: &ip.sin6_addr) {
                $0.storeBytes(of: high.bigEndian, as: UInt64.self)
                $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return withGeneric(&ip, body)
        }
    }
}

/// Calls `body` with a family's address under the type that system calls take.
func withGeneric<Address, Result>(
    _ address: inout Address,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<Address>.size))
        }
    }
}
