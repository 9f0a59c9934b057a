/// A name or path as the file system has it: bytes, of any encoding, without NUL.
package struct BytePath: Hashable, Sendable, Comparable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    package var bytes: [UInt8]

    /// A path of these bytes, which are not checked; see `isContained`.
    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    /// A path of the UTF-8 bytes of `text`, which are not checked either.
    package init(_ text: String) { self.bytes = Array(text.utf8) }
    /// A path that stands in the source.
    package init(stringLiteral text: String) { self.init(text) }

    package var isEmpty: Bool { bytes.isEmpty }
    package var isAbsolute: Bool { bytes.first == BytePath.slash }

    /// This path, one separator, and `name`.
    package func appending(_ name: BytePath) -> BytePath {
        guard !isEmpty else { return name }
        guard !name.isEmpty else { return self }
        return bytes.last == BytePath.slash
            ? BytePath(bytes + name.bytes) : BytePath(bytes + [BytePath.slash] + name.bytes)
    }

    /// What stands behind the last separator; the whole path when there is none.
    package var lastComponent: BytePath {
        guard let index = bytes.lastIndex(of: BytePath.slash) else { return self }
        return BytePath(bytes[(index + 1)...])
    }

    /// What stands before the last separator; empty when there is none, "/" for a child of the root.
    package var parent: BytePath {
        guard let index = bytes.lastIndex(of: BytePath.slash) else { return BytePath([]) }
        return index == 0 ? "/" : BytePath(bytes[..<index])
    }

    /// The names between separators, empty ones left out.
    package var components: [BytePath] {
        bytes.split(separator: BytePath.slash).map { BytePath($0) }
    }

    /// The path below `root`; nil when it is not below it.
    package func relative(to root: BytePath) -> BytePath? {
        var prefix = root.bytes
        if prefix.last != BytePath.slash { prefix.append(BytePath.slash) }
        guard bytes.count > prefix.count, bytes.starts(with: prefix) else { return nil }
        return BytePath(bytes[prefix.count...])
    }

    /// Whether the path names something strictly inside the folder that it is relative to:
    /// not empty, not absolute, no empty, "." or ".." component, no NUL, within the limits.
    package var isContained: Bool {
        guard !bytes.isEmpty, bytes.count <= Limits.pathBytes, !isAbsolute, !bytes.contains(0)
        else { return false }
        return bytes.split(separator: BytePath.slash, omittingEmptySubsequences: false)
            .allSatisfy { part in
                !part.isEmpty && part.count <= Limits.nameBytes
                    && !part.elementsEqual([BytePath.dot])
                    && !part.elementsEqual([BytePath.dot, BytePath.dot])
            }
    }

    /// The path as text for people: invalid UTF-8 and control characters are escaped as `\xNN`.
    package var description: String { BytePath.printable(bytes) }

    package static func < (a: BytePath, b: BytePath) -> Bool {
        a.bytes.lexicographicallyPrecedes(b.bytes)
    }

    package static let slash = UInt8(ascii: "/")
    package static let dot = UInt8(ascii: ".")

    private static func printable(_ bytes: [UInt8]) -> String {
        let plain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
        if plain, let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = ""
        for byte in bytes {
            if byte >= 0x20, byte < 0x7f {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\x" + Hex.encode([byte])
            }
        }
        return text
    }
}
