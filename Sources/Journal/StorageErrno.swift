/// The error numbers of Linux that storage tells apart.
package enum StorageErrno {
    /// ENOENT: nothing is there.
    package static let noEntry: Int32 = 2
    /// EIO: the disk failed.
    package static let inputOutput: Int32 = 5
    /// EACCES: not permitted.
    package static let accessDenied: Int32 = 13
    /// EEXIST: the name is taken.
    package static let exists: Int32 = 17
    /// ENOTDIR: a file stands where a folder should be.
    package static let notDirectory: Int32 = 20
    /// EISDIR: a folder stands where a file should be.
    package static let isDirectory: Int32 = 21
    /// EINVAL: the file system refuses the name or the call.
    package static let invalid: Int32 = 22
    /// ENOSPC: the disk is full.
    package static let noSpace: Int32 = 28
    /// EROFS: mounted read-only.
    package static let readOnly: Int32 = 30
    /// ENAMETOOLONG: a name or the path is too long.
    package static let nameTooLong: Int32 = 36
    /// ENOTEMPTY: the folder holds something.
    package static let notEmpty: Int32 = 39
    /// EILSEQ: the file system refuses the bytes of the name.
    package static let illegalSequence: Int32 = 84
    /// EDQUOT: the quota is used up.
    package static let quota: Int32 = 122
}
