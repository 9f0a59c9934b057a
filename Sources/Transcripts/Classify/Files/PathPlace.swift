/// Where in the file system a path leads, by its text alone.
enum PathPlace {
    private static let system = [
        "/etc", "/usr", "/boot", "/sys", "/lib", "/lib64", "/bin", "/sbin", "/proc", "/dev", "/var",
        "/opt", "/root", "/run", "/system", "/library", "/private/etc", "/private/var",
        "/applications",
    ]
    private static let harmlessDevices: Set<String> = [
        "/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty", "/dev/zero",
        "/dev/urandom",
        "/dev/random",
    ]
    private static let windows = [
        "c:\\windows", "c:/windows", "c:\\program files", "c:/program files", "c:\\programdata",
        "hklm",
        "hkcu", "hkey_", "%systemroot%", "%windir%", "registry::", "/mnt/c/windows",
    ]

    /// Whether it belongs to the operating system: its programs, its settings, its devices, the registry.
    static func isSystem(_ path: String) -> Bool {
        guard mayBeAbsolute(path) else { return false }
        let path = path.lowercased()
        if isTemporary(path) || harmlessDevices.contains(path) || path.hasPrefix("/dev/fd/") {
            return false
        }
        // Homes and what is installed by hand live there on some systems.
        if path.hasPrefix("/usr/local/") || path.hasPrefix("/var/www/")
            || path.hasPrefix("/opt/homebrew/")
        {
            return path.hasPrefix("/usr/local/bin") || path.hasPrefix("/usr/local/etc")
                || path.hasPrefix("/usr/local/lib")
        }
        if system.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) { return true }
        return windows.contains { path.hasPrefix($0) }
    }

    private static let temporary = [
        "/tmp", "/var/tmp", "/private/tmp", "/private/var/folders", "/var/folders", "/dev/shm",
        "$tmpdir",
        "${tmpdir}", "$tmp", "${tmp}", "$temp", "${temp}", "%temp%", "%tmp%", "$env:temp",
        "${runner_temp}",
        "$runner_temp",
    ]

    /// Whether what is there is meant to go.
    static func isTemporary(_ path: String) -> Bool {
        guard mayBeAbsolute(path) else { return false }
        let path = path.lowercased()
        guard !path.contains("..") else { return false }
        return temporary.contains {
            path == $0 || path.hasPrefix($0 + "/") || path.hasPrefix($0 + "\\")
        }
    }

    /// Whether it begins as any of the places does: a slash, a variable, a drive or a key of the registry.
    private static func mayBeAbsolute(_ path: String) -> Bool {
        guard let first = path.utf8.first else { return false }
        return ByteSet("/$%").contains(first)
            || ByteSet("cChHrR").contains(first) && path.utf8.count > 3
    }
}
