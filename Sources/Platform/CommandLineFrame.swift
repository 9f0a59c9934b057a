import Core

/// What the command lines of both programs have in common: options, help, and the exit status by error.
package struct CommandLineFrame: Sendable {
    private let program: String
    private let usage: String
    private let grammar: Arguments.Grammar

    /// A frame for `program`, whose `usage` is printed when it is asked for or no command is given.
    ///
    /// `--help` and `--version` are added to the grammar.
    package init(program: String, usage: String, values: [String], flags: [String]) {
        self.program = program
        self.usage = usage
        grammar = Arguments.Grammar(values: values, flags: flags + ["--help", "--version"])
    }

    /// Runs one command.
    ///
    /// - Parameters:
    ///   - words: without the program's name.
    ///   - run: gets the command's name and everything that was given, and returns the exit status.
    /// - Returns: the exit status (`Exit`); an error was logged.
    package func main(
        _ words: some Sequence<String>,
        _ run: (String, Arguments) throws(OperatorError) -> Int32
    ) -> Int32 {
        do throws(OperatorError) {
            let arguments = try Arguments(words, grammar)
            if arguments.flags.contains("--version") { return try run("version", arguments) }
            guard !arguments.flags.contains("--help"), let command = arguments.rest.first else {
                _ = StandardOutput.write(usage)
                return arguments.flags.contains("--help") ? Exit.success : Exit.usage
            }
            return try run(command, arguments)
        } catch {
            Log.error(error)
            return Exit.status(for: error)
        }
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
