/// Which invocations are dangerous, by class.
enum DangerRules {
    /// Calls `found` for the dangers of one invocation.
    static func judge(_ context: DangerContext, _ found: (Danger) -> Void) {
        judgeByName(context, found)
        if let danger = redirected(context) { found(danger) }
        if let danger = pipedToShell(context) { found(danger) }
        if let danger = CredentialRule.danger(context) { found(danger) }
    }

    private static func judgeByName(_ context: DangerContext, _ found: (Danger) -> Void) {
        let traits = context.traits
        guard !traits.isDisjoint(with: judged) else { return }
        if traits.isDisjoint(with: .named) {
            if let danger = DatabaseRule.danger(context) { found(danger) }
            if let danger = CloudRule.danger(context) { found(danger) }
        } else if let danger = named(context) {
            found(danger)
        }
    }

    private static let judged: ProgramTraits = [.named, .isDatabase, .runsFrameworks, .isCloud]

    private static func named(_ context: DangerContext) -> Danger? {
        let traits = context.traits
        if traits.contains(.deletes) { return DeletionRule.danger(context) }
        if traits.contains(.isGit) { return GitRule.danger(context) }
        if traits.contains(.rewritesHistory) { return context.danger("history_rewrite", .high) }
        if traits.contains(.changesDisks) { return DiskRule.danger(context) }
        if traits.contains(.makesFileSystems) { return context.danger("disk_change", .critical) }
        if traits.contains(.changesRights) { return PermissionRule.danger(context) }
        if traits.contains(.raisesRights) { return PrivilegeRule.danger(context) }
        if traits.contains(.endsProcesses) { return ProcessRule.danger(context) }
        if traits.contains(.stopsServices) { return ShutdownRule.danger(context) }
        let isGrave =
            traits.contains(.isCrontab)
            ? context.invocation.has("-r") : context.verb == "delete"
        return isGrave ? context.danger("system_change", .high) : nil
    }

    private static func isAccountFile(_ path: TextBytes) -> Bool {
        path.begins("/etc/sudoers") || path == "/etc/passwd" || path == "/etc/shadow"
    }

    /// `> /dev/sda`, `> /etc/passwd`.
    private static func redirected(_ context: DangerContext) -> Danger? {
        for redirection in context.command.redirections where redirection.isWrite {
            let target = redirection.target.text
            if DiskRule.isDisk(target) { return context.danger("disk_change", .critical) }
            if isAccountFile(target) { return context.danger("privilege_rise", .critical) }
        }
        guard context.traits.contains(.isTee) else { return nil }
        let writes = context.invocation.arguments.contains {
            $0.isOperand && isAccountFile($0.text)
        }
        return writes ? context.danger("privilege_rise", .critical) : nil
    }

    // MARK: Pipe to a shell

    static let interpreters = [
        "sh", "bash", "zsh", "dash", "ksh", "fish", "ash", "python", "python3", "node", "perl",
        "ruby",
        "php", "iex", "invoke-expression", "eval", "source", ".", "osascript",
    ]
    static let downloads = [
        "curl", "wget", "fetch", "aria2c", "http", "https", "xh", "iwr", "irm", "invoke-webrequest",
        "invoke-restmethod", "lynx", "nc", "ncat",
    ]
    static let decoders = [
        "base64", "xxd", "openssl", "gunzip", "base32", "uudecode",
    ]

    private static let scriptOptions = WordSet(["-c", "-m", "-e", "-ne", "-pe", "-p", "-r"])

    /// What was downloaded or decoded is run: `curl … | sh`, `bash <(curl …)`, `sh -c "$(curl …)"`.
    private static func pipedToShell(_ context: DangerContext) -> Danger? {
        guard context.traits.contains(.interprets) else { return nil }
        let invocation = context.invocation
        // A program of its own reads what comes as data: only a shell without a script runs its input.
        let isScript = invocation.arguments.contains { word in
            word.isOperand && word.text != "-" && !word.text.begins("<()")
                || scriptOptions.contains(word.text)
        }
        var sources = context.program.substituted(invocation)
        if isScript, !sources.contains(.isNamed) { return nil }
        sources.formUnion(context.program.sources(invocation))
        if sources.contains(.downloads) {
            return context.danger("pipe_to_shell", context.isRaised ? .critical : .high)
        }
        return sources.contains(.decodes) ? context.danger("pipe_to_shell", .high) : nil
    }
}

extension ProgramTraits {
    /// What a rule of its own judges.
    fileprivate static let named: ProgramTraits = [
        .deletes, .isGit, .rewritesHistory, .changesDisks, .makesFileSystems, .changesRights,
        .raisesRights, .endsProcesses, .stopsServices, .isCrontab, .isRegistry,
    ]
}
