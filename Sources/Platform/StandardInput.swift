import Glibc

/// What the caller gives the process to read.
package enum StandardInput {
    /// Its descriptor.
    package static let descriptor: Int32 = 0

    /// Everything up to its end; nil when it cannot be read, or is more than `limit` bytes.
    package static func readAll(limit: Int = 1 << 20) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = buffer.withUnsafeMutableBytes { buffer in
                systemCall { read(descriptor, buffer.baseAddress, buffer.count) }
            }
            guard count >= 0, bytes.count + count <= limit else { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// The next line without its end, at most 4 KiB; nil at the end of the input.
    package static func readLine() -> String? {
        var bytes: [UInt8] = []
        while bytes.count < 4096 {
            var byte: UInt8 = 0
            let count = systemCall { read(descriptor, &byte, 1) }
            guard count == 1 else {
                return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
