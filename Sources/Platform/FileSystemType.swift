/// A kind of file system, as far as it matters: whether inotify sees all that happens there.
package struct FileSystemType: Sendable, Hashable {
    /// The number of statfs(2) (linux/magic.h).
    package let magic: UInt32

    /// The kind with this number.
    package init(magic: UInt32) { self.magic = magic }

    /// Its name where others may write to it unseen: over a network, from a virtual machine's host,
    /// or through FUSE, of which one cannot know.
    ///
    /// Nil for a local one.
    package var remoteName: String? {
        switch magic {
        case 0x6969: "NFS"
        case 0xff53_4d42, 0xfe53_4d42, 0x517b: "SMB"
        case 0x6573_5546: "FUSE"
        case 0x0102_1997: "9p"
        case 0x5346_414f, 0x6b41_4653: "AFS"
        case 0x00c3_6400: "Ceph"
        case 0x7375_7245: "Coda"
        case 0x0bd0_0bd0: "Lustre"
        case 0x0116_1970: "GFS2"
        case 0x7461_636f: "OCFS2"
        case 0x4750_4653: "GPFS"
        case 0x786f_4256: "VirtualBox shared folder"
        case 0xbacb_acbc: "VMware shared folder"
        case 0x7c7c_6673: "Parallels shared folder"
        default: nil
        }
    }

    /// Whether others may write to it without inotify telling.
    package var isRemote: Bool { remoteName != nil }
}
