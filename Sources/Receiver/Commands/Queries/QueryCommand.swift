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
    let run: @Sendable (QueryContext) throws(OperatorError) -> Void

    /// All of them by name.
    static let all: [String: QueryCommand] = [
        "sql": QueryCommand(options: ["--format", "--timeout"], words: 1, run: SQLCommand.run),
        "cost": QueryCommand(
            options: ["--by", "--since", "--until", "--json"],
            words: 0,
            run: CostCommand.run
        ),
        "sessions": QueryCommand(
            options: [
                "--project", "--tool", "--machine", "--since", "--until", "--limit", "--offset",
                "--all", "--json",
            ],
            words: 0,
            run: SessionsCommand.run
        ),
        "show": QueryCommand(options: ["--all"], words: 1, run: ShowCommand.run),
        "search": QueryCommand(
            options: [
                "--limit", "--offset", "--sort", "--project", "--tool", "--kind", "--model",
                "--session", "--since", "--until", "--machine", "--path", "--json",
            ],
            words: .max,
            run: SearchCommand.run
        ),
        "export": QueryCommand(
            options: ["--format", "--to", "--force"],
            words: 1,
            run: ExportCommand.run
        ),
        "report": QueryCommand(
            options: ["--since", "--until", "--format"],
            words: 0,
            run: ReportCommand.run
        ),
        "restore": QueryCommand(
            options: ["--to", "--source", "--force"],
            words: 1,
            run: RestoreCommand.run
        ),
    ]

    /// Options of all of them, for the command line's grammar.
    static let values = [
        "--format", "--by", "--since", "--until", "--project", "--tool", "--machine", "--limit",
        "--offset", "--sort", "--kind", "--model", "--session", "--path", "--to", "--source",
        "--timeout",
    ]
    static let flags = ["--all", "--force"]

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
            throw OperatorError(.usage, "\(rest[words]) is one word too many")
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
