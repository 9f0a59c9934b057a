/// The names that the page may be called by: a page of another name that leads here (DNS rebinding) gets nothing.
///
/// An address is always right: no other site has it as its name.
struct HostNames: Sendable {
    private let names: Set<String>

    init(_ names: [String]) {
        self.names = Set(names.map { $0.lowercased() }).union(["localhost"])
    }

    /// Whether a `Host` header is one of them, with whatever port.
    func allow(_ header: String?) -> Bool {
        guard let header, let name = HostNames.name(header) else { return false }
        return HostNames.isAddress(name) || names.contains(name)
    }

    /// The header without its port, in lower case; nil for none.
    static func name(_ header: String) -> String? {
        guard !header.isEmpty, header.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return nil
        }
        let text = header.lowercased()
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            return isPort(rest) ? String(text[...end]) : nil
        }
        let name = text.prefix { $0 != ":" }
        let rest = text.dropFirst(name.count)
        return !name.isEmpty && isPort(rest) ? String(name) : nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty
            || text.first == ":" && text.count <= 6 && text.dropFirst().allSatisfy(\.isNumber)
    }

    private static func isAddress(_ name: String) -> Bool {
        if name.first == "[" {
            return name.dropFirst().dropLast().allSatisfy { $0.isHexDigit || ":.".contains($0) }
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
