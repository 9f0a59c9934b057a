import Core
import Platform
import Settings

/// The command line of `tailship-agent`.
package enum AgentCommand {
    private static let frame = CommandLineFrame(AgentManual.manual)

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
        switch command {
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
        case "doctor":
            return try AgentDoctor.run(arguments)
        default: throw OperatorError(.internal, "\(command) is in the manual only")
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
