import Core
import Glibc

/// A lock that one process at a time holds, and that ends with it however it ends.
///
/// The lock is flock(2) on a file that stays; its content, the holder's process number in decimal and a
/// newline, is only for people.
package final class FileLock: Sendable {
    private let descriptor: FileDescriptor

    private init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Takes the lock of the file at `path`; nil while somebody else has it.
    ///
    /// A missing file is made (mode 0644). Another user's serves too: reading it is enough to lock it.
    /// It is given back with the last reference.
    package static func tryAcquire(_ path: BytePath) throws(SystemError) -> FileLock? {
        let flags = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK
        var opened = systemCall {
            path.withSystemPath { open($0, flags | O_RDWR | O_CREAT, 0o644 as mode_t) }
        }
        let isForeign = opened == -EACCES
        if isForeign {
            opened = systemCall { path.withSystemPath { open($0, flags | O_RDONLY) } }
        }
        let descriptor = FileDescriptor(
            owning: try checked(opened, "open", path.description)
        )
        let locked = systemCall { flock(descriptor.rawValue, LOCK_EX | LOCK_NB) }
        if locked == -EWOULDBLOCK { return nil }
        try checked(locked, "flock", path.description)
        guard !isForeign else { return FileLock(descriptor) }
        let text = Array("\(getpid())\n".utf8)
        try checked(
            systemCall { ftruncate(descriptor.rawValue, 0) },
            "ftruncate",
            path.description
        )
        try checked(
            systemCall { pwrite(descriptor.rawValue, text, text.count, 0) },
            "pwrite",
            path.description
        )
        return FileLock(descriptor)
    }

    /// The process number that the lock's last holder wrote, for a message.
    package static func holder(_ path: BytePath) -> Int32? {
        guard let bytes = SmallFile.read(path, limit: 32) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
