/// The programs that a script runs, in their order, through everything that runs a program for another.
///
/// It belongs to one analysis: its texts are the script's and its arena's.
final class ShellProgram {
    private(set) var invocations: [ShellInvocation] = []
    let places = ShellPlaces()
    var parser = ShellParser()
    private var depth = 0
    private var folder = -1
    /// Of commands by their index what `traits(ofNames:)` found; 0: not asked yet.
    private var nameTraits: [ProgramTraits] = []
    private var sensitiveReaders: [BytesKey: Int]?

    static let maximum = 2000
    private static let deepest = 6
    private static let mostWrappers = 12
    /// How many commands before one are looked at for its pipeline.
    private static let window = 64

    /// - Parameter script: it must live as long as the program does.
    init(_ script: TextBytes) {
        add(script, range: nil, wrapping: .init())
    }

    /// The command that an invocation stands in.
    func command(of invocation: ShellInvocation) -> ShellCommand {
        parser.commands[invocation.command]
    }

    // MARK: Scripts in scripts

    private func add(_ script: TextBytes, range: Range<Int>?, wrapping: ShellInvocation.Wrapping) {
        guard depth < ShellProgram.deepest, invocations.count < ShellProgram.maximum else { return }
        depth += 1
        defer { depth -= 1 }
        let first = parser.commands.count
        parser.parse(script, range: range)
        for index in first..<parser.commands.count {
            guard invocations.count < ShellProgram.maximum else { return }
            add(index, wrapping)
        }
    }

    private func add(_ index: Int, _ wrapping: ShellInvocation.Wrapping) {
        let command = parser.commands[index]
        if !command.assignments.isEmpty { note(command.assignments) }
        var invocation = ShellInvocation(
            name: TextBytes(start: nil, count: 0),
            traits: [],
            arguments: command.words,
            command: index,
            wrapping: wrapping,
            folder: folder,
            isRedirected: !command.redirections.isEmpty
        )
        if let first = command.words.first {
            invocation.name = ShellProgram.baseName(first.text)
            invocation.traits = ProgramTraits.of(invocation.name)
            invocation.arguments = ShellWords(rebasing: command.words[1...])
        } else if !invocation.isRedirected {
            return
        }
        add(invocation)
    }

    private func note(_ assignments: UnsafeBufferPointer<ShellCommand.Assignment>) {
        for assignment in assignments {
            let isTemporary = assignment.value.commands.contains {
                parser.commands[$0].words.first.map { $0.text == "mktemp" } == true
            }
            places.set(assignment.name, isTemporary ? ShellPlaces.temporary : assignment.value.text)
        }
    }

    private func add(_ invocation: ShellInvocation) {
        guard invocations.count < ShellProgram.maximum,
            invocation.wrapping.count < ShellProgram.mostWrappers
        else { return }
        let traits = invocation.traits
        if traits.contains(.wraps) {
            addWrapped(invocation)
            return
        }
        invocations.append(invocation)
        guard !traits.isDisjoint(with: [.changesFolder, .setsVariables, .isShell, .mayRunScript])
        else { return }
        if traits.contains(.changesFolder) {
            folder = places.enter(firstOperand(invocation), from: folder)
        }
        if traits.contains(.setsVariables) { export(invocation) }
        guard let script = innerScript(invocation) else { return }
        let saved = folder
        var wrapping = invocation.wrapping
        wrapping.add(invocation.name)
        add(script, range: command(of: invocation).range, wrapping: wrapping)
        if invocation.name != "eval" { folder = saved }
    }

    private func firstOperand(_ invocation: ShellInvocation) -> TextBytes? {
        invocation.arguments.first(where: \.isOperand)?.text
    }

    private func export(_ invocation: ShellInvocation) {
        let isTemporary = substituted(invocation).contains(.isMktemp)
        for word in invocation.arguments where word.isOperand {
            guard let equals = word.text.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = isTemporary ? ShellPlaces.temporary : word.text.from(equals + 1)
            places.set(word.text.upTo(equals), value)
        }
    }

    static func baseName(_ path: TextBytes) -> TextBytes {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return path.from(slash + 1)
    }

    // MARK: Pipelines

    /// Calls `body` for the commands before one in its pipeline, with those of the groups there, the nearest
    /// first, until it returns false.
    private func forEachUpstream(_ index: Int, _ body: (Int) -> Bool) {
        let command = parser.commands[index]
        guard command.position > 0 else { return }
        // A pipeline stands together, but for what is inside of it: a bounded look back finds it.
        for other in (max(0, index - ShellProgram.window)..<index).reversed() {
            let candidate = parser.commands[other]
            var isBefore =
                candidate.pipeline == command.pipeline && candidate.position < command.position
            if !isBefore, let place = candidate.group {
                isBefore = place.pipeline == command.pipeline && place.position < command.position
            }
            if isBefore, !body(other) { return }
        }
    }

    /// Calls `body` for the names in a command's words up to the first that is no wrapper.
    private func forEachName(_ index: Int, _ body: (TextBytes, ProgramTraits) -> Void) {
        for word in parser.commands[index].words {
            let name = ShellProgram.baseName(word.text)
            if name.begins(UInt8(ascii: "-")) || name.contains(UInt8(ascii: "=")) { continue }
            let traits = ProgramTraits.of(name)
            body(name, traits)
            if !traits.contains(.wraps) { return }
        }
    }

    /// What the names in a command's words are, taken together.
    private func traits(ofNames index: Int) -> ProgramTraits {
        if nameTraits.count < parser.commands.count {
            let missing = parser.commands.count - nameTraits.count
            nameTraits.append(contentsOf: repeatElement([], count: missing))
        }
        guard nameTraits[index].isEmpty else { return nameTraits[index] }
        var all: ProgramTraits = .isKnown
        forEachName(index) { all.formUnion($1.union(.isNamed)) }
        nameTraits[index] = all
        return all
    }

    /// What comes before an invocation in its pipeline.
    func sources(_ invocation: ShellInvocation) -> ProgramTraits {
        var all: ProgramTraits = []
        forEachUpstream(invocation.command) {
            all.formUnion(traits(ofNames: $0))
            return true
        }
        return all
    }

    /// What the commands in the words of its command are.
    func substituted(_ invocation: ShellInvocation) -> ProgramTraits {
        let command = parser.commands[invocation.command]
        var all: ProgramTraits = []
        for word in command.words {
            for index in word.commands { all.formUnion(traits(ofNames: index)) }
        }
        for redirection in command.redirections {
            for index in redirection.target.commands { all.formUnion(traits(ofNames: index)) }
        }
        return all
    }

    /// What its input is: a here-document, or the words of an `echo` before it in its pipeline.
    func document(_ invocation: ShellInvocation) -> TextBytes? {
        if let document = parser.commands[invocation.command].document { return document }
        var echo: ShellCommand?
        forEachUpstream(invocation.command) {
            echo = parser.commands[$0]
            return false
        }
        guard let words = echo?.words, let name = words.first?.text,
            name == "echo" || name == "printf"
        else { return nil }
        return joined(words.dropFirst().lazy.filter { !$0.isOption })
    }

    /// Whether a program that feeds it was handed a sensitive file before.
    func isFedSensitive(_ invocation: ShellInvocation) -> Bool {
        let readers = sensitiveReaders ?? findSensitiveReaders()
        sensitiveReaders = readers
        guard !readers.isEmpty else { return false }
        let start = command(of: invocation).range.lowerBound
        var isFed = false
        forEachUpstream(invocation.command) { index in
            forEachName(index) { name, _ in
                isFed = isFed || readers[BytesKey(name)].map { $0 <= start } == true
            }
            return !isFed
        }
        return isFed
    }

    /// The names of those that have a sensitive operand, with the end of the first of them.
    private func findSensitiveReaders() -> [BytesKey: Int] {
        var ends: [BytesKey: Int] = [:]
        for invocation in invocations {
            let isSensitive = invocation.arguments.contains {
                $0.isOperand && SensitivePath($0.text) != nil
            }
            guard isSensitive else { continue }
            let end = command(of: invocation).range.upperBound
            ends[BytesKey(invocation.name), default: end] =
                min(end, ends[BytesKey(invocation.name)] ?? end)
        }
        return ends
    }

    /// Words with single spaces between them.
    func joined(_ words: Slice<ShellWords>) -> TextBytes {
        ShellProgram.written(words) ?? joined(words.lazy.map { $0 })
    }

    /// The text of words that stand behind each other with single spaces between them as they are.
    static func written(_ words: Slice<ShellWords>) -> TextBytes? {
        guard let first = words.first?.text, let start = first.baseAddress else { return nil }
        var end = start + first.count
        for word in words.dropFirst() {
            guard let base = word.text.baseAddress, base == end + 1,
                end.pointee == UInt8(ascii: " ")
            else { return nil }
            end = base + word.text.count
        }
        return TextBytes(start: start, count: end - start)
    }

    private func joined(_ words: some Sequence<ShellWord>) -> TextBytes {
        var text: [UInt8] = []
        var isFirst = true
        for word in words {
            if !isFirst { text.append(UInt8(ascii: " ")) }
            isFirst = false
            text.append(contentsOf: word.text)
        }
        return parser.arena.copy(text[...])
    }

    // MARK: Wrappers

    static let wrappers = [
        "sudo", "doas", "env", "nohup", "time", "nice", "ionice", "timeout", "stdbuf", "setsid",
        "exec", "command", "builtin", "xargs", "watch", "strace", "ltrace", "chroot", "unbuffer",
        "caffeinate", "parallel", "busybox", "proxychains", "rtk",
    ]
    /// Options of the wrappers that take the next word.
    private static let valued = ByteTable<WordSet>([
        (
            "sudo",
            WordSet(["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U", "--user", "--group"])
        ),
        ("doas", WordSet(["-u", "-C"])),
        ("env", WordSet(["-u", "-C", "-S", "--unset", "--chdir"])),
        ("nice", WordSet(["-n"])), ("ionice", WordSet(["-c", "-n", "-p"])),
        ("timeout", WordSet(["-s", "-k", "--signal"])), ("stdbuf", WordSet(["-i", "-o", "-e"])),
        (
            "xargs",
            WordSet(["-I", "-n", "-P", "-L", "-d", "-a", "-E", "-s", "--max-args", "--max-procs"])
        ),
        ("watch", WordSet(["-n", "--interval"])), ("strace", WordSet(["-e", "-o", "-p"])),
        ("exec", WordSet(["-a"])), ("parallel", WordSet(["-j", "--jobs"])),
    ])
    private static let unvalued = WordSet([])

    /// Takes one wrapper off; the wrapper itself is noted when it raises privileges.
    private func addWrapped(_ invocation: ShellInvocation) {
        let name = invocation.name
        if name == "sudo" || name == "doas" { invocations.append(invocation) }
        let rest = ShellProgram.wrapped(invocation)
        guard let first = rest.first else {
            // `exec` with redirections only.
            if name == "exec" { invocations.append(invocation) }
            return
        }
        var inner = invocation
        inner.name = ShellProgram.baseName(first.text)
        inner.traits = ProgramTraits.of(inner.name)
        inner.arguments = ShellWords(rebasing: rest.dropFirst())
        inner.wrapping.add(name)
        if name == "watch", first.text.contains(UInt8(ascii: " ")) {
            let range = command(of: invocation).range
            add(first.text, range: range, wrapping: inner.wrapping)
        } else {
            add(inner)
        }
    }

    /// The words of a wrapper from the name of the program on that it runs.
    private static func wrapped(_ invocation: ShellInvocation) -> Slice<ShellWords> {
        let name = invocation.name
        var rest = invocation.arguments[...]
        let valued = valued[name] ?? unvalued
        let takesVariables = name == "env" || name == "sudo"
        while let word = rest.first?.text {
            if word == "--" {
                rest = rest.dropFirst()
                break
            }
            if word.begins(UInt8(ascii: "-")) {
                rest = rest.dropFirst(valued.contains(word) ? 2 : 1)
            } else if takesVariables, word.contains(UInt8(ascii: "=")) {
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        return name == "timeout" || name == "chroot" ? rest.dropFirst() : rest
    }
}
