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
    private static let system = WordSet([
        "/etc", "/usr", "/boot", "/sys", "/lib", "/lib64", "/bin", "/sbin", "/proc", "/dev", "/var",
        "/opt", "/root", "/run", "/system", "/library", "/applications",
    ])
    private static let harmlessDevices = WordSet([
        "/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty", "/dev/zero",
        "/dev/urandom", "/dev/random",
    ])
    private static let windows: [StaticString] = [
        "c:\\windows", "c:/windows", "c:\\program files", "c:/program files", "c:\\programdata",
        "hklm", "hkcu", "hkey_", "%systemroot%", "%windir%", "registry::",
    ]
    private static let temporaryFolders: [StaticString] = [
        "/tmp", "/var/tmp", "/private/tmp", "/private/var/folders", "/var/folders", "/dev/shm",
    ]
    private static let temporaryVariables = WordSet([
        "$tmpdir", "${tmpdir}", "$tmp", "${tmp}", "$temp", "${temp}", "%temp%", "%tmp%",
        "$env:temp", "${runner_temp}", "$runner_temp",
    ])

    /// Whether it belongs to the operating system: its programs, its settings, its devices, the registry.
    var isSystem: Bool {
        guard PathStart.mayBeAbsolute(text) else { return false }
        guard text[0] == UInt8(ascii: "/") else {
            return PathStart.windows.contains(where: begins)
        }
        guard !isTemporary else { return false }
        // Homes and what is installed by hand live there on some systems.
        if begins("/usr/local/") {
            return begins("/usr/local/bin") || begins("/usr/local/etc") || begins("/usr/local/lib")
        }
        if begins("/var/www/") || begins("/opt/homebrew/") || begins("/dev/fd/") { return false }
        if isOne(of: PathStart.harmlessDevices) { return false }
        return beginning(before: PathStart.slash).map(PathStart.system.contains(ignoringCase:))
            == true || isIn("/private/etc", PathStart.slash)
            || isIn("/private/var", PathStart.slash)
            || begins("/mnt/c/windows")
    }

    /// Whether what is there is meant to go.
    var isTemporary: Bool {
        guard PathStart.mayBeAbsolute(text), !hasDots else { return false }
        if text[0] == UInt8(ascii: "/") {
            return PathStart.temporaryFolders.contains { isIn($0, .slashes) }
        }
        return beginning(before: .slashes)
            .map(PathStart.temporaryVariables.contains(ignoringCase:)) == true
    }

    /// Whether the whole path is one of a set, letters of either case.
    func isOne(of paths: WordSet) -> Bool { isWhole && paths.contains(ignoringCase: text) }

    /// Whether it begins as any of the places does: a slash, a variable, a drive or a key of the registry.
    private static func mayBeAbsolute(_ path: TextBytes) -> Bool {
        guard let first = path.first else { return false }
        return signs.contains(first) || letters.contains(first) && path.count > 3
    }

    private func begins(_ place: StaticString) -> Bool { text.hasIgnoringCase(place, at: 0) }

    private func isIn(_ place: StaticString, _ separators: ByteSet) -> Bool {
        guard begins(place) else { return false }
        let length = place.utf8CodeUnitCount
        return text.count == length ? isWhole : separators.contains(text[length])
    }

    /// What stands before the first separator behind the first byte; nil when it goes on.
    private func beginning(before separators: ByteSet) -> TextBytes? {
        var end = 1
        while end < text.count, !separators.contains(text[end]) { end += 1 }
        return end < text.count || isWhole ? text.upTo(end) : nil
    }
}

/// Where in the file system a path leads, by its text alone.
enum PathPlace {
    /// Whether it belongs to the operating system.
    static func isSystem(_ path: TextBytes) -> Bool { PathStart(path).isSystem }
}
