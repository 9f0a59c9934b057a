import Core
import Glibc

/// The address of a Unix socket: a path, or behind "@" a name in the kernel's abstract space.
struct UnixAddress {
    private var address = sockaddr_un()
    private let length: socklen_t

    /// Nil for a path of more than 107 bytes, an empty one, or one with a NUL in it.
    init?(_ path: BytePath) {
        let bytes = path.bytes
        let space = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty, bytes.count < space, !bytes.contains(0) else { return nil }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: bytes)
            if isAbstract { target[0] = 0 }
        }
        // An abstract name ends with the address, a path with its NUL.
        let header = MemoryLayout<sockaddr_un>.size - space
        length = socklen_t(header + bytes.count + (isAbstract ? 0 : 1))
    }

    func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result
    {
        var address = address
        return withGeneric(&address) { generic, _ in body(generic, length) }
    }
}
