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
          agents [revoke NAME]         list the enrolled agents, or revoke one
          consumers [--json]           what is delivered where, how far it is, and what is wrong
          consumers pause|resume|skip|replay NAME [--dry-run]
          consumers rewind NAME --to beginning|now|REV|DATE|SESSION [--dry-run]
                                       orders to a consumer; "skip" puts the next row to the dead letters,
                                       "replay" delivers those once more
          consumers letters|schema NAME
                                       rows that were refused for good; the tables that it needs
          verify                       read every archived file and compare it with what was verified
          rebuild                      make the rows again from the archive; a running receiver goes on meanwhile

          sessions                     list the sessions, newest first
            [--project P] [--tool T] [--machine M] [--since D] [--until D] [--limit N] [--offset N]
            [--all] [--json]
          show SESSION [--all]         a conversation to read; --all folds nothing
          search WORDS | --path TEXT   words of all conversations, "phrases", -without; or a part of a path,
                                       command or pattern
            [--sort rank|newest] [--project P] [--tool T] [--machine M] [--kind K] [--model M]
            [--session S] [--since D] [--until D] [--limit N] [--offset N] [--json]
          cost [--by day|project|model|machine|session] [--since D] [--until D] [--json]
          report [--since 7d] [--until D] [--format md|json]
                                       numbers and their change, costs, tools, errors, findings
          export SESSION [--format md|html|json|original] [--to FILE [--force]]
          restore AGENT --to DIR [--source S] [--force]
                                       an agent's files back below DIR, as SOURCE/PATH, or one source's as PATH
          sql [QUERY] [--format table|csv|json] [--timeout 10m]
                                       any question, read only; without QUERY it is read from the input
          version

        P, T, M and K may hold * and ?; D is a date (of UTC), a date with a time, or 7d (before now).
        Without --config, /etc/tailship/receiver.conf is read if it is there. Exit status: 0, 1 (it failed),
        2 (usage), 78 (configuration).

        """

    private static let frame = CommandLineFrame(
        program: "tailship-receiver",
        usage: usage,
        values: ["--config", "--owner", "--valid"] + QueryCommand.values,
        flags: ["--json", "--dry-run"] + QueryCommand.flags
    )

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
        try frame.limit(arguments, to: ["agents", "consumers"].contains(command) ? 3 : 1)
        switch command {
        case "version":
            _ = StandardOutput.write("tailship-receiver \(Hub.version)\n")
        case "check":
            let configuration = try configuration(arguments)
            _ = try PriceFile.table(configuration.settings.prices)
            _ = StandardOutput.write(configuration.effectiveText)
        case "run":
            let settings = try configuration(arguments).settings
            Log.level = Log.Level(name: settings.log.level.rawValue)
            try ReceiverService(settings).run()
        case "status": try status(try configuration(arguments).settings, arguments)
        case "token":
            let settings = try configuration(arguments).settings
            _ = StandardOutput.write(try TokenCommand.make(settings, arguments) + "\n")
        case "consumers":
            try ConsumersCommand.run(try configuration(arguments).settings, arguments)
        case "agents": try AgentsCommand.run(try configuration(arguments).settings, arguments)
        case "rebuild": try RebuildCommand.run(try configuration(arguments).settings)
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

    /// Tells a running receiver that the registry changed; none may be running.
    static func nudge(_ settings: ReceiverSettings) {
        let path = StorageFolder.controlSocket(settings.storage.directory)
        do throws(OperatorError) {
            _ = try ControlClient.request(path, "reload", timeout: .seconds(10))
        } catch {
            Log.info("no receiver is running: \(error.message)")
        }
    }
}
