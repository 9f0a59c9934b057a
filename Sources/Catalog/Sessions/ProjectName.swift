/// What a project is called: the last component of its repository's address, or of its folder.
enum ProjectName {
    /// The name; nil when neither tells one.
    static func of(remote: String?, folder: String?) -> String? {
        remote.flatMap(last) ?? folder.flatMap { last(trunk(of: $0)) }
    }

    /// The folder that a worktree was made from: what stands before "/.claude/worktrees/", "/.worktrees/" or
    /// "/worktrees/".
    private static func trunk(of folder: String) -> Substring {
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated()
        where index > 1 && index + 1 < parts.count
            && (part == "worktrees" || part == ".worktrees")
        {
            let isNested = parts[index - 1] == ".claude" || parts[index - 1] == ".git"
            let end = isNested ? index - 1 : index
            guard end > 1 else { continue }
            return folder[..<parts[end - 1].endIndex]
        }
        return folder[...]
    }

    private static func last(_ path: some StringProtocol) -> String? {
        let parts = path.split { $0 == "/" || $0 == "\\" || $0 == ":" }
        guard var name = parts.last.map({ String($0) }) else { return nil }
        if name.hasSuffix(".git") { name.removeLast(4) }
        return name.isEmpty ? nil : name
    }
}
