/// Which invocations are dangerous, by class.
enum DangerRules {
    /// The dangers of one invocation.
    static func dangers(_ context: DangerContext) -> [Danger] {
        byName(context) + redirected(context) + pipedToShell(context)
            + CredentialRule.dangers(context)
    }

    private static func byName(_ context: DangerContext) -> [Danger] {
        switch context.name.lowercased() {
        case "rm", "rmdir", "unlink", "shred", "rimraf", "srm", "trash", "find", "fd", "rd", "del",
            "erase",
            "remove-item", "ri":
            DeletionRule.dangers(context)
        case "git": GitRule.dangers(context)
        case "bfg", "git-filter-repo": context.danger("history_rewrite", .high)
        case "dd", "fdisk", "parted", "sfdisk", "gdisk", "wipefs", "diskutil", "format", "lvremove",
            "vgremove", "cryptsetup", "mdadm", "zpool", "blkdiscard":
            DiskRule.dangers(context)
        case let name where name.hasPrefix("mkfs") || name == "mke2fs" || name == "mkswap":
            context.danger("disk_change", .critical)
        case "chmod", "chown", "chgrp", "setfacl", "icacls", "takeown":
            PermissionRule.dangers(context)
        case "sudo", "doas", "su", "visudo", "usermod", "useradd", "adduser", "gpasswd", "passwd",
            "setcap",
            "setenforce", "ufw", "iptables", "spctl", "csrutil":
            PrivilegeRule.dangers(context)
        case "kill", "pkill", "killall", "taskkill", "stop-process", "fuser", "xkill", "skill":
            ProcessRule.dangers(context)
        case "shutdown", "reboot", "halt", "poweroff", "init", "telinit", "systemctl", "service",
            "launchctl",
            "restart-computer", "stop-computer":
            ShutdownRule.dangers(context)
        case "crontab": context.invocation.has("-r") ? context.danger("system_change", .high) : []
        case "reg", "remove-itemproperty":
            context.verb == "delete" ? context.danger("system_change", .high) : []
        default: DatabaseRule.dangers(context) + CloudRule.dangers(context)
        }
    }

    /// `> /dev/sda`, `> /etc/passwd`.
    private static func redirected(_ context: DangerContext) -> [Danger] {
        for redirection in context.invocation.redirections where redirection.isWrite {
            let target = redirection.target.text
            if DiskRule.isDisk(target) { return context.danger("disk_change", .critical) }
            if target.hasPrefix("/etc/sudoers") || target == "/etc/passwd"
                || target == "/etc/shadow"
            {
                return context.danger("privilege_rise", .critical)
            }
        }
        guard context.name == "tee" else { return [] }
        let writes = context.operands.contains {
            $0.hasPrefix("/etc/sudoers") || $0 == "/etc/passwd" || $0 == "/etc/shadow"
        }
        return writes ? context.danger("privilege_rise", .critical) : []
    }

    // MARK: Pipe to a shell

    private static let interpreters: Set<String> = [
        "sh", "bash", "zsh", "dash", "ksh", "fish", "ash", "python", "python3", "node", "perl",
        "ruby",
        "php", "iex", "invoke-expression", "eval", "source", ".", "osascript",
    ]
    private static let downloads: Set<String> = [
        "curl", "wget", "fetch", "aria2c", "http", "https", "xh", "iwr", "irm", "invoke-webrequest",
        "invoke-restmethod", "lynx", "nc", "ncat",
    ]
    private static let decoders: Set<String> = [
        "base64", "xxd", "openssl", "gunzip", "base32", "uudecode",
    ]

    /// What was downloaded or decoded is run: `curl … | sh`, `bash <(curl …)`, `sh -c "$(curl …)"`.
    private static func pipedToShell(_ context: DangerContext) -> [Danger] {
        guard interpreters.contains(context.name.lowercased()) else { return [] }
        let invocation = context.invocation
        // A program of its own reads what comes as data: only a shell without a script runs its input.
        let isScript =
            invocation.operands.contains { $0 != "-" && !$0.hasPrefix("<()") }
            || invocation.has("-c", "-m", "-e", "-ne", "-pe", "-p", "-r")
        let sources =
            (isScript && invocation.substituted.isEmpty ? [] : invocation.sources)
            + invocation.substituted
        if isScript, invocation.substituted.isEmpty { return [] }
        let names = sources.map { $0.lowercased() }
        if names.contains(where: downloads.contains) {
            return context.danger("pipe_to_shell", context.isRaised ? .critical : .high)
        }
        return names.contains(where: decoders.contains)
            ? context.danger("pipe_to_shell", .high) : []
    }
}

extension DangerContext {
    /// The first operand.
    var verb: String { invocation.verb }
}
