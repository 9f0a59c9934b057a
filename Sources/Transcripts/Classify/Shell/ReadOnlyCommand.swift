/// Commands that only look (formula 13: what is no attempt to run a change).
package enum ReadOnlyCommand {
    private static let programs: Set<String> = [
        "ls", "cat", "head", "tail", "less", "more", "bat", "grep", "rg", "egrep", "fgrep", "ag",
        "find", "fd",
        "tree", "wc", "file", "stat", "pwd", "cd", "echo", "printf", "which", "type", "whereis",
        "du", "df", "ps",
        "top", "env", "printenv", "date", "whoami", "id", "uname", "hostname", "sort", "uniq",
        "cut", "tr", "awk",
        "sed", "jq", "yq", "diff", "cmp", "md5sum", "sha256sum", "basename", "dirname", "realpath",
        "readlink",
        "true", "false", "test", "[", "[[", ":", "sleep", "nl", "column", "xxd", "od", "strings",
        "lsof", "free",
        "uptime", "history", "man", "export", "set", "for", "done", "fi", "esac", "}", "case",
        "pushd", "popd",
    ]
    private static let git: Set<String> = [
        "status", "log", "diff", "show", "branch", "remote", "rev-parse", "ls-files", "blame",
        "describe",
        "config", "grep", "shortlog", "reflog", "ls-remote", "ls-tree", "cat-file", "merge-base",
        "rev-list",
    ]

    /// Whether nothing in the script writes, sends or runs a program that is not known to only look.
    package static func isReadOnly(_ command: String) -> Bool {
        ShellProgram(command).invocations.allSatisfy { invocation in
            let writes = invocation.redirections.contains {
                $0.isWrite && !$0.target.text.hasPrefix("/dev/")
            }
            guard !writes else { return false }
            if invocation.name == "git" {
                return GitRule.words(invocation).first.map { git.contains($0) } ?? true
            }
            if invocation.name == "sed" || invocation.name == "perl" {
                return !invocation.hasLetter("i") && invocation.name == "sed"
            }
            if invocation.name == "find" { return !invocation.has("-delete", "-exec", "-execdir") }
            return programs.contains(invocation.name) || invocation.name.isEmpty
        }
    }
}
