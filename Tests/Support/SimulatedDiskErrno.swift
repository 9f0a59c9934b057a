/// The error numbers of Linux that a simulated disk gives.
package enum SimulatedDiskErrno {
    /// ENOENT: nothing is there.
    package static let noEntry: Int32 = 2
    /// EIO: the disk failed.
    package static let inputOutput: Int32 = 5
    /// EBADF: not open for this.
    package static let badDescriptor: Int32 = 9
    /// EACCES: not permitted.
    package static let accessDenied: Int32 = 13
    /// EEXIST: the name is taken.
    package static let exists: Int32 = 17
    /// EXDEV: the path leaves the root.
    package static let crossDevice: Int32 = 18
    /// ENOTDIR: a file stands where a folder should be.
    package static let notDirectory: Int32 = 20
    /// EISDIR: a folder stands where a file should be.
    package static let isDirectory: Int32 = 21
    /// EINVAL: the file system refuses the name or the call.
    package static let invalid: Int32 = 22
    /// ENOSPC: the disk is full.
    package static let noSpace: Int32 = 28
    /// ENAMETOOLONG: a name or the path is too long.
    package static let nameTooLong: Int32 = 36
    /// ENOTEMPTY: the folder holds something.
    package static let notEmpty: Int32 = 39
    /// ELOOP: a symbolic link where none is followed.
    package static let tooManyLinks: Int32 = 40
}
