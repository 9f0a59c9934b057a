import Core
import Platform
import Settings

/// The command line of `tailship-agent`.
package enum AgentCommand {
    package static let usage = """
        usage: tailship-agent COMMAND [--config FILE] [--state DIR]

          run [--once]                 ship until stopped; with --once ship everything, verify, exit
          check                        check the configuration and print what is in effect
          status [--json]              what the running agent does
          join HOST[:PORT] TOKEN [--receiver NAME]
                                       enrol at a receiver with a token that it made
          verify                       compare every file with the receivers' copies, now
          explain FILE                 why a file is shipped, or not, and how far
          forget PATH                  let go of what is held of a deleted file
          version

        Without --config, users have ~/.config/tailship/agent.conf read, or if that is not there, as root
        has, /etc/tailship/agent.conf. Exit status: 0, 1 (it failed), 2 (usage), 78 (configuration).

        """

    private static let frame = CommandLineFrame(
        program: "tailship-agent",
        usage: usage,
        values: ["--config", "--state", "--receiver"],
        flags: ["--json", "--once"]
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
        let wanted = ["join": 3, "explain": 2, "forget": 2][command] ?? 1
        try frame.limit(arguments, to: wanted)
        guard arguments.rest.count == wanted || arguments.rest.isEmpty || command == "version"
        else { throw frame.incomplete(command) }
        switch command {
        case "version": _ = StandardOutput.write("tailship-agent \(AgentContext.version)\n")
        case "check":
            _ = StandardOutput.write(try AgentConfiguration.load(arguments).effectiveText)
        case "run": return try ship(arguments)
        case "status":
            try StatusCommand.run(
                try AgentConfiguration.load(arguments).settings,
                json: arguments.flags.contains("--json")
            )
        case "join": try JoinCommand.run(arguments)
        case "verify": return try VerifyCommand.run(try AgentConfiguration.load(arguments).settings)
        case "explain", "forget":
            let settings = try AgentConfiguration.load(arguments).settings
            let path = AgentConfiguration.absolute(arguments.rest[1])
            let text = try ControlClient.request(
                settings.controlSocket,
                "\(command) \(Hex.encode(path.bytes))",
                timeout: .seconds(30)
            )
            _ = StandardOutput.write(text)
        default: throw frame.unknown(command)
        }
        return Exit.success
    }

    private static func ship(_ arguments: Arguments) throws(OperatorError) -> Int32 {
        let service: AgentService
        do {
            // The parsed files are let go before the service runs.
            let settings = try AgentConfiguration.load(arguments).settings
            Log.level = Log.Level(name: settings.logLevel.rawValue)
            service = try AgentService(
                settings,
                mode: arguments.flags.contains("--once") ? .once : .untilStopped
            )
        }
        return try service.run()
    }
}
