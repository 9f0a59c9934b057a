import Core
import Platform
import SQL
import Settings

/// The command line of `tailship-receiver`.
package enum ReceiverCommand {
    package static let usage = """
        usage: tailship-receiver COMMAND [--config FILE]

          run                          receive, acknowledge and archive until stopped
          check                        check the configuration and print what is in effect
          status [--json]              what the running receiver does
          token [--owner NAME] [--valid 1h]
                                       make a join token for one agent
          login [--role R] [--owner O] [--name N] [--valid 30d] [--bearer]
                                       a link that logs a browser in to the page, good once; or a token for programs
          agents [revoke NAME]         list the enrolled agents, or revoke one
          consumers [--json]           what is delivered where, how far it is, and what is wrong
          consumers pause|resume|skip|replay NAME [--dry-run]
          consumers rewind NAME --to beginning|now|REV|DATE|SESSION [--dry-run]
                                       orders to a consumer; "skip" puts the next row to the dead letters,
                                       "replay" delivers those once more
          consumers letters|schema NAME
                                       rows that were refused for good; the tables that it needs
          verify                       read every archived file and compare it with what was verified
          rebuild                      make the rows again from the archive; no receiver may be running

          erase SESSION [--dry-run] [--yes]
                                       a session with its subagents out of archive and rows, for good
          hold SESSION [--release] [--reason TEXT]
                                       legal hold: it is neither erased nor retired; without SESSION a list
          retention [--dry-run]        take out now what is too old; or show what would go
          checkpoint [list|now|verify] [--json]
                                       copies of the rows in files that never change: what there is, make one,
                                       read all of them again
          sessions [QUERY]             list the sessions, newest first
          show SESSION                 a conversation to read
          search QUERY                 words of all conversations, "phrases", -without, field:value
          cost [--by day|model|…]      responses, tokens and what they cost
          report [--since 7d]          numbers and their change, costs, tools, errors, findings
          export SESSION [--format md|html|json|original] [--to PATH]
          restore AGENT --to FOLDER    an agent's files back
          sql [QUERY]                  any question, read only; sql --schema explains the tables
                                       each of these has --help with its options and examples

          version

        Without --config, /etc/tailship/receiver.conf is read if it is there. Exit status: 0, 1 (it failed),
        2 (usage), 78 (configuration).

        """

    private static let frame = CommandLineFrame(
        program: "tailship-receiver",
        usage: usage,
        values: ["--config", "--owner", "--valid", "--role", "--name", "--reason"]
            + QueryCommand.values,
        flags: [
            "--json", "--dry-run", "--bearer", "--yes", "--release",
        ] + QueryCommand.flags,
        help: { QueryCommand.all[$0]?.help }
    )

    /// How many words commands have that have more than their name.
    private static let words = [
        "agents": 3, "consumers": 3, "erase": 2, "hold": 2, "checkpoint": 2,
    ]

    /// Runs the command; the result is the exit status.
    package static func main(_ words: some Sequence<String>) -> Int32 {
        frame.main(words) { (command, arguments) throws(OperatorError) in
            try run(command, arguments)
        }
    }

    private static func run(
        _ command: String,
        _ arguments: Arguments
    ) throws(OperatorError) -> Int32 {
        if let query = QueryCommand.all[command] {
            let settings = try configuration(arguments).settings
            try query.run(arguments, storage: settings.storage.directory)
            return Exit.success
        }
        try frame.limit(arguments, to: ReceiverCommand.words[command] ?? 1)
        switch command {
        case "version":
            _ = StandardOutput.write("tailship-receiver \(Hub.version)\n")
        case "check":
            let configuration = try configuration(arguments)
            _ = try PriceFile.table(configuration.settings.prices)
            _ = StandardOutput.write(configuration.effectiveText)
        case "run":
            let configuration = try configuration(arguments)
            let settings = configuration.settings
            Log.level = Log.Level(name: settings.log.level.rawValue)
            try ReceiverService(settings, configuration: configuration.effectiveText).run()
        case "login":
            try LoginCommand.run(try configuration(arguments).settings, arguments)
        case "status": try status(try configuration(arguments).settings, arguments)
        case "token":
            let settings = try configuration(arguments).settings
            _ = StandardOutput.write(try TokenCommand.make(settings, arguments) + "\n")
        case "consumers":
            try ConsumersCommand.run(try configuration(arguments).settings, arguments)
        case "agents": try AgentsCommand.run(try configuration(arguments).settings, arguments)
        case "rebuild": try RebuildCommand.run(try configuration(arguments).settings)
        case "erase": return try EraseCommand.run(try configuration(arguments).settings, arguments)
        case "checkpoint":
            return try CheckpointCommand.run(try configuration(arguments).settings, arguments)
        case "hold": try HoldCommand.run(try configuration(arguments).settings, arguments)
        case "retention":
            try RetentionCommand.run(try configuration(arguments).settings, arguments)
        case "verify": return try VerifyCommand.run(try configuration(arguments).settings)
        default: throw frame.unknown(command)
        }
        return Exit.success
    }

    private static func configuration(
        _ arguments: Arguments
    ) throws(OperatorError) -> LoadedConfiguration<ReceiverSettings> {
        let path = arguments.values["--config"].map { BytePath($0) }
        let files = try ConfigurationFolder.read(
            path ?? "/etc/tailship/receiver.conf",
            mustExist: path != nil
        )
        let context = ExpansionContext(
            home: Host.homeDirectory.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "/",
            variables: Host.environment(),
            userName: Host.userName
        )
        do throws(ConfigurationError) {
            return try ReceiverSettings.load(
                files.map { ConfigurationFile(name: $0.name, bytes: $0.bytes) },
                context: context
            )
        } catch {
            throw OperatorError(.configuration, error.description)
        }
    }

    private static func status(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) {
        let path = StorageFolder.controlSocket(settings.storage.directory)
        let form = arguments.flags.contains("--json") ? "status" : "status text"
        let text = try ControlClient.request(path, form, timeout: .seconds(10))
        _ = StandardOutput.write(text)
    }

    /// Tells a running receiver that the registry changed; false when none is running.
    @discardableResult
    static func nudge(_ settings: ReceiverSettings, _ what: String = "reload") -> Bool {
        let path = StorageFolder.controlSocket(settings.storage.directory)
        do throws(OperatorError) {
            _ = try ControlClient.request(path, what, timeout: .seconds(10))
            return true
        } catch {
            Log.info("no receiver is running: \(error.message)")
            return false
        }
    }
}
