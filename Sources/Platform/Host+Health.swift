import CLinux
import Core
import Glibc

extension Host {
    /// The kernel's version ("6.1.0-30-amd64").
    package static var kernel: String {
        SmallFile.lines("/proc/sys/kernel/osrelease", limit: 256).first.map(String.init) ?? ""
    }

    /// Whether the kernel has what is needed: openat2(2), of 5.6.
    package static func isRecent(kernel: String) -> Bool {
        let numbers = kernel.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (5, 6)
    }

    /// Whether the clock is kept right by somebody (adjtimex(2)); nil where the kernel does not say.
    package static var isClockSynchronized: Bool? {
        let state = tailship_clock_is_synchronized()
        return state < 0 ? nil : state == 1
    }

    /// A number of /proc/sys; nil when it is not there.
    package static func kernelSetting(_ name: String) -> Int? {
        SmallFile.lines(BytePath("/proc/sys/\(name)"), limit: 64).first.flatMap { Int($0) }
    }

    /// Descriptors that this process may open at most.
    package static var descriptorLimit: UInt64 {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0 else {
            return 0
        }
        return UInt64(limit.rlim_max)
    }

    /// Bytes and names that an ordinary user may still take on the file system of `path`.
    package static func room(_ path: BytePath) -> (bytes: UInt64, names: UInt64)? {
        var facts = statvfs()
        guard path.withSystemPath({ statvfs($0, &facts) }) == 0 else { return nil }
        // File systems without a table of names say 0 of 0.
        let names = facts.f_files == 0 ? UInt64.max : UInt64(facts.f_favail)
        return (UInt64(facts.f_bavail) * UInt64(facts.f_frsize), names)
    }

    /// Whether this user may read the path, and for folders enter it.
    package static func mayRead(_ path: BytePath, folder: Bool) -> Bool {
        path.withSystemPath { faccessat(AT_FDCWD, $0, folder ? R_OK | X_OK : R_OK, AT_EACCESS) }
            == 0
    }

    /// Whether this user may make names in the folder.
    package static func mayWrite(_ folder: BytePath) -> Bool {
        folder.withSystemPath { faccessat(AT_FDCWD, $0, W_OK | X_OK, AT_EACCESS) } == 0
    }

    /// The absolute path without symbolic links; nil when it is not there.
    package static func realPath(_ path: BytePath) -> BytePath? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4097) { buffer in
            guard let base = buffer.baseAddress,
                path.withSystemPath({ tailship_real_path($0, base, buffer.count) }) == 0
            else { return nil }
            return BytePath(UnsafeRawBufferPointer(buffer).prefix { $0 != 0 })
        }
    }
}
