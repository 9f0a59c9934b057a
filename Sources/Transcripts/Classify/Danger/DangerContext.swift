/// An invocation with what is known of the script around it.
struct DangerContext {
    let invocation: ShellInvocation
    let program: ShellProgram
    /// The command that it stands in.
    let command: ShellCommand

    init(_ invocation: ShellInvocation, _ program: ShellProgram) {
        self.invocation = invocation
        self.program = program
        command = program.command(of: invocation)
    }

    var name: TextBytes { invocation.name }
    var traits: ProgramTraits { invocation.traits }
    var operands: [TextBytes] { invocation.operands }
    var isRaised: Bool { invocation.wrapping.isRaised }
    var arena: ShellArena { program.parser.arena }
    /// The first operand.
    var verb: TextBytes { invocation.verb }

    /// The name in small letters.
    var lowercasedName: TextBytes {
        guard name.contains(where: \.isASCIIUppercase) else { return name }
        return arena.copy(name.map(\.asciiLowercased)[...])
    }

    func danger(_ rule: String, _ severity: Finding.Severity) -> Danger {
        Danger(rule, severity, command.range)
    }

    // MARK: Paths

    /// A path with the script's own variables put in, and behind the folder that `cd` went to.
    func resolved(_ path: TextBytes) -> ResolvedPath {
        program.places.resolve(path, in: invocation.folder, arena)
    }

    /// Whether a path leads to a file that holds secrets.
    func isSensitive(_ path: TextBytes) -> Bool { resolved(path).sensitive(arena) != nil }

    /// Whether what is there is meant to go, also by the name of a variable that holds it.
    func isTemporary(_ path: TextBytes) -> Bool {
        if path.begins("$()"), program.substituted(invocation).contains(.isMktemp) { return true }
        let resolved = resolved(path)
        if resolved.isTemporary { return true }
        guard resolved.begins("$") else { return false }
        let name = resolved.beginning(before: UInt8(ascii: "/"), arena)
        return name.hasIgnoringCase("tmp") || name.hasIgnoringCase("temp")
    }

    private static let longestOperand = 1024

    /// Calls `body` for every path among the words, and for what is redirected, until it returns false.
    func forEachPath(_ body: (ResolvedPath) -> Bool) {
        for redirection in command.redirections where redirection.sign != .string {
            guard body(resolved(redirection.target.text)) else { return }
        }
        guard !traits.contains(.takesNoPaths) else { return }
        var skipsOperand = traits.contains(.takesTextFirst)
        let isElsewhere = invocation.folder >= 0
        for word in invocation.arguments {
            if word.isOperand {
                let isSkipped = skipsOperand
                skipsOperand = false
                guard !isSkipped, word.mayBePath || isElsewhere else { continue }
                let text = word.text
                guard text.count < DangerContext.longestOperand, !text.contains(UInt8(ascii: "\n"))
                else { continue }
                guard body(resolved(DangerContext.file(text))) else { return }
            } else if word.mayBePath,
                let equals = word.text.firstIndex(of: UInt8(ascii: "="))
            {
                let path = DangerContext.file(word.text.from(equals + 1))
                guard body(ResolvedPath(base: nil, tail: path)) else { return }
            }
        }
    }

    /// The file in a word: behind "@" (curl), behind "of=" (dd), behind "host:" (scp).
    static func file(_ word: TextBytes) -> TextBytes {
        var word = word
        if let at = word.lastIndex(of: UInt8(ascii: "@")),
            at == 0 || word[at - 1] == UInt8(ascii: "=")
        {
            word = word.from(at + 1)
        }
        for index in word.indices {
            if word[index] == UInt8(ascii: "/") { break }
            if word[index] == UInt8(ascii: "=") { return word.from(index + 1) }
        }
        return word
    }

    /// Programs that change the files that they name.
    static let changing = [
        "rm", "mv", "cp", "install", "ln", "touch", "mkdir", "rmdir", "chmod", "chown", "chgrp",
        "tee", "truncate", "dd", "shred", "unlink", "rsync", "mkfs", "mount", "umount", "setfacl",
        "chattr", "update-alternatives", "systemctl", "patch", "vi", "vim", "nano", "visudo",
        "unzip", "tar", "reg", "del", "remove-item", "set-itemproperty", "new-item", "rd",
    ]
    private static let inPlace = ByteSet("i")
    private static let extracts = ByteSet("x")

    /// Calls `body` for the paths that are written, deleted or given other rights, until it returns false.
    func forEachChanged(_ body: (ResolvedPath) -> Bool) {
        for redirection in command.redirections where redirection.isWrite {
            guard body(resolved(redirection.target.text)) else { return }
        }
        let edits =
            (name == "sed" || name == "perl" || name == "ruby")
            && invocation.hasLetter(DangerContext.inPlace)
        guard traits.contains(.changesFiles) || edits else { return }
        for operand in changedOperands(edits: edits) {
            guard body(resolved(DangerContext.file(operand))) else { return }
        }
    }

    private func changedOperands(edits: Bool) -> [TextBytes] {
        let operands = operands
        switch name {
        case "cp", "ln", "install", "rsync":
            return operands.count > 1 ? operands.suffix(1) : operands
        case "tar":
            guard invocation.hasLetter(DangerContext.extracts) else { return [] }
            return [invocation.value(of: ["-C", "--directory"]) ?? name.upTo(0)]
        case "chmod", "chown", "chgrp": return Array(operands.dropFirst())
        case "dd": return operands.filter { $0.begins("of=") }
        default: return edits ? Array(operands.dropFirst()) : operands
        }
    }
}
