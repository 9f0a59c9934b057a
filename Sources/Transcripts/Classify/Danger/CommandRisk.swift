/// What a shell command may do beyond its own folder (formula 24).
///
/// It is judged by its words after the shell's rules, not by its text: a pattern of `grep` or a word of `echo`
/// does nothing.
package struct CommandRisk: Sendable, Hashable {
    package private(set) var dangers: [Danger] = []
    /// Whether it names a file that holds secrets.
    package private(set) var isSensitive = false
    package private(set) var touchesSystemFiles = false
    package private(set) var changesSystemFiles = false
    package private(set) var usesNetwork = false

    /// Judges a script.
    package init(_ command: String) {
        let program = ShellProgram(command)
        for invocation in program.invocations {
            let context = DangerContext(invocation: invocation, program: program)
            dangers += DangerRules.dangers(context)
            usesNetwork = usesNetwork || NetworkRule.uses(invocation)
            let paths = context.paths
            isSensitive = isSensitive || paths.contains { SensitivePath($0) != nil }
            touchesSystemFiles = touchesSystemFiles || paths.contains(where: PathPlace.isSystem)
            changesSystemFiles =
                changesSystemFiles || context.changed.contains(where: PathPlace.isSystem)
        }
        if ForkBomb.stands(in: command) {
            dangers.append(Danger("fork_bomb", .critical, 0..<command.utf8.count))
        }
        dangers = CommandRisk.distinct(dangers)
    }

    /// Once for each class and place.
    private static func distinct(_ dangers: [Danger]) -> [Danger] {
        guard dangers.count > 1 else { return dangers }
        var seen: Set<Danger> = []
        return Array(dangers.filter { seen.insert($0).inserted }.prefix(50))
    }
}

/// A dangerous command.
package struct Danger: Sendable, Hashable {
    /// Its class.
    package var rule: String
    package var severity: Finding.Severity
    /// Bytes of the script.
    package var range: Range<Int>

    init(_ rule: String, _ severity: Finding.Severity, _ range: Range<Int>) {
        self.rule = rule
        self.severity = severity
        self.range = range
    }

    /// The finding, whose shown text has no secret of the command in it.
    func finding(in command: String, hiding secrets: [Finding]) -> Finding {
        Finding(
            kind: .danger,
            rule: rule,
            severity: severity,
            confidence: .definite,
            masked: shown(command, secrets),
            range: range
        )
    }

    private static let longest = 200

    private func shown(_ command: String, _ secrets: [Finding]) -> String {
        var command = command
        return command.withUTF8 { text in
            var shown = ""
            var index = range.lowerBound
            for secret in secrets where secret.range.overlaps(range) {
                if index < secret.range.lowerBound {
                    shown += text.string(index..<secret.range.lowerBound)
                }
                shown += secret.masked
                index = max(index, secret.range.upperBound)
            }
            if index < range.upperBound { shown += text.string(index..<range.upperBound) }
            return shown.count > Danger.longest ? String(shown.prefix(Danger.longest)) + "…" : shown
        }
    }
}

/// A function that calls itself twice, piped: `:(){ :|:& };:`.
private enum ForkBomb {
    static func stands(in command: String) -> Bool {
        guard command.utf8.count < 4096, command.utf8.contains(UInt8(ascii: "{")),
            command.utf8.contains(UInt8(ascii: "|"))
        else { return false }
        let bytes = command.utf8.filter { !WhiteSpace.isASCII($0) }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let parentheses = text.firstIndex(of: "("), text[parentheses...].hasPrefix("(){")
        else { return false }
        let name = text[..<parentheses].split(whereSeparator: { ";&|\n".contains($0) }).last ?? ""
        return !name.isEmpty && text[parentheses...].hasPrefix("(){\(name)|\(name)&")
    }
}
