/// Git commands that rewrite history or throw work away.
enum GitRule {
    static func danger(_ context: DangerContext) -> Danger? {
        let words = words(context.invocation)
        guard let verb = words.first?.text else { return nil }
        let rest = Rest(words: words.dropFirst())
        switch verb {
        case "push": return push(context, rest)
        case "reset":
            return rest.has("--hard") || rest.has("--merge")
                ? context.danger("hard_reset", .high) : nil
        case "clean":
            let isForced =
                rest.hasLetter("f", or: "--force") && !rest.hasLetter("n", or: "--dry-run")
            return isForced ? context.danger("git_clean", .high) : nil
        case "filter-branch", "filter-repo": return context.danger("history_rewrite", .high)
        case "rebase":
            return rest.words.contains { continuing.contains($0.text) }
                ? nil : context.danger("history_rewrite", .medium)
        case "reflog":
            return rest.first == "expire" || rest.first == "delete"
                ? context.danger("history_rewrite", .high) : nil
        case "gc":
            return rest.has("--prune=now") || rest.has("--prune=all")
                ? context.danger("history_rewrite", .medium) : nil
        case "update-ref":
            return rest.has("-d") ? context.danger("history_rewrite", .high) : nil
        default: return discards(verb, rest) ? context.danger("discard_work", .medium) : nil
        }
    }

    private static let continuing = WordSet(["--continue", "--abort", "--skip", "--quit"])

    /// The words behind the verb.
    private struct Rest {
        let words: Slice<ShellWords>

        var first: TextBytes { words.first?.text ?? TextBytes(start: nil, count: 0) }

        func has(_ word: StaticString) -> Bool { words.contains { $0.text == word } }

        /// Whether a short option's letter or a long option is among them.
        func hasLetter(_ letter: Unicode.Scalar, or long: StaticString? = nil) -> Bool {
            let letter = UInt8(ascii: letter)
            return words.contains { word in
                word.isShortOption && word.text.contains(letter)
                    || long.map { word.text == $0 } == true
            }
        }
    }

    private static func discards(_ verb: TextBytes, _ rest: Rest) -> Bool {
        switch verb {
        case "branch":
            return rest.hasLetter("D")
                || rest.hasLetter("d", or: "--delete")
                    && rest.hasLetter("f", or: "--force")
        case "checkout":
            let isAll = rest.has("--") || rest.has(".") || rest.hasLetter("f", or: "--force")
            return isAll && !rest.hasLetter("b")
        case "restore":
            let isStaged = rest.has("--staged") && !rest.has("--worktree") || rest.has("-S")
            return !isStaged
        case "switch": return rest.hasLetter("f", or: "--discard-changes")
        case "stash": return rest.first == "drop" || rest.first == "clear"
        case "worktree": return rest.first == "remove" && rest.hasLetter("f", or: "--force")
        default: return false
        }
    }

    private static let shared = WordSet([
        "main", "master", "trunk", "production", "prod", "release",
    ])

    private static func push(_ context: DangerContext, _ rest: Rest) -> Danger? {
        let refs = rest.words.lazy.filter { !$0.isOption }.map(\.text)
        let isForced =
            rest.hasLetter("f", or: "--force") || rest.has("--mirror")
            || refs.contains { $0.begins(UInt8(ascii: "+")) }
        if isForced {
            return context.danger("force_push", refs.contains(where: isShared) ? .critical : .high)
        }
        let isLeased = rest.words.contains {
            $0.text.begins("--force-with-lease") || $0.text == "--force-if-includes"
        }
        if isLeased { return context.danger("force_push", .medium) }
        let isDelete =
            rest.hasLetter("d", or: "--delete") || refs.contains { $0.begins(UInt8(ascii: ":")) }
        return isDelete ? context.danger("remote_branch_delete", .medium) : nil
    }

    /// Whether a ref is a branch that others work on ("+a:main").
    private static func isShared(_ ref: TextBytes) -> Bool {
        let start = ref.firstIndex { $0 != UInt8(ascii: "+") } ?? ref.count
        var last = TextBytes(start: nil, count: 0)
        ref.from(start).forEachPart(between: .colon) { part in
            last = part
            return true
        }
        return shared.contains(last)
    }

    private static let valued = WordSet([
        "-C", "-c", "--git-dir", "--work-tree", "--namespace",
    ])

    /// The words from the verb on, without the options of git itself.
    static func words(_ invocation: ShellInvocation) -> Slice<ShellWords> {
        var rest = invocation.arguments[...]
        while let word = rest.first, word.isOption {
            rest = rest.dropFirst(valued.contains(word.text) ? 2 : 1)
        }
        return rest
    }
}
