import CLinux
import Core
import Glibc

/// The operating system's file system below one folder.
///
/// With `LinkPolicy.refuse` a path must be empty (the root itself) or contained (`BytePath.isContained`),
/// otherwise the call fails with EINVAL; a symbolic link anywhere in it is ELOOP. The folder of a name is
/// opened with `openat2` beneath the root, and the name is used relative to that descriptor, so that
/// nobody can exchange a folder for a link in between.
///
/// Folders are made with mode 0700, files with 0600.
package final class LinuxDisk: Disk, Sendable {
    private let root: FileDescriptor
    private let rootPath: BytePath
    private let links: LinkPolicy

    /// Opens the folder `root`, which must be there; links in its own path are followed.
    package init(root path: BytePath, links: LinkPolicy) throws(SystemError) {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        let result = systemCall { path.withSystemPath { Glibc.open($0, flags) } }
        root = FileDescriptor(owning: try checked(result, "open", path.description))
        rootPath = path
        self.links = links
    }

    /// Opens a regular file; anything else at the path is refused, as it might block.
    package func open(_ path: BytePath, _ mode: OpenMode) throws(SystemError) -> any DiskFile {
        let follow = links == .follow
        let result = locate(path) { Self.openRegular($0, $1, mode, follow: follow) }
        try check(result, "open", path)
        return LinuxFile(FileDescriptor(owning: result), path: whole(path))
    }

    /// `statx` of the path itself, a last symbolic link not followed; nil when nothing is there.
    package func status(_ path: BytePath) throws(SystemError) -> FileStatus? {
        try status(path, flags: AT_SYMLINK_NOFOLLOW)
    }

    /// As `status` through a last symbolic link; ELOOP on a disk that refuses links.
    package func statusFollowingLinks(_ path: BytePath) throws(SystemError) -> FileStatus? {
        guard links == .refuse else { return try status(path, flags: 0) }
        let found = try status(path, flags: AT_SYMLINK_NOFOLLOW)
        if found?.kind == .symbolicLink { try check(-ELOOP, "statx", path) }
        return found
    }

    /// Makes missing folders with mode 0700; sync their parents to make the names durable.
    package func makeDirectories(_ path: BytePath) throws(SystemError) {
        let there = openDirectory(path, tailship_o_path)
        if there >= 0 {
            _ = FileDescriptor(owning: there)
            return
        }
        if there != -ENOENT { try check(there, "mkdir", path) }
        let flags = directoryFlags(tailship_o_path)
        var folder = FileDescriptor(owning: try check(openDirectory("", flags), "mkdir", path))
        for name in path.components {
            let parent = folder.rawValue
            let made = systemCall { name.withSystemPath { mkdirat(parent, $0, 0o700) } }
            if made != -EEXIST { try check(made, "mkdir", path) }
            let next = systemCall { name.withSystemPath { openat(parent, $0, flags) } }
            folder = FileDescriptor(owning: try check(next, "mkdir", path))
        }
    }

    /// `fsync` of the folder, which makes the names in it durable.
    package func synchronizeDirectory(_ path: BytePath) throws(SystemError) {
        let folder = FileDescriptor(
            owning: try check(openDirectory(path, O_RDONLY), "open", path)
        )
        try check(systemCall { fsync(folder.rawValue) }, "fsync", path)
    }

    /// The names in the folder by `getdents64`, unsorted; ENOENT when it is missing.
    package func list(_ path: BytePath) throws(SystemError) -> [DirectoryEntry] {
        let folder = FileDescriptor(
            owning: try check(openDirectory(path, O_RDONLY), "open", path)
        )
        var entries: [DirectoryEntry] = []
        let result = DirectoryReader.read(folder.rawValue) { entries.append($0) }
        try check(Int32(truncatingIfNeeded: result), "getdents64", path)
        return entries
    }

    /// Unlinks a file; one that is not there is no error.
    package func remove(_ path: BytePath) throws(SystemError) {
        try remove(path, flags: 0, "unlink")
    }

    /// Removes an empty folder; one that is not there is no error.
    package func removeDirectory(_ path: BytePath) throws(SystemError) {
        try remove(path, flags: AT_REMOVEDIR, "rmdir")
    }

    /// `renameat` below the root, which replaces what stood at `target`.
    package func rename(_ path: BytePath, to target: BytePath) throws(SystemError) {
        let result = locate(path) { folder, name in
            locate(target) { newFolder, newName in
                systemCall { renameat(folder, name, newFolder, newName) }
            }
        }
        try check(result, "rename", path, to: target)
    }

    /// `fchmodat` below the root: the permission bits of a file or a folder.
    package func setMode(_ path: BytePath, _ mode: UInt32) throws(SystemError) {
        let result = locate(path) { folder, name in
            systemCall { fchmodat(folder, name, mode & 0o7777, 0) }
        }
        try check(result, "chmod", path)
    }

    /// `linkat` below the root; EEXIST when something stands at `target`.
    package func link(_ path: BytePath, to target: BytePath) throws(SystemError) {
        let result = locate(path) { folder, name in
            locate(target) { newFolder, newName in
                systemCall { linkat(folder, name, newFolder, newName, 0) }
            }
        }
        try check(result, "link", path, to: target)
    }

    /// `symlinkat`: makes a symbolic link at `path`, below the root, that leads to `target` as it is written; EEXIST when
    /// something stands there.
    package func linkSymbolically(_ path: BytePath, to target: BytePath) throws(SystemError) {
        let result = locate(path) { folder, name in
            systemCall { target.withSystemPath { symlinkat($0, folder, name) } }
        }
        try check(result, "symlink", path, to: target)
    }

    /// `syncfs` on the root: an error of any write-back since the last call is told once.
    package func synchronizeAll() throws(SystemError) {
        try check(systemCall { tailship_syncfs(root.rawValue) }, "syncfs", "")
    }

    /// Bytes of the file system under the root, and those free to a user without privileges.
    package func space() throws(SystemError) -> DiskSpace {
        var facts = statvfs()
        try check(systemCall { fstatvfs(root.rawValue, &facts) }, "fstatvfs", "")
        let unit = UInt64(facts.f_frsize)
        return DiskSpace(
            total: UInt64(facts.f_blocks) &* unit,
            available: UInt64(facts.f_bavail) &* unit
        )
    }
}

extension LinuxDisk {
    private func status(_ path: BytePath, flags: Int32) throws(SystemError) -> FileStatus? {
        var facts = tailship_status()
        let result = locate(path) { folder, name in
            systemCall { tailship_status(folder, name, flags, &facts) }
        }
        if result == -ENOENT || result == -ENOTDIR { return nil }
        try check(result, "statx", path)
        return FileStatus(facts)
    }

    private func remove(_ path: BytePath, flags: Int32, _ call: String) throws(SystemError) {
        let result = locate(path) { folder, name in systemCall { unlinkat(folder, name, flags) } }
        if result != -ENOENT { try check(result, call, path) }
    }

    private func openDirectory(_ path: BytePath, _ access: Int32) -> Int32 {
        let flags = directoryFlags(access)
        return locate(path) { folder, name in systemCall { openat(folder, name, flags) } }
    }

    private func directoryFlags(_ access: Int32) -> Int32 {
        access | O_DIRECTORY | O_CLOEXEC | (links == .refuse ? O_NOFOLLOW : 0)
    }

    /// Calls `body` with an open folder and a name in it that together stand for `path`, which reaches
    /// no further than this disk allows; returns what `body` returns, or a negated errno.
    private func locate(_ path: BytePath, _ body: (Int32, UnsafePointer<CChar>) -> Int32) -> Int32 {
        let bytes: ArraySlice<UInt8>
        switch links {
        case .follow:
            bytes = path.bytes.drop { $0 == BytePath.slash }
            if bytes.contains(0) { return -EINVAL }
        case .refuse:
            bytes = path.bytes[...]
            if !path.isEmpty, !path.isContained { return -EINVAL }
        }
        if bytes.isEmpty { return body(root.rawValue, ".") }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { text in
            for (index, byte) in bytes.enumerated() { text[index] = CChar(bitPattern: byte) }
            text[bytes.count] = 0
            guard let start = text.baseAddress else { return -EINVAL }
            guard links == .refuse, let cut = bytes.lastIndex(of: BytePath.slash) else {
                return body(root.rawValue, start)
            }
            text[cut] = 0
            let flags = tailship_o_path | O_DIRECTORY | O_CLOEXEC
            let parent = systemCall { tailship_open_beneath(root.rawValue, start, flags, 0) }
            if parent < 0 { return parent }
            let folder = FileDescriptor(owning: parent)
            return body(folder.rawValue, start + cut + 1)
        }
    }

    /// Opens a regular file, and nothing else: what already stands there is looked at before it is
    /// opened (opening a device or a fifo has effects of its own), and once more afterwards.
    private static func openRegular(
        _ folder: Int32,
        _ name: UnsafePointer<CChar>,
        _ mode: OpenMode,
        follow: Bool
    ) -> Int32 {
        var facts = tailship_status()
        let look = follow ? 0 : AT_SYMLINK_NOFOLLOW
        let found = systemCall { tailship_status(folder, name, look, &facts) }
        if found == 0, mode != .createNew {
            let refusal = refusal(of: facts)
            if refusal != 0 { return refusal }
        }
        let flags = openFlags(mode) | (follow ? 0 : O_NOFOLLOW)
        let quiet = mode == .read && found == 0 && facts.owner == geteuid() ? tailship_o_noatime : 0
        var result = systemCall { openat(folder, name, flags | quiet, 0o600 as mode_t) }
        if result == -EPERM, quiet != 0 {
            result = systemCall { openat(folder, name, flags, 0o600 as mode_t) }
        }
        if result < 0 { return result }
        let opened = FileDescriptor(owning: result)
        let looked = systemCall {
            tailship_status(opened.rawValue, "", tailship_at_empty_path, &facts)
        }
        let refusal = looked < 0 ? looked : refusal(of: facts)
        return refusal < 0 ? refusal : opened.release()
    }

    private static func refusal(of facts: tailship_status) -> Int32 {
        switch FileKind(mode: facts.mode) {
        case .regular: 0
        case .directory: -EISDIR
        case .symbolicLink: -ELOOP
        case .special: -ENOTSUP
        }
    }

    private static func openFlags(_ mode: OpenMode) -> Int32 {
        let flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        return switch mode {
        case .read: flags | O_RDONLY
        case .update: flags | O_RDWR
        case .create: flags | O_RDWR | O_CREAT
        case .createNew: flags | O_RDWR | O_CREAT | O_EXCL
        }
    }

    private func whole(_ path: BytePath) -> BytePath {
        links == .follow && path.isAbsolute && rootPath == "/" ? path : rootPath.appending(path)
    }

    @discardableResult
    private func check(
        _ result: Int32,
        _ call: String,
        _ path: BytePath,
        to target: BytePath? = nil
    )
        throws(SystemError) -> Int32
    {
        try checked(
            result,
            call,
            whole(path).description + (target.map { " → " + whole($0).description } ?? "")
        )
    }
}
