/// The programs that a script runs, in their order, through everything that runs a program for another.
struct ShellProgram {
    private(set) var invocations: [ShellInvocation] = []
    private var depth = 0
    private var directory: String?
    /// What variables were set to, as written.
    private(set) var variables: [String: String] = [:]
    private var isBounded = false

    private static let maximum = 2000

    init(_ script: String) {
        add(script, range: nil, wrappers: [])
    }

    // MARK: Scripts in scripts

    private mutating func add(_ script: String, range: Range<Int>?, wrappers: [String]) {
        guard depth < 6, invocations.count < ShellProgram.maximum else { return }
        depth += 1
        defer { depth -= 1 }
        var parser = ShellParser(Array(script.utf8), range: range)
        parser.parseList(closing: nil, group: nil)
        let commands = parser.commands
        for index in commands.indices where invocations.count < ShellProgram.maximum {
            add(commands, index, wrappers)
        }
    }

    private mutating func add(_ commands: [ShellCommand], _ index: Int, _ wrappers: [String]) {
        let command = commands[index]
        note(command.assignments, commands)
        guard let first = command.words.first else {
            guard !command.redirections.isEmpty else { return }
            add(invocation("", [], command, commands, index), wrappers)
            return
        }
        var invocation = invocation(
            first.text,
            Array(command.words.dropFirst()),
            command,
            commands,
            index
        )
        invocation.wrappers = wrappers
        add(invocation, wrappers)
    }

    private mutating func note(_ assignments: [ShellCommand.Assignment], _ commands: [ShellCommand])
    {
        for assignment in assignments {
            let names = assignment.value.commands.compactMap { commands[$0].words.first?.text }
            variables[assignment.name] = names.contains("mktemp") ? "/tmp/" : assignment.value.text
        }
    }

    private func invocation(
        _ path: String,
        _ arguments: [ShellWord],
        _ command: ShellCommand,
        _ commands: [ShellCommand],
        _ index: Int
    ) -> ShellInvocation {
        let upstream = ShellProgram.upstream(of: command, before: index, in: commands)
        var invocation = ShellInvocation(
            name: ShellProgram.baseName(path),
            arguments: arguments,
            redirections: command.redirections,
            document: command.document,
            directory: directory,
            range: command.range
        )
        invocation.sources = upstream.flatMap { ShellProgram.names(commands[$0]) }
        if invocation.document == nil, let last = upstream.last {
            invocation.document = ShellProgram.echoed(commands[last])
        }
        let words = command.words + command.redirections.map(\.target)
        invocation.substituted = words.flatMap(\.commands).flatMap {
            ShellProgram.names(commands[$0])
        }
        return invocation
    }

    /// The commands before it in its pipeline, with those of the groups there.
    private static func upstream(
        of command: ShellCommand,
        before index: Int,
        in commands: [ShellCommand]
    ) -> [Int] {
        guard command.position > 0 else { return [] }
        // A pipeline stands together, but for what is inside of it: a bounded look back finds it.
        return (max(0, index - 64)..<index).filter { other in
            let candidate = commands[other]
            let place = candidate.group.map { ($0.pipeline, $0.position) }
            return candidate.pipeline == command.pipeline && candidate.position < command.position
                || place.map { $0.0 == command.pipeline && $0.1 < command.position } == true
        }
    }

    /// The names in a command's words up to the first that is no wrapper.
    private static func names(_ command: ShellCommand) -> [String] {
        var names: [String] = []
        for word in command.words {
            let name = baseName(word.text)
            if name.hasPrefix("-") || name.contains("=") { continue }
            names.append(name)
            if !plainWrappers.contains(name) { break }
        }
        return names
    }

    /// What `echo` and `printf` hand to the next command.
    private static func echoed(_ command: ShellCommand) -> String? {
        guard let name = command.words.first?.text, name == "echo" || name == "printf" else {
            return nil
        }
        return command.words.dropFirst().map(\.text).filter { !$0.hasPrefix("-") }.joined(
            separator: " "
        )
    }

    static func baseName(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    // MARK: Wrappers

    private static let plainWrappers: Set<String> = [
        "sudo", "doas", "env", "nohup", "time", "nice", "ionice", "timeout", "stdbuf", "setsid",
        "exec", "command", "builtin", "xargs", "watch", "strace", "ltrace", "chroot", "unbuffer",
        "caffeinate", "parallel", "busybox", "proxychains", "rtk",
    ]
    /// Options of the wrappers that take the next word.
    private static let valued: [String: Set<String>] = [
        "sudo": ["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U", "--user", "--group"],
        "doas": ["-u", "-C"],
        "env": ["-u", "-C", "-S", "--unset", "--chdir"],
        "nice": ["-n"], "ionice": ["-c", "-n", "-p"], "timeout": ["-s", "-k", "--signal"],
        "stdbuf": ["-i", "-o", "-e"],
        "xargs": ["-I", "-n", "-P", "-L", "-d", "-a", "-E", "-s", "--max-args", "--max-procs"],
        "watch": ["-n", "--interval"], "strace": ["-e", "-o", "-p"], "exec": ["-a"],
        "parallel": ["-j", "--jobs"],
    ]
    private static let shells: Set<String> = ["sh", "bash", "zsh", "dash", "ksh", "fish", "ash"]

    private mutating func add(_ invocation: ShellInvocation, _ wrappers: [String]) {
        guard invocations.count < ShellProgram.maximum, invocation.wrappers.count < 12 else {
            return
        }
        if ShellProgram.plainWrappers.contains(invocation.name) {
            addWrapped(invocation)
            return
        }
        invocations.append(invocation)
        if ["cd", "pushd"].contains(invocation.name) { changeDirectory(invocation) }
        if ["export", "declare", "local", "readonly", "typeset"].contains(invocation.name) {
            export(invocation)
        }
        guard let script = innerScript(invocation) else { return }
        let saved = directory
        add(script, range: invocation.range, wrappers: invocation.wrappers + [invocation.name])
        if invocation.name != "eval" { directory = saved }
    }

    private mutating func changeDirectory(_ invocation: ShellInvocation) {
        let target = invocation.operands.first ?? "~"
        let isAbsolute = target.hasPrefix("/") || target.hasPrefix("~") || target.hasPrefix("$")
        directory = isAbsolute ? target : (directory.map { $0 + "/" + target } ?? target)
    }

    private mutating func export(_ invocation: ShellInvocation) {
        for word in invocation.operands {
            guard let equals = word.firstIndex(of: "=") else { continue }
            variables[String(word[..<equals])] =
                invocation.substituted.contains("mktemp")
                ? "/tmp/" : String(word[word.index(after: equals)...])
        }
    }

    /// Takes one wrapper off; the wrapper itself is noted when it raises privileges.
    private mutating func addWrapped(_ invocation: ShellInvocation) {
        let name = invocation.name
        if name == "sudo" || name == "doas" { invocations.append(invocation) }
        var rest = invocation.arguments[...]
        let valued = ShellProgram.valued[name] ?? []
        while let word = rest.first?.text {
            if word == "--" {
                rest = rest.dropFirst()
                break
            }
            if word.hasPrefix("-") {
                rest = rest.dropFirst(valued.contains(word) ? 2 : 1)
            } else if name == "env" || name == "sudo", word.contains("=") {
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        if name == "timeout" || name == "chroot" { rest = rest.dropFirst() }
        guard let first = rest.first else {
            // `exec` with redirections only.
            if name == "exec" { invocations.append(invocation) }
            return
        }
        var inner = invocation
        inner.name = ShellProgram.baseName(first.text)
        inner.arguments = Array(rest.dropFirst())
        inner.wrappers.append(name)
        if name == "watch", first.text.contains(" ") {
            add(first.text, range: invocation.range, wrappers: inner.wrappers)
        } else {
            add(inner, inner.wrappers)
        }
    }

    /// The script that an invocation hands to a shell, here or elsewhere.
    private func innerScript(_ invocation: ShellInvocation) -> String? {
        let name = invocation.name
        if ShellProgram.shells.contains(name) {
            if let index = invocation.arguments.firstIndex(where: { isCommandOption($0.text) }) {
                let rest = invocation.arguments[(index + 1)...]
                return rest.first { !$0.text.hasPrefix("-") }?.text
            }
            return invocation.operands.contains { $0 != "-" && $0 != "-s" }
                ? nil : invocation.document
        }
        switch name {
        case "eval": return invocation.arguments.map(\.text).joined(separator: " ")
        case "su", "runuser": return invocation.value(of: "-c", "--command")
        case "ssh": return remoteScript(invocation)
        case "docker", "podman", "kubectl", "oc", "docker-compose", "nerdctl":
            return containerScript(invocation)
        case "find", "fd": return executed(invocation)
        case "cmd", "cmd.exe": return tail(invocation, after: "/c", "/C")
        case "powershell", "pwsh", "powershell.exe":
            return tail(invocation, after: "-Command", "-c", "-command")
        case "nix-shell", "script": return invocation.value(of: "--run", "--command", "-c")
        default: return nil
        }
    }

    private func isCommandOption(_ word: String) -> Bool {
        word.hasPrefix("-") && !word.hasPrefix("--") && word.hasSuffix("c")
    }

    private func tail(_ invocation: ShellInvocation, after options: String...) -> String? {
        guard let index = invocation.arguments.firstIndex(where: { options.contains($0.text) })
        else { return nil }
        return invocation.arguments[(index + 1)...].map(\.text).joined(separator: " ")
    }

    private static let sshValued: Set<String> = [
        "-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-p",
        "-Q", "-R", "-S", "-W", "-w",
    ]

    private func remoteScript(_ invocation: ShellInvocation) -> String? {
        var rest = invocation.arguments[...]
        while let word = rest.first?.text, word.hasPrefix("-") {
            rest = rest.dropFirst(ShellProgram.sshValued.contains(word) ? 2 : 1)
        }
        let words = rest.dropFirst().map(\.text)
        return words.isEmpty ? invocation.document : words.joined(separator: " ")
    }

    /// The command behind `exec` and the container's name.
    private func containerScript(_ invocation: ShellInvocation) -> String? {
        let words = invocation.arguments
        guard let exec = words.firstIndex(where: { $0.text == "exec" || $0.text == "run" }) else {
            return nil
        }
        var rest = words[(exec + 1)...]
        if let dashes = rest.firstIndex(where: { $0.text == "--" }) {
            return ShellProgram.quoted(rest[(dashes + 1)...])
        }
        let valued: Set<String> = [
            "-u", "-w", "-e", "--user", "--workdir", "--env", "-n", "-c", "--container", "-v", "-p",
            "--name", "--network", "--volume", "--mount", "--entrypoint", "--namespace",
        ]
        while let word = rest.first?.text, word.hasPrefix("-") {
            rest = rest.dropFirst(valued.contains(word) ? 2 : 1)
        }
        return ShellProgram.quoted(rest.dropFirst())
    }

    /// The command of `-exec`, with the search's places where the file's name would stand.
    private func executed(_ invocation: ShellInvocation) -> String? {
        let options: Set<String> = ["-exec", "-execdir", "-ok", "-okdir", "-x", "--exec"]
        guard let index = invocation.arguments.firstIndex(where: { options.contains($0.text) })
        else { return nil }
        let places = invocation.arguments.prefix { !$0.text.hasPrefix("-") }
        let name = invocation.value(of: "-name", "-iname")
        var words: [ShellWord] = []
        for word in invocation.arguments[(index + 1)...] {
            if word.text == ";" || word.text == "+" { break }
            guard word.text.contains("{}") else {
                words.append(word)
                continue
            }
            words += places.map { place in
                ShellWord(name.map { place.text + "/" + $0 } ?? place.text)
            }
        }
        return ShellProgram.quoted(words[...])
    }

    /// The words as a script that has the same words again.
    private static func quoted(_ words: ArraySlice<ShellWord>) -> String? {
        guard !words.isEmpty else { return nil }
        return words.map { word in
            let isPlain = word.text.utf8.allSatisfy {
                ByteSet("A-Za-z0-9_/.,:=@%+~*?$}{-").contains($0)
            }
            return isPlain && !word.text.isEmpty
                ? word.text
                : "'"
                    + word.text.split(separator: "'", omittingEmptySubsequences: false).joined(
                        separator: "'\\''"
                    ) + "'"
        }.joined(separator: " ")
    }
}
