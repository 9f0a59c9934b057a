import Core

/// What a name in a folder stands for.
package enum FileKind: Sendable, Hashable {
    case regular
    case directory
    case symbolicLink
    /// A fifo, socket or device: never opened.
    case special
}

/// The facts of one file, as `statx` gives them.
package struct FileStatus: Sendable, Hashable {
    package var device: UInt64
    package var inode: UInt64
    package var kind: FileKind
    /// Bytes.
    package var size: UInt64
    package var modified: WallTime
    package var changed: WallTime
    /// Permission bits only.
    package var mode: UInt32
    package var links: UInt64
    package var owner: UInt32

    package init(
        device: UInt64,
        inode: UInt64,
        kind: FileKind,
        size: UInt64,
        modified: WallTime,
        changed: WallTime,
        mode: UInt32,
        links: UInt64,
        owner: UInt32
    ) {
        self.device = device
        self.inode = inode
        self.kind = kind
        self.size = size
        self.modified = modified
        self.changed = changed
        self.mode = mode
        self.links = links
        self.owner = owner
    }
}

/// One name in a folder.
package struct DirectoryEntry: Sendable, Hashable {
    package var name: BytePath
    package var kind: FileKind

    package init(name: BytePath, kind: FileKind) {
        self.name = name
        self.kind = kind
    }
}

/// How a file is opened.
package enum OpenMode: Sendable, Hashable {
    /// Reading, the file must be there.
    case read
    /// Reading and writing, the file must be there.
    case update
    /// Reading and writing, made if it is missing.
    case create
    /// Reading and writing, it must not be there yet.
    case createNew
}

/// Bytes of a file system in all and free to an ordinary user.
package struct DiskSpace: Sendable, Hashable {
    package var total: UInt64
    package var available: UInt64

    package init(total: UInt64, available: UInt64) {
        self.total = total
        self.available = available
    }
}

/// An open file; the last reference closes it.
package protocol DiskFile: AnyObject {
    /// Reads up to `buffer.count` bytes at `offset`; fewer only at the end of the file (0 at or beyond it).
    func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    ) throws(SystemError)
        -> Int
    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemError)
    /// Writes the buffers one after another at `offset` (one `pwritev` where the system has it).
    func write(gathering buffers: [UnsafeRawBufferPointer], at offset: UInt64) throws(SystemError)
    /// Makes what was written durable, with the size (`fdatasync`). After a failure nothing written
    /// since the last success may be believed to be on the disk.
    func synchronize() throws(SystemError)
    func truncate(to size: UInt64) throws(SystemError)
    func status() throws(SystemError) -> FileStatus
}

/// The file system seam: everything durable goes through it, so that tests can take its place.
///
/// Paths are relative to the disk's root folder. A disk never leaves its root: ".." and symbolic links
/// in a path are refused (`openat2` with `RESOLVE_BENEATH`), unless it was opened to follow links.
package protocol Disk: AnyObject, Sendable {
    func open(_ path: BytePath, _ mode: OpenMode) throws(SystemError) -> any DiskFile
    /// The facts of what `path` names, a symbolic link itself not followed; nil when nothing is there.
    func status(_ path: BytePath) throws(SystemError) -> FileStatus?
    /// As `status`, with a last symbolic link followed.
    func statusFollowingLinks(_ path: BytePath) throws(SystemError) -> FileStatus?
    /// Makes the folder and those above it; one that is there already is no error.
    func makeDirectories(_ path: BytePath) throws(SystemError)
    /// Makes the names in the folder durable (`fsync` on the folder).
    func synchronizeDirectory(_ path: BytePath) throws(SystemError)
    /// Makes everything durable that was written to the disk's file system before, by whomever (`syncfs`).
    /// After a failure nothing since the last success may be believed to be on the disk.
    func synchronizeAll() throws(SystemError)
    /// The names in the folder, without "." and "..", in no order. A missing folder is an error (ENOENT).
    func list(_ path: BytePath) throws(SystemError) -> [DirectoryEntry]
    /// Removes a file (not a folder); one that is not there is no error.
    func remove(_ path: BytePath) throws(SystemError)
    /// Removes an empty folder; one that is not there is no error.
    func removeDirectory(_ path: BytePath) throws(SystemError)
    /// Renames, replacing what stood at `target`.
    func rename(_ path: BytePath, to target: BytePath) throws(SystemError)
    /// Makes a hard link; `target` must not exist (EEXIST).
    func link(_ path: BytePath, to target: BytePath) throws(SystemError)
    func space() throws(SystemError) -> DiskSpace
}
