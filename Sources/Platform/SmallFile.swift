import Core
import Glibc

/// Whole small files of the system, as in /proc and /etc.
enum SmallFile {
    /// The first `limit` bytes of the file; nil when it cannot be read.
    static func read(_ path: BytePath, limit: Int) -> [UInt8]? {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let opened = systemCall { path.withSystemPath { open($0, flags) } }
        guard opened >= 0 else { return nil }
        let descriptor = FileDescriptor(owning: opened)
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            while count < limit {
                let rest = UnsafeMutableBufferPointer(rebasing: buffer[count..<limit])
                let result = systemCall {
                    Glibc.read(descriptor.rawValue, rest.baseAddress, rest.count)
                }
                failed = result < 0
                if result <= 0 { return }
                count += result
            }
        }
        return failed ? nil : bytes
    }

    /// The lines of `read`, without their ends.
    static func lines(_ path: BytePath, limit: Int) -> [Substring] {
        String(decoding: read(path, limit: limit) ?? [], as: UTF8.self)
            .split(separator: "\n")
    }
}
