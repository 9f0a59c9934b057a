/// An invocation with what is known of the script around it.
struct DangerContext {
    let invocation: ShellInvocation
    let program: ShellProgram

    var name: String { invocation.name }
    var operands: [String] { invocation.operands }
    var isRaised: Bool { invocation.wrappers.contains { $0 == "sudo" || $0 == "doas" } }

    func danger(_ rule: String, _ severity: Finding.Severity) -> [Danger] {
        [Danger(rule, severity, invocation.range)]
    }

    // MARK: Paths

    /// A path with the script's own variables put in, and behind the folder that `cd` went to.
    func resolved(_ path: String) -> String {
        var path = path
        if path.hasPrefix("$"), !path.hasPrefix("$(") {
            let name = path.dropFirst().drop { $0 == "{" }.prefix {
                $0.isLetter || $0.isNumber || $0 == "_"
            }
            if let value = program.variables[String(name)], !value.isEmpty {
                let rest = path.dropFirst().drop { $0 == "{" }.dropFirst(name.count).drop {
                    $0 == "}"
                }
                path = value + rest
            }
        }
        let isAnchored =
            path.hasPrefix("/") || path.hasPrefix("~") || path.hasPrefix("$")
            || path.dropFirst().hasPrefix(":")
        guard !isAnchored, let directory = invocation.directory else { return path }
        let folder =
            directory == path
            ? directory : DangerContext(invocation: without(), program: program).resolved(directory)
        let place = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        return path == "." || path == "*" || path == "./*" ? place + "/*" : place + "/" + path
    }

    private func without() -> ShellInvocation {
        var invocation = invocation
        invocation.directory = nil
        return invocation
    }

    /// Whether what is there is meant to go, also by the name of a variable that holds it.
    func isTemporary(_ path: String) -> Bool {
        if invocation.substituted.contains("mktemp"), path.hasPrefix("$()") { return true }
        let path = resolved(path)
        if PathPlace.isTemporary(path) { return true }
        guard path.hasPrefix("$") else { return false }
        let name = path.dropFirst().prefix { $0 != "/" }.lowercased()
        return name.contains("tmp") || name.contains("temp")
    }

    /// Every path among the words, and what is redirected.
    var paths: [String] {
        let silent: Set<String> = [
            "echo", "printf", "grep", "rg", "egrep", "fgrep", "ag", "sed", "awk", "git",
        ]
        var paths = invocation.redirections.filter { $0.sign != "<<<" }.map {
            resolved($0.target.text)
        }
        guard !["echo", "printf", "export", ":", "true", "false", "test", "["].contains(name) else {
            return paths
        }
        var operands = invocation.operands
        if silent.contains(name) { operands = Array(operands.dropFirst()) }
        for operand in operands where !operand.contains("\n") && operand.utf8.count < 1024 {
            paths.append(resolved(DangerContext.file(operand)))
        }
        for word in invocation.arguments where word.text.hasPrefix("-") {
            if let equals = word.text.firstIndex(of: "=") {
                paths.append(
                    DangerContext.file(String(word.text[word.text.index(after: equals)...]))
                )
            }
        }
        return paths
    }

    /// The file in a word: behind "@" (curl), behind "of=" (dd), behind "host:" (scp).
    static func file(_ word: String) -> String {
        var word = word[...]
        if let at = word.lastIndex(of: "@"),
            at == word.startIndex || word[word.index(before: at)] == "="
        {
            word = word[word.index(after: at)...]
        }
        if let equals = word.firstIndex(of: "="), !word[..<equals].contains("/") {
            word = word[word.index(after: equals)...]
        }
        return String(word)
    }

    private static let changing: Set<String> = [
        "rm", "mv", "cp", "install", "ln", "touch", "mkdir", "rmdir", "chmod", "chown", "chgrp",
        "tee",
        "truncate", "dd", "shred", "unlink", "rsync", "mkfs", "mount", "umount", "setfacl",
        "chattr",
        "update-alternatives", "systemctl", "patch", "vi", "vim", "nano", "visudo", "unzip", "tar",
        "reg", "del", "remove-item", "set-itemproperty", "new-item", "rd",
    ]

    /// The paths that are written, deleted or given other rights.
    var changed: [String] {
        var changed = invocation.redirections.filter(\.isWrite).map { resolved($0.target.text) }
        let edits = ["sed", "perl", "ruby"].contains(name) && invocation.hasLetter("i")
        guard DangerContext.changing.contains(name.lowercased()) || edits else { return changed }
        var operands = invocation.operands
        if ["cp", "ln", "install", "rsync"].contains(name), operands.count > 1 {
            operands = [operands[operands.count - 1]]
        }
        if name == "tar" {
            operands =
                invocation.hasLetter("x") ? [invocation.value(of: "-C", "--directory") ?? ""] : []
        }
        if edits || name == "chmod" || name == "chown" || name == "chgrp" {
            operands = Array(operands.dropFirst())
        }
        if name == "dd" { operands = operands.filter { $0.hasPrefix("of=") } }
        changed += operands.map { resolved(DangerContext.file($0)) }
        return changed
    }
}
