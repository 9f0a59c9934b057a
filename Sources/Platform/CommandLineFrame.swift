import Core

/// What the command lines of both programs have in common: options, help, and the exit status by error.
package struct CommandLineFrame: Sendable {
    private let manual: Manual
    private let grammar: Arguments.Grammar

    /// A frame for the program that `manual` describes: its options are taken, and its help is printed when it is
    /// asked for or no command is given.
    ///
    /// `--help` and `--version` are added to the options; so is what packages are made with: `help --man` prints
    /// the manual page, `help --completion bash|zsh|fish` a completion, `help --databases` schema versions.
    package init(_ manual: Manual) {
        self.manual = manual
        grammar = Arguments.Grammar(
            values: manual.grammar.values + ["--completion"],
            flags: manual.grammar.flags + ["--help", "--version", "--man", "--databases"]
        )
    }

    /// Runs one command.
    ///
    /// - Parameters:
    ///   - words: without the program's name.
    ///   - run: gets the command's name and everything that was given, and returns the exit status. Words and
    ///     options are as the manual has them.
    /// - Returns: the exit status (`Exit`); an error was said on standard error.
    package func main(
        _ words: some Sequence<String>,
        _ run: (String, Arguments) throws(OperatorError) -> Int32
    ) -> Int32 {
        var command = ""
        do throws(OperatorError) {
            let arguments = try Arguments(words, grammar)
            command = arguments.rest.first ?? ""
            if arguments.flags.contains("--version") { command = "version" }
            let isHelp = arguments.flags.contains("--help") || command == "help"
            guard !isHelp, !command.isEmpty else {
                _ = StandardOutput.write(help(arguments))
                return isHelp ? Exit.success : Exit.usage
            }
            guard command != "version" else {
                _ = StandardOutput.write("\(manual.program) \(manual.version)\n")
                return Exit.success
            }
            try check(command, arguments)
            return try run(command, arguments)
        } catch {
            tell(error, of: command)
            return Exit.status(for: error)
        }
    }

    private func help(_ arguments: Arguments) -> String {
        if arguments.flags.contains("--man") { return manual.page }
        if arguments.flags.contains("--databases") {
            return manual.databases.map { "\($0.name) \($0.version)\n" }.joined()
        }
        if let shell = arguments.values["--completion"], let script = manual.completion(shell) {
            return script
        }
        let first = arguments.rest.first
        let topic = first == "help" ? arguments.rest.dropFirst().first : first
        return topic.flatMap(manual.help) ?? manual.usage
    }

    /// A service's errors are lines of its log; a person who typed a command reads several.
    private func tell(_ error: OperatorError, of command: String) {
        guard command != "run" else { return Log.error(error) }
        StandardError.write("\(manual.program): " + TerminalText.lines(error.description))
    }

    private func check(_ name: String, _ arguments: Arguments) throws(OperatorError) {
        let shown = TerminalText.line(name)
        guard let command = manual.command(name) else {
            throw OperatorError(
                .usage,
                "unknown command \(shown)",
                remedy: "\(manual.program) --help lists them."
            )
        }
        let remedy = "\(manual.program) \(name) --help shows how it is used."
        let known = (manual.options + command.options).map(\.name)
        let given = Set(arguments.values.keys).union(arguments.flags)
        if let foreign = given.subtracting(known).sorted().first {
            throw OperatorError(.usage, "\(name) has no \(foreign)", remedy: remedy)
        }
        let words = arguments.rest.count - 1
        guard words >= command.words.lowerBound else {
            throw OperatorError(.usage, "\(name) needs more words", remedy: remedy)
        }
        guard words <= command.words.upperBound else {
            let excess = TerminalText.line(arguments.rest[command.words.upperBound + 1])
            throw OperatorError(.usage, "\(excess) is one word too many", remedy: remedy)
        }
    }
}
