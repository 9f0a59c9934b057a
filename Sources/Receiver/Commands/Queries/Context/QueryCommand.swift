import Catalog
import Core
import Platform
import Settings

/// A command that reads the catalog: what it takes, and what it does.
struct QueryCommand: Sendable {
    /// The options that it knows, besides `--config`.
    let options: Set<String>
    /// Words behind the command at most.
    let words: Int
    let help: String
    let run: @Sendable (QueryContext) throws(OperatorError) -> Void

    /// Options that ask something of sessions, and of when.
    private static let scope: Set<String> = [
        "--agent", "--machine", "--owner", "--project", "--branch", "--tool", "--session",
        "--title",
        "--has", "--model", "--cost", "--since", "--until",
    ]
    private static let calls: Set<String> = ["--name", "--path", "--file", "--command"]

    /// All of them by name.
    static let all: [String: QueryCommand] = [
        "sql": QueryCommand(
            options: ["--format", "--schema"],
            words: 1,
            help: CommandHelp.sql,
            run: SQLCommand.run
        ),
        "cost": QueryCommand(
            options: scope.union(["--by", "--json"]),
            words: 0,
            help: CommandHelp.cost,
            run: CostCommand.run
        ),
        "sessions": QueryCommand(
            options: scope.union(calls).union(["--limit", "--offset", "--sort", "--all", "--json"]),
            words: .max,
            help: CommandHelp.sessions,
            run: SessionsCommand.run
        ),
        "show": QueryCommand(
            options: ["--all", "--subagents", "--last"],
            words: 1,
            help: CommandHelp.show,
            run: ShowCommand.run
        ),
        "search": QueryCommand(
            options: scope.union(calls).union([
                "--role", "--kind", "--language", "--limit", "--offset", "--after", "--sort",
                "--group", "--json",
            ]),
            words: .max,
            help: CommandHelp.search,
            run: SearchCommand.run
        ),
        "export": QueryCommand(
            options: ["--format", "--to", "--force", "--subagents", "--secrets"],
            words: 1,
            help: CommandHelp.export,
            run: ExportCommand.run
        ),
        "report": QueryCommand(
            options: scope.union(["--format", "--json", "--to", "--force"]),
            words: 0,
            help: CommandHelp.report,
            run: ReportCommand.run
        ),
        "restore": QueryCommand(
            options: ["--to", "--source", "--only", "--force"],
            words: 1,
            help: CommandHelp.restore,
            run: RestoreCommand.run
        ),
    ]

    /// Options of all of them, for the command line's grammar.
    static let values = [
        "--format", "--by", "--since", "--until", "--limit", "--offset", "--after", "--sort",
        "--to",
        "--source", "--only", "--last", "--machine", "--agent", "--owner", "--project", "--branch",
        "--tool", "--session", "--title", "--has", "--model", "--cost", "--name", "--path",
        "--file",
        "--command", "--role", "--kind", "--language",
    ]
    static let flags = ["--all", "--force", "--group", "--subagents", "--secrets", "--schema"]

    /// What the manual tells of it.
    ///
    /// - Parameters:
    ///   - name: the command's.
    ///   - synopsis: what stands behind the name in the list of commands.
    ///   - summary: what it does, in a line.
    /// - Returns: the command with its options and its own help.
    static func manual(_ name: String, _ synopsis: String, _ summary: String) -> ManualCommand {
        guard let command = all[name] else { return ManualCommand(name, synopsis, summary) }
        return ManualCommand(
            name,
            synopsis,
            summary,
            options: command.options.sorted().map { option in
                guard values.contains(option) else { return ManualOption(option) }
                return ManualOption(option, value(of: option, command: name))
            },
            words: 0...command.words,
            text: command.help
        )
    }

    private static func value(of option: String, command: String) -> ManualOption.Value {
        switch (option, command) {
        case ("--to", "restore"): .folder
        case ("--to", _): .file
        case ("--format", "sql"): .choice(OutputFormat.allCases.map(\.rawValue))
        case ("--format", "export"): .choice(["md", "html", "json", "original"])
        case ("--format", _): .choice(["md", "json"])
        default: .text(option.dropFirst(2).uppercased())
        }
    }

    /// Runs the command on the catalog of a storage folder.
    func run(
        _ arguments: Arguments,
        storage: BytePath,
        output: CommandOutput = .standard,
        now: WallTime = Clock.wall()
    ) throws(OperatorError) {
        let given = Set(arguments.values.keys).union(arguments.flags).subtracting(["--config"])
        let name = arguments.rest.first ?? ""
        if let foreign = given.subtracting(options).sorted().first {
            let known = options.sorted().joined(separator: " ")
            throw OperatorError(.usage, "\(name) has no \(foreign)", remedy: "It has: \(known)")
        }
        let rest = Array(arguments.rest.dropFirst())
        guard rest.count <= words else {
            throw OperatorError(
                .usage,
                "\(TerminalText.line(rest[words])) is one word too many",
                remedy: "tailship-receiver \(name) --help shows how it is used."
            )
        }
        let context = QueryContext(
            catalog: try CatalogReader(path: storage.appending("catalog.db")),
            storage: storage,
            arguments: arguments,
            words: rest,
            output: output,
            now: now
        )
        try run(context)
    }
}
