/// A host name or address with a port.
package struct HostPort: Sendable, Hashable, CustomStringConvertible {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// The port of the receiver, where none is given.
    package static let defaultPort: UInt16 = 7625

    /// `host:port`, an IPv6 address in brackets.
    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether only this machine reaches it.
    package var isLoopback: Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host == "::1"
            || parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether the host stands for every address of the machine.
    package var isWildcard: Bool { host == "::" || host == "0.0.0.0" }

    /// Reads `host:port`, or `host` alone for agents and commands, with `defaultPort`.
    ///
    /// - Returns: nil when the text is neither.
    package init?(_ text: String, defaultPort: UInt16 = HostPort.defaultPort) {
        guard let address = try? HostPort.parse(text, defaultPort: defaultPort) else { return nil }
        self = address
    }

    /// Reads `host:port`; the default port is nil where the port must be given.
    static func parse(
        _ text: String,
        defaultPort: UInt16?
    ) throws(ValueMismatch) -> HostPort {
        let (host, portText) = try split(text)
        guard let portText else {
            guard let defaultPort else { throw ValueMismatch("the port is missing") }
            return HostPort(host: host, port: defaultPort)
        }
        let isNumber = !portText.isEmpty && portText.utf8.allSatisfy { 48...57 ~= $0 }
        guard isNumber, let port = UInt16(portText) else {
            throw ValueMismatch("the port must be a number up to 65535")
        }
        return HostPort(host: host, port: port)
    }

    private static func split(
        _ text: String
    ) throws(ValueMismatch) -> (host: String, port: Substring?) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else {
                throw ValueMismatch("\"]\" is missing")
            }
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":"), isIPv6(host) else {
                throw ValueMismatch("in brackets stands an IPv6 address")
            }
            return (host, rest.isEmpty ? nil : rest.dropFirst())
        }
        if isIPv6(text) { return (text, nil) }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty else {
            throw ValueMismatch("the host is missing")
        }
        guard isName(String(host)) else { throw ValueMismatch("the host is impossible") }
        return (String(host), parts.count == 2 ? parts[1] : nil)
    }

    private static func isIPv6(_ text: String) -> Bool {
        let address = text.prefix { $0 != "%" }
        return address.count(where: { $0 == ":" }) >= 2 && text.utf8.count <= 64
            && address.utf8.allSatisfy {
                isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
            && text.dropFirst(address.count).dropFirst().utf8.allSatisfy(isNameByte)
    }

    /// Whether `text` can be a host name or an IPv4 address (RFC 1123, and `_`, which people use).
    static func isName(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 253 else { return false }
        return text.utf8.allSatisfy(isNameByte) && !text.hasPrefix("-") && !text.hasPrefix(".")
    }

    /// Whether `text` can stand in a certificate as a name or an address.
    static func isNameOrAddress(_ text: String) -> Bool { isName(text) || isIPv6(text) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        SectionName.isBareKeyByte(byte) || byte == UInt8(ascii: ".")
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...70, 97...102: true
        default: false
        }
    }
}
