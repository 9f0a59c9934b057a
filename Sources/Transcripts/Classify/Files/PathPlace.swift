/// The beginning of a path, which tells where in the file system it leads.
struct PathStart {
    /// More than any place has.
    static let longest = 48

    /// At most `longest` bytes.
    private let text: TextBytes
    /// Whether there is no more of the path.
    private let isWhole: Bool
    private let hasDots: Bool

    /// The beginning of a whole path.
    init(_ path: TextBytes) {
        text = path.upTo(PathStart.longest)
        isWhole = path.count <= PathStart.longest
        hasDots = PathStart.mayBeAbsolute(path) && path.has("..")
    }

    /// The beginning of a path of `count` bytes, which has ".." somewhere or not.
    init(_ text: TextBytes, _ count: Int, hasDots: Bool) {
        self.text = text
        isWhole = text.count == count
        self.hasDots = hasDots
    }

    private static let slash = ByteSet("/")
    private static let signs = ByteSet("/$%")
    private static let letters = ByteSet("cChHrR")
    private static let system: [StaticString] = [
        "/etc", "/usr", "/boot", "/sys", "/lib", "/lib64", "/bin", "/sbin", "/proc", "/dev", "/var",
        "/opt", "/root", "/run", "/system", "/library", "/private/etc", "/private/var",
        "/applications",
    ]
    private static let harmlessDevices: [StaticString] = [
        "/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty", "/dev/zero",
        "/dev/urandom", "/dev/random",
    ]
    private static let windows: [StaticString] = [
        "c:\\windows", "c:/windows", "c:\\program files", "c:/program files", "c:\\programdata",
        "hklm", "hkcu", "hkey_", "%systemroot%", "%windir%", "registry::",
    ]
    private static let temporary: [StaticString] = [
        "/tmp", "/var/tmp", "/private/tmp", "/private/var/folders", "/var/folders", "/dev/shm",
        "$tmpdir", "${tmpdir}", "$tmp", "${tmp}", "$temp", "${temp}", "%temp%", "%tmp%",
        "$env:temp", "${runner_temp}", "$runner_temp",
    ]

    /// Whether it belongs to the operating system: its programs, its settings, its devices, the registry.
    var isSystem: Bool {
        guard PathStart.mayBeAbsolute(text), !isTemporary else { return false }
        guard text[0] == UInt8(ascii: "/") else { return begins(withOneOf: PathStart.windows) }
        if begins("/dev/") {
            return !begins("/dev/fd/") && !PathStart.harmlessDevices.contains(where: equals)
        }
        // Homes and what is installed by hand live there on some systems.
        if begins("/usr/local/") {
            return begins("/usr/local/bin") || begins("/usr/local/etc") || begins("/usr/local/lib")
        }
        if begins("/var/www/") || begins("/opt/homebrew/") { return false }
        return PathStart.system.contains { isIn($0, separators: PathStart.slash) }
            || begins("/mnt/c/windows")
    }

    /// Whether what is there is meant to go.
    var isTemporary: Bool {
        guard PathStart.mayBeAbsolute(text), !hasDots else { return false }
        return PathStart.temporary.contains { isIn($0, separators: .slashes) }
    }

    /// Whether it begins as any of the places does: a slash, a variable, a drive or a key of the registry.
    private static func mayBeAbsolute(_ path: TextBytes) -> Bool {
        guard let first = path.first else { return false }
        return signs.contains(first) || letters.contains(first) && path.count > 3
    }

    private func begins(_ place: StaticString) -> Bool { text.hasIgnoringCase(place, at: 0) }

    private func begins(withOneOf places: [StaticString]) -> Bool { places.contains(where: begins) }

    private func equals(_ place: StaticString) -> Bool {
        isWhole && text.count == place.utf8CodeUnitCount && begins(place)
    }

    private func isIn(_ place: StaticString, separators: ByteSet) -> Bool {
        guard begins(place) else { return false }
        let length = place.utf8CodeUnitCount
        return text.count == length ? isWhole : separators.contains(text[length])
    }
}

/// Where in the file system a path leads, by its text alone.
enum PathPlace {
    /// Whether it belongs to the operating system.
    static func isSystem(_ path: TextBytes) -> Bool { PathStart(path).isSystem }
}
