import CLinux
import Core
import Glibc

/// Facts of the machine, the user and this process.
package enum Host {
    /// The host's name as the kernel has it.
    package static var name: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            buffer.initialize(repeating: 0)
            guard let base = buffer.baseAddress, gethostname(base, buffer.count - 1) == 0
            else { return "localhost" }
            return String(cString: base)
        }
    }

    /// The name of the user this process runs as; its number where it has no name.
    package static var userName: String { Account.current?.name ?? String(geteuid()) }

    /// `$HOME`, or else the account's home folder; nil without either.
    package static var homeDirectory: BytePath? {
        if let home = environment("HOME"), !home.isEmpty { return BytePath(home) }
        return Account.current.map { BytePath($0.home) }
    }

    /// The operating system's name and version for people ("Debian GNU/Linux 12 (bookworm)").
    package static var operatingSystem: String {
        for path: BytePath in ["/etc/os-release", "/usr/lib/os-release"] {
            for line in SmallFile.lines(path, limit: 8192) where line.hasPrefix("PRETTY_NAME=") {
                let value = line.dropFirst("PRETTY_NAME=".count)
                return String(value.drop { $0 == "\"" }.prefix { $0 != "\"" })
            }
        }
        return "Linux"
    }

    /// The machine's identity, 32 hexadecimal digits (machine-id(5)); clones of an image may share it.
    package static var machineID: String? {
        SmallFile.lines("/etc/machine-id", limit: 64).first.map(String.init)
    }

    /// Bytes of memory that this process has resident now, shared libraries counted.
    package static func residentBytes() -> UInt64 {
        // Pages: whole size, resident, …
        let fields = SmallFile.lines("/proc/self/statm", limit: 256).first?.split(separator: " ")
        guard let fields, fields.count > 1, let pages = UInt64(fields[1]) else { return 0 }
        return pages * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
    }

    /// Whether a person may be at the other end of the descriptor.
    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The variable's value; nil when it is not set.
    package static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Lets this process open as many descriptors as it may; returns how many.
    @discardableResult
    package static func raiseDescriptorLimit() -> UInt64 {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        let previous = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        return setrlimit(resource, &limit) == 0 ? UInt64(limit.rlim_cur) : UInt64(previous)
    }

    /// Leaves processor and disk to others where they want them: nice 10 and the lowest best-effort
    /// I/O level, for this thread and those it starts from now on.
    ///
    /// Refusal is no failure.
    package static func setBackgroundPriority() {
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        _ = tailship_lowest_io_priority()
    }

    /// The processors that are online, at least one.
    package static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// This process's number.
    package static var processID: Int32 { getpid() }

    /// The kind of file system that `path` is on.
    package static func fileSystemType(_ path: BytePath) throws(SystemError) -> FileSystemType {
        var facts = statfs()
        let result = systemCall { path.withSystemPath { statfs($0, &facts) } }
        try checked(result, "statfs", path.description)
        return FileSystemType(magic: UInt32(truncatingIfNeeded: facts.f_type))
    }
}
