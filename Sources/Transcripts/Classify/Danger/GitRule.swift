/// Git commands that rewrite history or throw work away.
enum GitRule {
    static func dangers(_ context: DangerContext) -> [Danger] {
        let words = words(context.invocation)
        guard let verb = words.first else { return [] }
        let rest = Array(words.dropFirst())
        switch verb {
        case "push": return push(context, rest)
        case "reset":
            return rest.contains("--hard") || rest.contains("--merge")
                ? context.danger("hard_reset", .high) : []
        case "clean":
            let isForced = has(rest, "f", "--force") && !has(rest, "n", "--dry-run")
            return isForced ? context.danger("git_clean", .high) : []
        case "filter-branch", "filter-repo": return context.danger("history_rewrite", .high)
        case "rebase":
            let isContinued = rest.contains {
                ["--continue", "--abort", "--skip", "--quit"].contains($0)
            }
            return isContinued ? [] : context.danger("history_rewrite", .medium)
        case "reflog":
            return rest.first == "expire" || rest.first == "delete"
                ? context.danger("history_rewrite", .high) : []
        case "gc":
            return rest.contains { $0 == "--prune=now" || $0 == "--prune=all" }
                ? context.danger("history_rewrite", .medium) : []
        case "update-ref":
            return rest.contains("-d") ? context.danger("history_rewrite", .high) : []
        default: return discarded(context, verb, rest)
        }
    }

    private static func discarded(
        _ context: DangerContext,
        _ verb: String,
        _ rest: [String]
    ) -> [Danger] {
        switch verb {
        case "branch":
            let isForced =
                has(rest, "D", "") || has(rest, "d", "--delete") && has(rest, "f", "--force")
            return isForced ? context.danger("discard_work", .medium) : []
        case "checkout":
            let isAll = rest.contains("--") || rest.contains(".") || has(rest, "f", "--force")
            return isAll && !has(rest, "b", "") ? context.danger("discard_work", .medium) : []
        case "restore":
            let isStaged =
                rest.contains("--staged") && !rest.contains("--worktree") || rest.contains("-S")
            return isStaged ? [] : context.danger("discard_work", .medium)
        case "switch":
            return has(rest, "f", "--discard-changes")
                ? context.danger("discard_work", .medium) : []
        case "stash":
            return rest.first == "drop" || rest.first == "clear"
                ? context.danger("discard_work", .medium) : []
        case "worktree":
            return rest.first == "remove" && has(rest, "f", "--force")
                ? context.danger("discard_work", .medium) : []
        default: return []
        }
    }

    private static func push(_ context: DangerContext, _ rest: [String]) -> [Danger] {
        let refs = rest.filter { !$0.hasPrefix("-") }
        let isLeased = rest.contains {
            $0.hasPrefix("--force-with-lease") || $0 == "--force-if-includes"
        }
        let isForced =
            has(rest, "f", "--force") || rest.contains("--mirror")
            || refs.contains { $0.hasPrefix("+") }
        let isMain = refs.contains { ref in
            ["main", "master", "trunk", "production", "prod", "release"].contains(
                ref.drop { $0 == "+" }.split(separator: ":").last.map(String.init) ?? ""
            )
        }
        if isForced { return context.danger("force_push", isMain ? .critical : .high) }
        if isLeased { return context.danger("force_push", .medium) }
        let isDelete = has(rest, "d", "--delete") || refs.contains { $0.hasPrefix(":") }
        return isDelete ? context.danger("remote_branch_delete", .medium) : []
    }

    /// Whether a short option's letter or a long option is among the words.
    private static func has(_ words: [String], _ letter: Character, _ long: String) -> Bool {
        words.contains { word in
            word == long && !long.isEmpty
                || word.hasPrefix("-") && !word.hasPrefix("--") && word.contains(letter)
        }
    }

    /// The words from the verb on, without the options of git itself.
    static func words(_ invocation: ShellInvocation) -> [String] {
        var rest = invocation.arguments.map(\.text)[...]
        while let word = rest.first, word.hasPrefix("-") {
            rest = rest.dropFirst(
                ["-C", "-c", "--git-dir", "--work-tree", "--namespace"].contains(word) ? 2 : 1
            )
        }
        return Array(rest)
    }
}
