/// What is known of a program by its name: the lists that have it.
struct ProgramTraits: OptionSet, Sendable, BitwiseCopyable {
    let rawValue: UInt64

    // The rule that judges it.
    static let deletes = ProgramTraits(rawValue: 1 << 0)
    static let isGit = ProgramTraits(rawValue: 1 << 1)
    static let rewritesHistory = ProgramTraits(rawValue: 1 << 2)
    static let changesDisks = ProgramTraits(rawValue: 1 << 3)
    static let makesFileSystems = ProgramTraits(rawValue: 1 << 4)
    static let changesRights = ProgramTraits(rawValue: 1 << 5)
    static let raisesRights = ProgramTraits(rawValue: 1 << 6)
    static let endsProcesses = ProgramTraits(rawValue: 1 << 7)
    static let stopsServices = ProgramTraits(rawValue: 1 << 8)
    static let isCrontab = ProgramTraits(rawValue: 1 << 9)
    static let isRegistry = ProgramTraits(rawValue: 1 << 10)
    static let isDatabase = ProgramTraits(rawValue: 1 << 11)
    static let isCloud = ProgramTraits(rawValue: 1 << 12)
    /// Programs that the commands of frameworks are run by.
    static let runsFrameworks = ProgramTraits(rawValue: 1 << 13)

    // Other lists of the rules.
    static let interprets = ProgramTraits(rawValue: 1 << 14)
    static let downloads = ProgramTraits(rawValue: 1 << 15)
    static let decodes = ProgramTraits(rawValue: 1 << 16)
    static let reads = ProgramTraits(rawValue: 1 << 17)
    static let sends = ProgramTraits(rawValue: 1 << 18)
    static let handsOutSecrets = ProgramTraits(rawValue: 1 << 19)
    static let usesNetwork = ProgramTraits(rawValue: 1 << 20)
    /// With some of its words.
    static let mayUseNetwork = ProgramTraits(rawValue: 1 << 21)
    /// Its words name no files.
    static let takesNoPaths = ProgramTraits(rawValue: 1 << 22)
    /// Its first operand names no file.
    static let takesTextFirst = ProgramTraits(rawValue: 1 << 23)
    static let changesFiles = ProgramTraits(rawValue: 1 << 24)
    static let isTee = ProgramTraits(rawValue: 1 << 25)
    static let isReadOnly = ProgramTraits(rawValue: 1 << 26)

    // What the walk through a script does with it.
    static let wraps = ProgramTraits(rawValue: 1 << 27)
    static let isShell = ProgramTraits(rawValue: 1 << 28)
    static let mayRunScript = ProgramTraits(rawValue: 1 << 29)
    static let changesFolder = ProgramTraits(rawValue: 1 << 30)
    static let setsVariables = ProgramTraits(rawValue: 1 << 31)
    static let isMktemp = ProgramTraits(rawValue: 1 << 32)
    /// The same as `reads`, of what feeds another program.
    static let feeds = ProgramTraits(rawValue: 1 << 33)
    /// Whether it is a program at all; and of several programs whether they were looked at.
    static let isNamed = ProgramTraits(rawValue: 1 << 34)
    static let isKnown = ProgramTraits(rawValue: 1 << 35)

    /// What a name has in small letters only.
    private static let exact: ProgramTraits = [
        .isDatabase, .isCloud, .runsFrameworks, .handsOutSecrets, .takesNoPaths, .takesTextFirst,
        .isTee, .isReadOnly, .wraps, .isShell, .mayRunScript, .changesFolder, .setsVariables,
        .isMktemp, .feeds,
    ]

    /// The traits of a program.
    @inline(__always)
    static func of(_ name: TextBytes) -> ProgramTraits {
        guard let traits = table.value(ignoringCase: name) else {
            return name.hasIgnoringCase("mkfs", at: 0) ? .makesFileSystems : []
        }
        let isExact = !name.contains(where: \.isASCIIUppercase)
        return isExact ? traits : traits.subtracting(exact)
    }

    private static let table: ByteTable<ProgramTraits> = {
        var traits: [String: ProgramTraits] = [:]
        for (trait, names) in judged + listed + walked {
            for name in names { traits[name, default: []].insert(trait) }
        }
        return ByteTable(traits.map { ($0.key, $0.value) })
    }()

    private static let judged: [(ProgramTraits, [String])] = [
        (
            .deletes,
            [
                "rm", "rmdir", "unlink", "shred", "rimraf", "srm", "trash", "find", "fd", "rd",
                "del", "erase", "remove-item", "ri",
            ]
        ),
        (.isGit, ["git"]),
        (.rewritesHistory, ["bfg", "git-filter-repo"]),
        (
            .changesDisks,
            [
                "dd", "fdisk", "parted", "sfdisk", "gdisk", "wipefs", "diskutil", "format",
                "lvremove", "vgremove", "cryptsetup", "mdadm", "zpool", "blkdiscard",
            ]
        ),
        (.makesFileSystems, ["mkfs", "mke2fs", "mkswap"]),
        (.changesRights, ["chmod", "chown", "chgrp", "setfacl", "icacls", "takeown"]),
        (
            .raisesRights,
            [
                "sudo", "doas", "su", "visudo", "usermod", "useradd", "adduser", "gpasswd",
                "passwd", "setcap", "setenforce", "ufw", "iptables", "spctl", "csrutil",
            ]
        ),
        (
            .endsProcesses,
            [
                "kill", "pkill", "killall", "taskkill", "stop-process", "fuser", "xkill", "skill",
            ]
        ),
        (
            .stopsServices,
            [
                "shutdown", "reboot", "halt", "poweroff", "init", "telinit", "systemctl",
                "service", "launchctl", "restart-computer", "stop-computer",
            ]
        ),
        (.isCrontab, ["crontab"]),
        (.isRegistry, ["reg", "remove-itemproperty"]),
        (.isDatabase, DatabaseRule.programs),
        (.runsFrameworks, DatabaseRule.runners),
        (.isCloud, CloudRule.programs),
    ]

    private static let listed: [(ProgramTraits, [String])] = [
        (.interprets, DangerRules.interpreters),
        (.downloads, DangerRules.downloads),
        (.decodes, DangerRules.decoders),
        (.reads, CredentialRule.readers),
        (.feeds, CredentialRule.readers),
        (.sends, CredentialRule.senders),
        (.handsOutSecrets, CredentialRule.holders),
        (.usesNetwork, NetworkRule.always),
        (.mayUseNetwork, NetworkRule.sometimes),
        (.takesNoPaths, ["echo", "printf", "export", ":", "true", "false", "test", "["]),
        (
            .takesTextFirst,
            ["echo", "printf", "grep", "rg", "egrep", "fgrep", "ag", "sed", "awk", "git"]
        ),
        (.changesFiles, DangerContext.changing),
        (.isTee, ["tee"]),
        (.isReadOnly, ReadOnlyCommand.programs),
    ]

    private static let walked: [(ProgramTraits, [String])] = [
        (.wraps, ShellProgram.wrappers),
        (.isShell, ["sh", "bash", "zsh", "dash", "ksh", "fish", "ash"]),
        (.mayRunScript, ShellProgram.runners),
        (.changesFolder, ["cd", "pushd"]),
        (.setsVariables, ["export", "declare", "local", "readonly", "typeset"]),
        (.isMktemp, ["mktemp"]),
    ]
}
