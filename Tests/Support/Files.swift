import Core
import Glibc

/// Files as a session's tool writes them: real system calls on names of any bytes.
package enum Files {
    package static func makeFolder(_ path: BytePath) throws {
        var folder = BytePath("/")
        for part in path.components {
            folder = folder.appending(part)
            if folder.withCString({ mkdir($0, 0o755) }) != 0, errno != EEXIST {
                throw failure("make", folder)
            }
        }
    }

    /// Writes a file anew, in place where it exists.
    package static func write(_ path: BytePath, _ bytes: some Collection<UInt8>) throws {
        try makeFolder(path.parent)
        try put(path, O_WRONLY | O_CREAT | O_TRUNC, Array(bytes), at: nil)
    }

    package static func write(_ path: BytePath, _ text: String) throws {
        try write(path, text.utf8)
    }

    package static func append(_ path: BytePath, _ bytes: some Collection<UInt8>) throws {
        try put(path, O_WRONLY | O_CREAT | O_APPEND, Array(bytes), at: nil)
    }

    package static func append(_ path: BytePath, _ text: String) throws {
        try append(path, text.utf8)
    }

    /// Writes in the midst of a file.
    package static func overwrite(_ path: BytePath, at offset: Int, _ bytes: [UInt8]) throws {
        try put(path, O_WRONLY, bytes, at: offset)
    }

    package static func flipBit(_ path: BytePath, at offset: Int) throws {
        let content = try read(path)
        guard offset < content.count else { throw TestFailure("\(path) is too short") }
        try overwrite(path, at: offset, [content[offset] ^ 0x10])
    }

    package static func truncate(_ path: BytePath, to size: Int = 0) throws {
        guard path.withCString({ Glibc.truncate($0, size) }) == 0 else {
            throw failure("truncate", path)
        }
    }

    package static func rename(_ old: BytePath, _ new: BytePath) throws {
        let status = old.withCString { old in new.withCString { Glibc.rename(old, $0) } }
        guard status == 0 else { throw failure("rename", old) }
    }

    package static func remove(_ path: BytePath) throws {
        guard path.withCString({ unlink($0) }) == 0 else { throw failure("remove", path) }
    }

    package static func link(_ path: BytePath, to target: BytePath) throws {
        let status = target.withCString { target in path.withCString { symlink(target, $0) } }
        guard status == 0 else { throw failure("make the link", path) }
    }

    package static func makePipe(_ path: BytePath) throws {
        guard path.withCString({ mkfifo($0, 0o644) }) == 0 else { throw failure("make", path) }
    }

    package static func setMode(_ path: BytePath, _ mode: mode_t) throws {
        guard path.withCString({ chmod($0, mode) }) == 0 else { throw failure("chmod", path) }
    }

    package static func setOwner(_ path: BytePath, _ user: uid_t) throws {
        guard path.withCString({ lchown($0, user, user) }) == 0 else {
            throw failure("chown", path)
        }
    }

    package static func exists(_ path: BytePath) -> Bool {
        var facts = stat()
        return path.withCString { lstat($0, &facts) } == 0
    }

    package static func size(_ path: BytePath) -> Int {
        var facts = stat()
        return path.withCString { lstat($0, &facts) } == 0 ? Int(facts.st_size) : -1
    }

    package static func read(_ path: BytePath) throws -> [UInt8] {
        let file = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
        guard file >= 0 else { throw failure("read", path) }
        defer { close(file) }
        var content: [UInt8] = []
        while true {
            let part = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
                count = max(0, Glibc.read(file, buffer.baseAddress, buffer.count))
            }
            if part.isEmpty { return content }
            content += part
        }
    }

    package static func text(_ path: BytePath) -> String {
        String(decoding: (try? read(path)) ?? [], as: UTF8.self)
    }

    private static func put(
        _ path: BytePath,
        _ flags: Int32,
        _ bytes: [UInt8],
        at offset: Int?
    ) throws {
        let file = path.withCString { open($0, flags | O_CLOEXEC, 0o644) }
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        if let offset { lseek(file, offset, SEEK_SET) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ what: String, _ path: BytePath) -> TestFailure {
        TestFailure("cannot \(what) \(path): \(String(cString: strerror(errno)))")
    }
}

extension BytePath {
    /// The path as system calls want it.
    package func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes + [0]).withUnsafeBytes { bytes in
            guard let start = bytes.bindMemory(to: CChar.self).baseAddress else {
                preconditionFailure("there is a zero at least")
            }
            return body(start)
        }
    }
}
