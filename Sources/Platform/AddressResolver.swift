import Core
import Glibc

extension SocketAddress {
    /// The addresses that `host:port`, `[v6]:port`, `host` or an IPv6 address alone names, in the order of
    /// the system's preference, at least one.
    ///
    /// Numbers are read without loading the system's name services; a name may block for many seconds.
    /// Port 0, for a listener, lets the system choose.
    package static func resolve(
        _ text: String,
        defaultPort: UInt16
    ) throws(OperatorError)
        -> [SocketAddress]
    {
        let (host, port) = try split(text, defaultPort)
        var found: [SocketAddress] = []
        var code = lookUp(host, port, AI_NUMERICHOST, &found)
        if code == EAI_NONAME { code = lookUp(host, port, 0, &found) }
        guard code == 0, !found.isEmpty else {
            throw OperatorError(
                .network,
                "The host name \"\(host)\" could not be resolved",
                remedy: "Check the name and this machine's name service (getent hosts \(host))",
                cause: cause(code)
            )
        }
        return found
    }

    private static func cause(_ code: Int32) -> String {
        if code == EAI_SYSTEM { return SystemError(errno: errno, call: "getaddrinfo").description }
        return code == 0 ? "no address" : String(cString: gai_strerror(code))
    }

    private static func lookUp(
        _ host: String,
        _ port: UInt16,
        _ flags: Int32,
        _ found: inout [SocketAddress]
    ) -> Int32 {
        var hints = addrinfo()
        hints.ai_flags = flags
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { return code }
        defer { freeaddrinfo(list) }
        var next = list
        while let entry = next?.pointee {
            var storage = sockaddr_storage()
            let length = min(Int(entry.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
            if let address = entry.ai_addr { memcpy(&storage, address, length) }
            if let address = SocketAddress(storage) { found.append(address.with(port: port)) }
            next = entry.ai_next
        }
        return 0
    }

    private func with(port: UInt16) -> SocketAddress {
        switch self {
        case .ipv4(let address, _): .ipv4(address, port: port)
        case .ipv6(let high, let low, let scope, _):
            .ipv6(high: high, low: low, scope: scope, port: port)
        }
    }

    private static func split(
        _ text: String,
        _ defaultPort: UInt16
    ) throws(OperatorError)
        -> (host: String, port: UInt16)
    {
        var host = text[...]
        var port: Substring?
        if text.first == "[", let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty { port = rest.first == ":" ? rest.dropFirst() : "" }
        } else if let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        let number = port.map { digits in
            digits.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } ? UInt16(digits) : nil
        }
        guard !host.isEmpty, !host.utf8.contains(0), let number = number ?? defaultPort else {
            throw OperatorError(
                .configuration,
                "The address \"\(text)\" is none",
                remedy: "Write host:port, 192.0.2.1:\(defaultPort) or [2001:db8::1]:\(defaultPort)"
            )
        }
        return (String(host), number)
    }
}
