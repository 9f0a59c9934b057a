/// Commands that only look (formula 13: what is no attempt to run a change).
package enum ReadOnlyCommand {
    static let programs = [
        "ls", "cat", "head", "tail", "less", "more", "bat", "grep", "rg", "egrep", "fgrep", "ag",
        "find", "fd", "tree", "wc", "file", "stat", "pwd", "cd", "echo", "printf", "which", "type",
        "whereis", "du", "df", "ps", "top", "env", "printenv", "date", "whoami", "id", "uname",
        "hostname", "sort", "uniq", "cut", "tr", "awk", "sed", "jq", "yq", "diff", "cmp", "md5sum",
        "sha256sum", "basename", "dirname", "realpath", "readlink", "true", "false", "test", "[",
        "[[", ":", "sleep", "nl", "column", "xxd", "od", "strings", "lsof", "free", "uptime",
        "history", "man", "export", "set", "for", "done", "fi", "esac", "}", "case", "pushd",
        "popd",
    ]
    private static let git = WordSet([
        "status", "log", "diff", "show", "branch", "remote", "rev-parse", "ls-files", "blame",
        "describe", "config", "grep", "shortlog", "reflog", "ls-remote", "ls-tree", "cat-file",
        "merge-base", "rev-list",
    ])
    private static let inPlace = ByteSet("i")
    private static let acting = WordSet(["-delete", "-exec", "-execdir"])

    /// Whether nothing in the script writes, sends or runs a program that is not known to only look.
    package static func isReadOnly(_ command: String) -> Bool {
        var command = command
        return command.withUTF8 { command in
            let program = ShellProgram(command)
            return program.invocations.allSatisfy { isReadOnly($0, program) }
        }
    }

    private static func isReadOnly(_ invocation: ShellInvocation, _ program: ShellProgram) -> Bool {
        let writes = program.command(of: invocation).redirections.contains {
            $0.isWrite && !$0.target.text.begins("/dev/")
        }
        guard !writes else { return false }
        switch invocation.name {
        case "git": return GitRule.words(invocation).first.map { git.contains($0.text) } ?? true
        case "sed": return !invocation.hasLetter(inPlace)
        case "find": return !invocation.has(acting)
        default: return invocation.traits.contains(.isReadOnly) || invocation.name.isEmpty
        }
    }
}
