import CLinux
import Core
import Glibc

extension FileStatus {
    /// What statx(2) told.
    init(_ facts: tailship_status) {
        self.init(
            device: facts.device,
            inode: facts.inode,
            kind: FileKind(mode: facts.mode),
            size: facts.size,
            modified: WallTime(nanoseconds: facts.modified),
            changed: WallTime(nanoseconds: facts.changed),
            mode: facts.mode & 0o7777,
            links: facts.links,
            owner: facts.owner
        )
    }
}

extension FileKind {
    /// - Parameter mode: as in stat(2), with the type.
    init(mode: UInt32) {
        self =
            switch mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .special
            }
    }
}
