import Core
import Glibc

/// Whom a file belongs to, and who a process of root can become.
package struct Owner: Sendable, Hashable {
    /// The user's number; 0 is root.
    package let user: UInt32
    /// The group's number.
    package let group: UInt32

    private init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }

    package var isRoot: Bool { user == 0 }

    /// Whom this process acts for.
    package static var current: Owner { Owner(user: geteuid(), group: getegid()) }

    /// Whose `path` is, symbolic links followed; nil when nothing is there.
    package static func of(_ path: BytePath) throws(SystemError) -> Owner? {
        var facts = stat()
        let result = systemCall { path.withSystemPath { stat($0, &facts) } }
        if result == -ENOENT || result == -ENOTDIR { return nil }
        try checked(result, "stat", path.description)
        return Owner(user: facts.st_uid, group: facts.st_gid)
    }

    /// The user of this name in /etc/passwd; nil without one.
    package static func named(_ name: String) -> Owner? {
        for line in SmallFile.lines("/etc/passwd", limit: 256 * 1024) {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 7, fields[0] == name, let user = UInt32(fields[2]),
                let group = UInt32(fields[3])
            else { continue }
            return Owner(user: user, group: group)
        }
        return nil
    }

    /// Gives a folder to this owner; for root.
    package func take(_ path: BytePath) throws(SystemError) {
        let result = systemCall { path.withSystemPath { chown($0, user, group) } }
        try checked(result, "chown", path.description)
    }

    /// Lets this process of root go on as this owner for good, in its group alone.
    ///
    /// What is open stays open.
    package func become() throws(SystemError) {
        var groups = [group]
        try checked(systemCall { setgroups(groups.count, &groups) }, "setgroups")
        // Of root, both set the saved numbers too.
        try checked(systemCall { setgid(group) }, "setgid")
        try checked(systemCall { setuid(user) }, "setuid")
    }
}
