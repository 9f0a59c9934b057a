import Core
import Glibc

/// The account of the user this process runs as.
struct Account {
    let name: String
    let home: String

    /// From /etc/passwd (name, password, user, group, comment, home, shell), and only if it is not
    /// there from the name services, whose libraries stay in memory once loaded.
    ///
    /// Nil for a nameless user.
    static var current: Account? {
        let user = geteuid()
        for line in SmallFile.lines("/etc/passwd", limit: 256 * 1024) {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count == 7, UInt32(fields[2]) == user {
                return Account(name: String(fields[0]), home: String(fields[5]))
            }
        }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16 * 1024) { buffer in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard let base = buffer.baseAddress,
                getpwuid_r(user, &entry, base, buffer.count, &found) == 0, let found,
                let name = found.pointee.pw_name,
                let home = found.pointee.pw_dir
            else { return nil }
            return Account(name: String(cString: name), home: String(cString: home))
        }
    }
}
