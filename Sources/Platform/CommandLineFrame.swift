import Core

/// What the command lines of both programs have in common: options, help, and the exit status by error.
package struct CommandLineFrame: Sendable {
    private let program: String
    private let usage: String
    private let help: @Sendable (String) -> String?
    private let grammar: Arguments.Grammar

    /// A frame for `program`, whose `usage` is printed when it is asked for or no command is given.
    ///
    /// `--help` and `--version` are added to the grammar. `help` is what one command has to say of itself; nil where
    /// the usage says it all.
    package init(
        program: String,
        usage: String,
        values: [String],
        flags: [String],
        help: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.program = program
        self.usage = usage
        self.help = help
        grammar = Arguments.Grammar(values: values, flags: flags + ["--help", "--version"])
    }

    /// Runs one command.
    ///
    /// - Parameters:
    ///   - words: without the program's name.
    ///   - run: gets the command's name and everything that was given, and returns the exit status.
    /// - Returns: the exit status (`Exit`); an error was said on standard error.
    package func main(
        _ words: some Sequence<String>,
        _ run: (String, Arguments) throws(OperatorError) -> Int32
    ) -> Int32 {
        var command = ""
        do throws(OperatorError) {
            let arguments = try Arguments(words, grammar)
            command = arguments.rest.first ?? ""
            if arguments.flags.contains("--version") { return try run("version", arguments) }
            let isHelp = arguments.flags.contains("--help") || command == "help"
            guard !isHelp, !command.isEmpty else {
                let topic = command == "help" ? arguments.rest.dropFirst().first : command
                _ = StandardOutput.write(topic.flatMap(help) ?? usage)
                return isHelp ? Exit.success : Exit.usage
            }
            return try run(command, arguments)
        } catch {
            tell(error, of: command)
            return Exit.status(for: error)
        }
    }

    /// A service's errors are lines of its log; a person who typed a command reads several.
    private func tell(_ error: OperatorError, of command: String) {
        guard command != "run" else { return Log.error(error) }
        StandardError.write("\(program): " + TerminalText.lines(error.description))
    }

    /// Refuses words beyond the first `count`, the command's own among them.
    ///
    /// - Throws: `.usage`, naming the first word too many.
    package func limit(_ arguments: Arguments, to count: Int) throws(OperatorError) {
        guard arguments.rest.count > count else { return }
        throw OperatorError(.usage, "\(arguments.rest[count]) is one word too many")
    }

    /// The error for a command that there is not.
    package func unknown(_ command: String) -> OperatorError {
        OperatorError(
            .usage,
            "unknown command \(command)",
            remedy: "\(program) --help lists them."
        )
    }

    /// The error for a command that lacks words.
    package func incomplete(_ command: String) -> OperatorError {
        OperatorError(
            .usage,
            "\(command) needs more words",
            remedy: "\(program) --help shows them."
        )
    }
}
