/// Disks and file systems.
enum DiskRule {
    /// Whether a path is a disk's device.
    static func isDisk(_ path: String) -> Bool {
        let kinds = [
            "sd", "hd", "nvme", "vd", "xvd", "disk", "rdisk", "mmcblk", "md", "mapper/", "dm-",
        ]
        return kinds.contains { path.hasPrefix("/dev/" + $0) }
            || path.lowercased().hasPrefix("\\\\.\\physicaldrive")
    }

    static func dangers(_ context: DangerContext) -> [Danger] {
        let invocation = context.invocation
        switch context.name.lowercased() {
        case "dd":
            let output = context.operands.first { $0.hasPrefix("of=") }?.dropFirst(3)
            return output.map { isDisk(String($0)) } == true
                ? context.danger("disk_change", .critical) : []
        case "diskutil":
            let verb = context.verb.lowercased()
            return verb.hasPrefix("erase") || verb.hasPrefix("partition")
                ? context.danger("disk_change", .critical) : []
        case "fdisk", "sfdisk", "gdisk", "parted":
            return invocation.has("-l", "--list", "print")
                ? [] : context.danger("disk_change", .critical)
        case "cryptsetup":
            return context.verb.lowercased() == "luksformat"
                ? context.danger("disk_change", .critical) : []
        case "zpool":
            return context.verb == "destroy" ? context.danger("disk_change", .critical) : []
        case "mdadm":
            return invocation.has("--zero-superblock")
                ? context.danger("disk_change", .critical) : []
        case "format":
            return context.verb.hasSuffix(":") ? context.danger("disk_change", .critical) : []
        default: return context.operands.isEmpty ? [] : context.danger("disk_change", .critical)
        }
    }
}

/// Rights and owners of files.
enum PermissionRule {
    static func dangers(_ context: DangerContext) -> [Danger] {
        let invocation = context.invocation
        let isRecursive = invocation.hasLetter("R") || invocation.has("--recursive", "/T", "/t")
        let targets = context.operands.dropFirst().map(context.resolved)
        let isSystem = targets.contains {
            $0 == "/" || $0 == "/*" || $0 == "~" || PathPlace.isSystem($0)
        }
        switch context.name.lowercased() {
        case "chmod":
            let mode =
                invocation.arguments.map(\.text).first {
                    !$0.hasPrefix("-") || $0.hasPrefix("-r") || $0.hasPrefix("-w")
                } ?? ""
            if isSetID(mode) { return context.danger("privilege_rise", .high) }
            guard isOpen(mode) else {
                return isRecursive && isSystem ? context.danger("permission_change", .critical) : []
            }
            return context.danger(
                "permission_change",
                isRecursive ? (isSystem ? .critical : .high) : isSystem ? .high : .medium
            )
        case "icacls":
            return invocation.has("/grant") && isRecursive
                ? context.danger("permission_change", .high) : []
        case "takeown": return context.danger("permission_change", .high)
        default:
            guard isRecursive else {
                return isSystem ? context.danger("permission_change", .medium) : []
            }
            return context.danger("permission_change", isSystem ? .critical : .medium)
        }
    }

    /// Whether everybody may write: 777, 666, a+w or o+w.
    private static func isOpen(_ mode: String) -> Bool {
        if mode.allSatisfy(\.isNumber), mode.count >= 3 {
            return mode.last.map { "2367".contains($0) } == true
        }
        return mode.split(separator: ",").contains { part in
            guard let sign = part.firstIndex(where: { $0 == "+" || $0 == "=" }),
                part[sign...].contains("w")
            else { return false }
            return part[..<sign].contains { $0 == "a" || $0 == "o" }
        }
    }

    /// Whether a program gets its owner's rights: 4755, u+s.
    private static func isSetID(_ mode: String) -> Bool {
        if mode.allSatisfy(\.isNumber), mode.count == 4 {
            return mode.first.map { "2467".contains($0) } == true
        }
        return mode.contains("+s") || mode.hasPrefix("ug+s")
    }
}

/// Rights that a program or an account is given.
enum PrivilegeRule {
    static func dangers(_ context: DangerContext) -> [Danger] {
        let invocation = context.invocation
        switch context.name {
        case "sudo", "doas":
            let isShell =
                invocation.arguments.allSatisfy { $0.text.hasPrefix("-") }
                && invocation.hasLetter("is")
            return context.danger("privilege_rise", isShell ? .high : .medium)
        case "su": return context.danger("privilege_rise", .high)
        case "visudo": return context.danger("privilege_rise", .critical)
        case "usermod", "gpasswd", "adduser":
            let groups: Set<String> = ["sudo", "wheel", "docker", "admin", "root"]
            let words = invocation.arguments.flatMap {
                $0.text.split(separator: ",").map(String.init)
            }
            return context.danger(
                "privilege_rise",
                words.contains { groups.contains($0) } ? .high : .medium
            )
        case "useradd", "passwd": return context.danger("privilege_rise", .medium)
        case "setcap": return context.danger("privilege_rise", .high)
        case "setenforce": return context.verb == "0" ? context.danger("protection_off", .high) : []
        case "ufw":
            return context.verb == "disable" || context.verb == "reset"
                ? context.danger("protection_off", .high) : []
        case "iptables":
            return invocation.has("-F", "--flush") ? context.danger("protection_off", .high) : []
        case "spctl", "csrutil":
            return invocation.has("--master-disable", "disable", "--global-disable")
                ? context.danger("protection_off", .high) : []
        default: return []
        }
    }
}

/// Processes that are ended by force.
enum ProcessRule {
    static func dangers(_ context: DangerContext) -> [Danger] {
        let invocation = context.invocation
        switch context.name.lowercased() {
        case "kill": return killed(context)
        case "fuser":
            return invocation.hasLetter("k") || invocation.has("--kill")
                ? context.danger("process_kill", .medium) : []
        case "pkill", "killall", "skill":
            guard !context.operands.isEmpty || !invocation.arguments.isEmpty else { return [] }
            if invocation.has("-0", "-l", "--list") { return [] }
            let isForced = invocation.has("-9", "-KILL", "-SIGKILL", "-u", "--user")
            return context.danger("process_kill", isForced ? .high : .medium)
        default: return context.danger("process_kill", .medium)
        }
    }

    private static func killed(_ context: DangerContext) -> [Danger] {
        var words = context.invocation.arguments.map(\.text)
        let signals: Set<String> = ["-9", "-KILL", "-SIGKILL", "-kill"]
        var isForced = false
        let isPiped = context.invocation.wrappers.contains("xargs")
        if let first = words.first, first.hasPrefix("-"), words.count > 1 || isPiped {
            if ["-0", "-l", "-L"].contains(first) { return [] }
            isForced = signals.contains(first)
            words.removeFirst()
            if first == "-s" || first == "-n" {
                isForced = ["9", "KILL", "SIGKILL"].contains(words.first ?? "")
                words = Array(words.dropFirst())
            }
        }
        if words.first == "--" { words.removeFirst() }
        if words.contains("-1") || words.contains("1") {
            return context.danger("process_kill", .critical)
        }
        return isForced ? context.danger("process_kill", .medium) : []
    }
}

/// The machine and its services.
enum ShutdownRule {
    static func dangers(_ context: DangerContext) -> [Danger] {
        let words = context.operands
        switch context.name.lowercased() {
        case "systemctl":
            if [
                "reboot", "poweroff", "halt", "kexec", "suspend", "hibernate", "rescue",
                "emergency",
            ].contains(context.verb) {
                return context.danger("shutdown", .high)
            }
            return ["stop", "disable", "mask", "kill"].contains(context.verb)
                ? context.danger("service_stop", .medium) : []
        case "service":
            return words.count > 1 && words[1] == "stop"
                ? context.danger("service_stop", .medium) : []
        case "launchctl":
            return ["unload", "bootout", "remove", "disable"].contains(context.verb)
                ? context.danger("service_stop", .medium) : []
        case "init", "telinit":
            return ["0", "6", "1"].contains(context.verb) ? context.danger("shutdown", .high) : []
        case "shutdown":
            return context.invocation.has("-c", "--help", "/a")
                ? [] : context.danger("shutdown", .high)
        default: return context.invocation.has("--help") ? [] : context.danger("shutdown", .high)
        }
    }
}
