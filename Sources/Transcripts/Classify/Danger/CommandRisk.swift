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
        var command = command
        self = command.withUTF8 { CommandRisk($0) }
    }

    init(_ command: TextBytes) {
        let program = ShellProgram(command)
        for invocation in program.invocations where !invocation.isHarmless {
            add(DangerContext(invocation, program))
        }
        if ForkBomb.stands(in: command) { add(Danger("fork_bomb", .critical, 0..<command.count)) }
    }

    private mutating func add(_ context: DangerContext) {
        DangerRules.judge(context) { add($0) }
        usesNetwork = usesNetwork || NetworkRule.uses(context)
        if !isSensitive || !touchesSystemFiles {
            context.forEachPath { path in
                isSensitive = isSensitive || path.sensitive(context.arena) != nil
                touchesSystemFiles = touchesSystemFiles || path.isSystem
                return !isSensitive || !touchesSystemFiles
            }
        }
        if !changesSystemFiles {
            context.forEachChanged { path in
                changesSystemFiles = path.isSystem
                return !changesSystemFiles
            }
        }
    }

    private static let most = 50

    /// Once for each class and place.
    private mutating func add(_ danger: Danger) {
        guard dangers.count < CommandRisk.most, !dangers.contains(danger) else { return }
        dangers.append(danger)
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
            // As much as is shown, or much more for characters of many bytes.
            var limit = 16 * Danger.longest
            while true {
                let shown = shown(text, secrets, limit)
                let isLong = shown.count > Danger.longest + 1
                if isLong { return String(shown.prefix(Danger.longest)) + "…" }
                if shown.utf8.count < limit {
                    return shown.count > Danger.longest
                        ? String(shown.prefix(Danger.longest)) + "…" : shown
                }
                limit *= 8
            }
        }
    }

    /// The beginning of the text with its secrets masked; with fewer bytes than the limit it is the whole.
    private func shown(_ text: TextBytes, _ secrets: [Finding], _ limit: Int) -> String {
        var shown = ""
        var index = range.lowerBound
        func add(_ end: Int) {
            guard index < end else { return }
            shown += text.string(index..<min(end, index + limit))
        }
        for secret in secrets where secret.range.overlaps(range) {
            add(secret.range.lowerBound)
            guard shown.utf8.count < limit else { return shown }
            shown += secret.masked
            index = max(index, secret.range.upperBound)
        }
        add(range.upperBound)
        return shown
    }
}

/// A function that calls itself twice, piped: `:(){ :|:& };:`.
private enum ForkBomb {
    private static let longest = 4096

    static func stands(in command: TextBytes) -> Bool {
        guard command.count < longest, command.contains(UInt8(ascii: "{")),
            command.contains(UInt8(ascii: "|"))
        else { return false }
        let bytes = command.filter { !WhiteSpace.isASCII($0) }
        return bytes.withUnsafeBufferPointer { stands(inDense: $0) }
    }

    private static func stands(inDense text: TextBytes) -> Bool {
        guard let parentheses = text.firstIndex(of: UInt8(ascii: "(")),
            text.has("(){", at: parentheses)
        else { return false }
        var name = text.upTo(0)
        text.upTo(parentheses).forEachPart(between: ByteSet(";&|")) { part in
            name = part
            return true
        }
        return isCalled(name, text.from(parentheses + 3))
    }

    /// Whether a body begins with `name|name&`.
    private static func isCalled(_ name: TextBytes, _ body: TextBytes) -> Bool {
        guard !name.isEmpty, body.count >= name.count * 2 + 2 else { return false }
        let second = name.count + 1
        return body.upTo(name.count).isSame(name) && body[name.count] == UInt8(ascii: "|")
            && body.part(second..<second + name.count).isSame(name)
            && body[second + name.count] == UInt8(ascii: "&")
    }
}
