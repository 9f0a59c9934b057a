/// The scripts that programs hand to a shell, here or elsewhere.
extension ShellProgram {
    /// Programs other than shells that may run a script.
    static let runners = [
        "eval", "su", "runuser", "ssh", "docker", "podman", "kubectl", "oc", "docker-compose",
        "nerdctl", "find", "fd", "cmd", "cmd.exe", "powershell", "pwsh", "powershell.exe",
        "nix-shell", "script",
    ]

    /// The script that an invocation runs.
    func innerScript(_ invocation: ShellInvocation) -> TextBytes? {
        if invocation.traits.contains(.isShell) { return shellScript(invocation) }
        guard invocation.traits.contains(.mayRunScript) else { return nil }
        switch invocation.name {
        case "eval": return joined(invocation.arguments[...])
        case "su", "runuser": return invocation.value(of: ["-c", "--command"])
        case "ssh": return remoteScript(invocation)
        case "docker", "podman", "kubectl", "oc", "docker-compose", "nerdctl":
            return containerScript(invocation)
        case "find", "fd": return executed(invocation)
        case "cmd", "cmd.exe": return tail(invocation, after: ShellProgram.cmdOptions)
        case "powershell", "pwsh", "powershell.exe":
            return tail(invocation, after: ShellProgram.powerShellOptions)
        default: return invocation.value(of: ["--run", "--command", "-c"])
        }
    }

    private static let cmdOptions = WordSet(["/c", "/C"])
    private static let powerShellOptions = WordSet(["-Command", "-c", "-command"])

    private func shellScript(_ invocation: ShellInvocation) -> TextBytes? {
        let words = invocation.arguments
        if let index = words.firstIndex(where: { $0.isShortOption && $0.text.ends("c") }) {
            return words[(index + 1)...].first { !$0.isOption }?.text
        }
        let hasScript = words.contains { $0.isOperand && $0.text != "-" }
        return hasScript ? nil : document(invocation)
    }

    private func tail(_ invocation: ShellInvocation, after options: WordSet) -> TextBytes? {
        let words = invocation.arguments
        guard let index = words.firstIndex(where: { options.contains($0.text) }) else { return nil }
        return joined(words[(index + 1)...])
    }

    private static let sshValued = WordSet([
        "-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-p",
        "-Q", "-R", "-S", "-W", "-w",
    ])

    private func remoteScript(_ invocation: ShellInvocation) -> TextBytes? {
        let words = ShellProgram.behindOptions(invocation.arguments[...], ShellProgram.sshValued)
            .dropFirst()
        return words.isEmpty ? document(invocation) : joined(words)
    }

    private static func behindOptions(
        _ words: Slice<ShellWords>,
        _ valued: WordSet
    ) -> Slice<ShellWords> {
        var rest = words
        while let word = rest.first, word.isOption {
            rest = rest.dropFirst(valued.contains(word.text) ? 2 : 1)
        }
        return rest
    }

    private static let containerValued = WordSet([
        "-u", "-w", "-e", "--user", "--workdir", "--env", "-n", "-c", "--container", "-v", "-p",
        "--name", "--network", "--volume", "--mount", "--entrypoint", "--namespace",
    ])

    /// The command behind `exec` and the container's name.
    private func containerScript(_ invocation: ShellInvocation) -> TextBytes? {
        let words = invocation.arguments
        guard let exec = words.firstIndex(where: { $0.text == "exec" || $0.text == "run" }) else {
            return nil
        }
        let rest = words[(exec + 1)...]
        if let dashes = rest.firstIndex(where: { $0.text == "--" }) {
            return QuotedScript.text(rest[(dashes + 1)...], parser.arena)
        }
        let command = ShellProgram.behindOptions(rest, ShellProgram.containerValued).dropFirst()
        return QuotedScript.text(command, parser.arena)
    }

    private static let executing = WordSet([
        "-exec", "-execdir", "-ok", "-okdir", "-x", "--exec",
    ])

    /// The command of `-exec`, with the search's places where the file's name would stand.
    private func executed(_ invocation: ShellInvocation) -> TextBytes? {
        let words = invocation.arguments
        guard let index = words.firstIndex(where: { ShellProgram.executing.contains($0.text) })
        else { return nil }
        let places = words.prefix { !$0.isOption }
        let name = invocation.value(of: ["-name", "-iname"])
        var script = QuotedScript()
        for word in words[(index + 1)...] {
            if word.text == ";" || word.text == "+" || script.isFull { break }
            guard word.text.has("{}") else {
                script.append(word.text)
                continue
            }
            for place in places where !script.isFull { script.append(place.text, name) }
        }
        return script.text(parser.arena)
    }
}

/// Words as a script that has the same words again.
private struct QuotedScript {
    private static let plain = ByteSet("A-Za-z0-9_/.,:=@%+~*?$}{-")

    private static let plainOrSpace = ByteSet("A-Za-z0-9_/.,:=@%+~*?$}{ -")

    private var bytes: [UInt8] = []
    private var isEmpty = true

    /// Whether it is longer than what is parsed of a script.
    var isFull: Bool { bytes.count > ShellParser.longest }

    /// The script of some words; nil without one.
    static func text(_ words: Slice<ShellWords>, _ arena: ShellArena) -> TextBytes? {
        if let written = ShellProgram.written(words), written.allSatisfy(plainOrSpace.contains) {
            return written
        }
        var script = QuotedScript()
        for word in words where !script.isFull { script.append(word.text) }
        return script.text(arena)
    }

    /// A word, or a path of a folder and a name.
    mutating func append(_ word: TextBytes, _ name: TextBytes? = nil) {
        if !isEmpty { bytes.append(UInt8(ascii: " ")) }
        isEmpty = false
        let plain = QuotedScript.plain
        let isPlain =
            word.allSatisfy(plain.contains) && name?.allSatisfy(plain.contains) != false
            && !(word.isEmpty && name == nil)
        if !isPlain { bytes.append(UInt8(ascii: "'")) }
        appendEscaped(word, isPlain)
        if let name {
            bytes.append(UInt8(ascii: "/"))
            appendEscaped(name, isPlain)
        }
        if !isPlain { bytes.append(UInt8(ascii: "'")) }
    }

    private mutating func appendEscaped(_ text: TextBytes, _ isPlain: Bool) {
        guard !isPlain else {
            bytes.append(contentsOf: text)
            return
        }
        for byte in text {
            bytes.append(byte)
            guard byte == UInt8(ascii: "'") else { continue }
            bytes += [UInt8(ascii: "\\"), byte, byte]
        }
    }

    /// Nil without a word.
    func text(_ arena: ShellArena) -> TextBytes? { isEmpty ? nil : arena.copy(bytes[...]) }
}
