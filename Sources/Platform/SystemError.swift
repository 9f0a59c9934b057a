import CLinux
import Core
import Glibc

/// A system call that failed: which one, on what, and with which errno.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The number that the call left (errno(3)).
    package let errno: Int32
    /// The call's name as in its manual page.
    package let call: String
    /// What it was applied to, for people; empty when there is nothing to name.
    package let subject: String

    /// An error of a call on something that has a name for people.
    package init(errno: Int32, call: String, subject: String = "") {
        self.errno = errno
        self.call = call
        self.subject = subject
    }

    /// An error of a call on a path.
    package init(errno: Int32, call: String, path: BytePath) {
        self.init(errno: errno, call: call, subject: path.description)
    }
}

extension SystemError {
    /// The call, its subject and the error: `open /x/y: Permission denied (EACCES)`.
    package var description: String {
        (subject.isEmpty ? call : call + " " + subject) + ": " + reason
    }

    /// The error alone: `Permission denied (EACCES)`.
    package var reason: String {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            buffer.initialize(repeating: 0)
            guard let base = buffer.baseAddress else { return "" }
            // Fails for a number without a meaning, and says that it has none.
            _ = strerror_r(errno, base, buffer.count - 1)
            return String(cString: base)
        }
        let name = tailship_error_name(errno).map { String(cString: $0) } ?? "errno \(errno)"
        return text + " (" + name + ")"
    }
}

extension SystemError {
    /// Nothing is there (ENOENT).
    package var isNotFound: Bool { errno == ENOENT }
    /// Something is there already (EEXIST, ENOTEMPTY).
    package var isExisting: Bool { errno == EEXIST || errno == ENOTEMPTY }
    /// The disk or the user's quota is full (ENOSPC, EDQUOT); the watch limit is not meant.
    package var isDiskFull: Bool { !isWatchLimit && (errno == ENOSPC || errno == EDQUOT) }
    /// This user may not (EACCES, EPERM).
    package var isPermission: Bool { errno == EACCES || errno == EPERM }
    /// The file system is mounted for reading only (EROFS).
    package var isReadOnly: Bool { errno == EROFS }
    /// A link or rename would leave its file system (EXDEV).
    package var isCrossDevice: Bool { errno == EXDEV }
    /// The file has as many links as its file system allows (EMLINK).
    package var isLinkLimit: Bool { errno == EMLINK }
    /// What was to be opened is a folder, fifo, socket or device (EISDIR, ENOTSUP).
    package var isNotRegular: Bool { errno == EISDIR || errno == ENOTSUP }
    /// A folder stands where a file should be (EISDIR).
    package var isDirectory: Bool { errno == EISDIR }
    /// The file system takes no such name: its length, its bytes (ENAMETOOLONG, EINVAL, EILSEQ).
    package var isNameRefused: Bool {
        errno == ENAMETOOLONG || errno == EINVAL || errno == EILSEQ
    }
    /// A part of the path that should be a folder is none (ENOTDIR).
    package var isNotDirectory: Bool { errno == ENOTDIR }
    /// A symbolic link stands where none may be followed, or links form a loop (ELOOP).
    package var isLinkRefused: Bool { errno == ELOOP }
    /// The process or the system has no descriptor left (EMFILE, ENFILE).
    package var isDescriptorLimit: Bool { errno == EMFILE || errno == ENFILE }
    /// No inotify watch or instance is left for this user (fs.inotify.max_user_watches).
    package var isWatchLimit: Bool {
        errno == ENOSPC && call == "inotify_add_watch"
            || errno == EMFILE && call == "inotify_init1"
    }
    /// The device failed to read or write (EIO).
    package var isInputOutput: Bool { errno == EIO }
    /// Nobody listens there (ECONNREFUSED).
    package var isConnectionRefused: Bool { errno == ECONNREFUSED }
    /// Somebody listens there already (EADDRINUSE).
    package var isAddressInUse: Bool { errno == EADDRINUSE }
}
