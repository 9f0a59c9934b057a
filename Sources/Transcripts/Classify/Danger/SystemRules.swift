/// Disks and file systems.
enum DiskRule {
    private static let kinds: [StaticString] = [
        "sd", "hd", "nvme", "vd", "xvd", "disk", "rdisk", "mmcblk", "md", "mapper/", "dm-",
    ]

    /// Whether a path is a disk's device.
    static func isDisk(_ path: TextBytes) -> Bool {
        path.begins("/dev/") && kinds.contains { path.has($0, at: 5) }
            || path.hasIgnoringCase("\\\\.\\physicaldrive", at: 0)
    }

    private static let listing = WordSet(["-l", "--list", "print"])

    static func danger(_ context: DangerContext) -> Danger? {
        changes(context) ? context.danger("disk_change", .critical) : nil
    }

    private static func changes(_ context: DangerContext) -> Bool {
        let invocation = context.invocation
        let verb = context.verb
        switch context.lowercasedName {
        case "dd":
            let output = context.operands.first { $0.begins("of=") }
            return output.map { isDisk($0.from(3)) } == true
        case "diskutil":
            return verb.hasIgnoringCase("erase", at: 0) || verb.hasIgnoringCase("partition", at: 0)
        case "fdisk", "sfdisk", "gdisk", "parted": return !invocation.has(listing)
        case "cryptsetup": return verb.count == 10 && verb.hasIgnoringCase("luksformat", at: 0)
        case "zpool": return verb == "destroy"
        case "mdadm": return invocation.has("--zero-superblock")
        case "format": return verb.ends(":")
        default: return invocation.arguments.contains(where: \.isOperand)
        }
    }
}

/// Rights and owners of files.
enum PermissionRule {
    private static let recursive = ByteSet("R")
    private static let recursiveOptions = WordSet(["--recursive", "/T", "/t"])

    static func danger(_ context: DangerContext) -> Danger? {
        severity(context).map { context.danger($0.rule, $0.severity) }
    }

    private static func severity(
        _ context: DangerContext
    ) -> (rule: String, severity: Finding.Severity)? {
        let invocation = context.invocation
        let isRecursive =
            invocation.hasLetter(recursive) || invocation.has(recursiveOptions)
        let rule = "permission_change"
        switch context.lowercasedName {
        case "chmod":
            let mode =
                invocation.arguments.first {
                    !$0.isOption || $0.text.begins("-r") || $0.text.begins("-w")
                }?.text ?? context.name.upTo(0)
            if isSetID(mode) { return ("privilege_rise", .high) }
            guard isOpen(mode) else {
                return isRecursive && isSystem(context) ? (rule, .critical) : nil
            }
            let gravest: Finding.Severity = isRecursive ? .critical : .high
            let least: Finding.Severity = isRecursive ? .high : .medium
            return (rule, isSystem(context) ? gravest : least)
        case "icacls": return invocation.has("/grant") && isRecursive ? (rule, .high) : nil
        case "takeown": return (rule, .high)
        default:
            guard isRecursive else { return isSystem(context) ? (rule, .medium) : nil }
            return (rule, isSystem(context) ? .critical : .medium)
        }
    }

    /// Whether one of the files is the system's.
    private static func isSystem(_ context: DangerContext) -> Bool {
        context.operands.dropFirst().contains { operand in
            let path = context.resolved(operand)
            return path.equals("/", before: path.count) || path.equals("/*", before: path.count)
                || path.equals("~", before: path.count) || path.isSystem
        }
    }

    /// Whether everybody may write: 777, 666, a+w or o+w.
    private static func isOpen(_ mode: TextBytes) -> Bool {
        if mode.allSatisfy(\.isASCIIDigit), mode.count >= 3 {
            return ByteSet("2367").contains(mode[mode.count - 1])
        }
        var isOpen = false
        mode.forEachPart(between: .comma) { part in
            if let sign = part.firstIndex(where: ByteSet("+=").contains) {
                isOpen =
                    part.from(sign).contains(UInt8(ascii: "w"))
                    && part.upTo(sign).contains(where: ByteSet("ao").contains)
            }
            return !isOpen
        }
        return isOpen
    }

    /// Whether a program gets its owner's rights: 4755, u+s.
    private static func isSetID(_ mode: TextBytes) -> Bool {
        if mode.count == 4, mode.allSatisfy(\.isASCIIDigit) {
            return ByteSet("2467").contains(mode[0])
        }
        return mode.has("+s") || mode.begins("ug+s")
    }
}

/// Rights that a program or an account is given.
enum PrivilegeRule {
    private static let shellLetters = ByteSet("is")
    private static let groups = WordSet(["sudo", "wheel", "docker", "admin", "root"])
    private static let flushing = WordSet(["-F", "--flush"])
    private static let disabling = WordSet(["--master-disable", "disable", "--global-disable"])

    static func danger(_ context: DangerContext) -> Danger? {
        let invocation = context.invocation
        switch context.name {
        case "sudo", "doas":
            let isShell =
                invocation.arguments.allSatisfy(\.isOption) && invocation.hasLetter(shellLetters)
            return context.danger("privilege_rise", isShell ? .high : .medium)
        case "su", "setcap": return context.danger("privilege_rise", .high)
        case "visudo": return context.danger("privilege_rise", .critical)
        case "usermod", "gpasswd", "adduser":
            return context.danger("privilege_rise", namesGroup(invocation) ? .high : .medium)
        case "useradd", "passwd": return context.danger("privilege_rise", .medium)
        default: return isProtectionOff(context) ? context.danger("protection_off", .high) : nil
        }
    }

    private static func namesGroup(_ invocation: ShellInvocation) -> Bool {
        invocation.arguments.contains { word in
            var isGroup = false
            word.text.forEachPart(between: .comma) { part in
                isGroup = groups.contains(part)
                return !isGroup
            }
            return isGroup
        }
    }

    private static func isProtectionOff(_ context: DangerContext) -> Bool {
        switch context.name {
        case "setenforce": context.verb == "0"
        case "ufw": context.verb == "disable" || context.verb == "reset"
        case "iptables": context.invocation.has(flushing)
        case "spctl", "csrutil": context.invocation.has(disabling)
        default: false
        }
    }
}

/// Processes that are ended by force.
enum ProcessRule {
    private static let killing = ByteSet("k")
    private static let asking = WordSet(["-0", "-l", "--list"])
    private static let forcing = WordSet(["-9", "-KILL", "-SIGKILL", "-u", "--user"])

    static func danger(_ context: DangerContext) -> Danger? {
        let invocation = context.invocation
        switch context.lowercasedName {
        case "kill": return killed(context)
        case "fuser":
            return invocation.hasLetter(killing) || invocation.has("--kill")
                ? context.danger("process_kill", .medium) : nil
        case "pkill", "killall", "skill":
            guard !invocation.arguments.isEmpty, !invocation.has(asking) else { return nil }
            return context.danger("process_kill", invocation.has(forcing) ? .high : .medium)
        default: return context.danger("process_kill", .medium)
        }
    }

    private static let signals = WordSet(["-9", "-KILL", "-SIGKILL", "-kill"])
    private static let names = WordSet(["9", "KILL", "SIGKILL"])
    private static let harmless = WordSet(["-0", "-l", "-L"])

    private static func killed(_ context: DangerContext) -> Danger? {
        var words = context.invocation.arguments[...]
        var isForced = false
        if let first = words.first, first.isOption,
            words.count > 1 || context.invocation.wrapping.isByXargs
        {
            if harmless.contains(first.text) { return nil }
            isForced = signals.contains(first.text)
            words.removeFirst()
            if first.text == "-s" || first.text == "-n" {
                isForced = words.first.map { names.contains($0.text) } == true
                words = words.dropFirst()
            }
        }
        if let first = words.first, first.text == "--" { words.removeFirst() }
        if words.contains(where: { $0.text == "-1" || $0.text == "1" }) {
            return context.danger("process_kill", .critical)
        }
        return isForced ? context.danger("process_kill", .medium) : nil
    }
}

/// The machine and its services.
enum ShutdownRule {
    private static let endings = WordSet([
        "reboot", "poweroff", "halt", "kexec", "suspend", "hibernate", "rescue", "emergency",
    ])
    private static let stops = WordSet(["stop", "disable", "mask", "kill"])
    private static let unloads = WordSet(["unload", "bootout", "remove", "disable"])
    private static let levels = WordSet(["0", "6", "1"])
    private static let cancels = WordSet(["-c", "--help", "/a"])

    static func danger(_ context: DangerContext) -> Danger? {
        let verb = context.verb
        switch context.lowercasedName {
        case "systemctl":
            if endings.contains(verb) { return context.danger("shutdown", .high) }
            return stops.contains(verb) ? context.danger("service_stop", .medium) : nil
        case "service":
            return context.invocation.operand(1) == "stop"
                ? context.danger("service_stop", .medium) : nil
        case "launchctl":
            return unloads.contains(verb) ? context.danger("service_stop", .medium) : nil
        case "init", "telinit":
            return levels.contains(verb) ? context.danger("shutdown", .high) : nil
        case "shutdown":
            return context.invocation.has(cancels) ? nil : context.danger("shutdown", .high)
        default:
            return context.invocation.has("--help") ? nil : context.danger("shutdown", .high)
        }
    }
}
