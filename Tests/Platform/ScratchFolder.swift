import Core
import Glibc
import Platform

/// A folder of one test, removed with all it holds at the end.
final class ScratchFolder {
    let path: BytePath

    init() {
        path = BytePath("/tmp/tailship-platform-\(getpid())-\(Entropy.uint64())")
        mkdir(path.description, 0o700)
    }

    deinit { Self.remove(path.description) }

    /// The whole path of a name in it.
    func at(_ name: BytePath) -> BytePath { path.appending(name) }

    /// As `at`, for system calls; only for names that are text.
    func text(_ name: String) -> String { at(BytePath(name)).description }

    func disk(_ links: LinkPolicy = .refuse) throws -> LinuxDisk {
        try LinuxDisk(root: path, links: links)
    }

    /// Writes a file by way of a disk.
    func write(_ name: BytePath, _ content: String) throws {
        try disk().open(name, .create).write(Array(content.utf8))
    }

    private static func remove(_ path: String) {
        guard let folder = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(folder) {
            let length = strlen(entryName(entry))
            let name = [UInt8](UnsafeRawBufferPointer(start: entryName(entry), count: length))
            if name == [46] || name == [46, 46] { continue }
            var whole = Array(path.utf8) + [47] + name + [0]
            whole.withUnsafeMutableBytes { bytes in
                guard let text = bytes.assumingMemoryBound(to: CChar.self).baseAddress else {
                    return
                }
                var facts = stat()
                lstat(text, &facts)
                if facts.st_mode & S_IFMT == S_IFDIR {
                    remove(String(cString: text))
                } else {
                    unlink(text)
                }
            }
        }
        closedir(folder)
        rmdir(path)
    }

    private static func entryName(_ entry: UnsafeMutablePointer<dirent>) -> UnsafePointer<CChar> {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        return UnsafePointer(
            UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        )
    }
}

extension DiskFile {
    func write(_ bytes: [UInt8], at offset: UInt64 = 0) throws {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try write(bytes, at: offset) }
        }
        try result.get()
    }

    /// Up to `count` bytes at `offset`.
    func read(_ count: Int, at offset: UInt64 = 0) throws -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        return Array(buffer[..<(try read(into: buffer, at: offset))])
    }
}
