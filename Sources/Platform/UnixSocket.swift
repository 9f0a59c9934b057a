import CLinux
import Core
import Glibc

/// Stream sockets in the file system, for talking to a process of the same machine.
package enum UnixSocket {
    /// Listens at `path`, which only this user (and root) may connect to.
    ///
    /// A file that a dead process left there is removed; a living one's is not (EADDRINUSE), nor
    /// anything that is no socket (EEXIST).
    package static func listen(path: BytePath, backlog: Int) throws(SystemError) -> ListeningSocket
    {
        try removeStale(path)
        let descriptor = try StreamSocket.make(AF_UNIX, path.description)
        // bind(2) gives the file the mode of the socket: there is no moment in which others could connect.
        try checked(
            systemCall { fchmod(descriptor.rawValue, 0o600) },
            "fchmod",
            path.description
        )
        try withAddress(path, "bind") { address, length in
            systemCall { bind(descriptor.rawValue, address, length) }
        }
        return try ListeningSocket(
            bound: descriptor,
            backlog: backlog,
            subject: path.description
        )
    }

    /// Connects to the process that listens at `path`.
    package static func connect(path: BytePath) throws(SystemError) -> StreamSocket {
        let descriptor = try StreamSocket.make(AF_UNIX, path.description)
        try withAddress(path, "connect") { address, length in
            systemCall { Glibc.connect(descriptor.rawValue, address, length) }
        }
        return StreamSocket(descriptor, peer: nil, description: path.description)
    }

    /// Removes the file at `path`, if it is a socket.
    package static func remove(path: BytePath) {
        if kind(path) == S_IFSOCK { _ = path.withSystemPath { unlink($0) } }
    }

    private static func removeStale(_ path: BytePath) throws(SystemError) {
        guard let kind = kind(path) else { return }
        guard kind == S_IFSOCK else {
            try checked(-EEXIST, "bind", path.description)
            return
        }
        do {
            _ = try connect(path: path)
        } catch {
            if error.isConnectionRefused { return remove(path: path) }
            if error.isNotFound { return }
        }
        try checked(-EADDRINUSE, "bind", path.description)
    }

    /// The type bits of what stands at `path`; nil when nothing does.
    private static func kind(_ path: BytePath) -> UInt32? {
        var facts = tailship_status()
        let result = path.withSystemPath {
            tailship_status(AT_FDCWD, $0, AT_SYMLINK_NOFOLLOW, &facts)
        }
        return result == 0 ? facts.mode & S_IFMT : nil
    }

    /// Calls `body` with the address of `path`.
    ///
    /// One that is too long for an address (107 bytes) is reached through the descriptor of its
    /// folder.
    private static func withAddress(
        _ path: BytePath,
        _ call: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SystemError) {
        if let address = UnixAddress(path) {
            try checked(address.withSystemAddress(body), call, path.description)
            return
        }
        let flags = tailship_o_path | O_DIRECTORY | O_CLOEXEC
        let parent = path.parent.isEmpty ? "." : path.parent
        let folder = FileDescriptor(
            owning: try checked(
                systemCall { parent.withSystemPath { open($0, flags) } },
                call,
                path.description
            )
        )
        let short = BytePath("/proc/self/fd/\(folder.rawValue)").appending(path.lastComponent)
        guard let address = UnixAddress(short) else {
            throw SystemError(errno: ENAMETOOLONG, call: call, path: path)
        }
        try checked(address.withSystemAddress(body), call, path.description)
    }
}
