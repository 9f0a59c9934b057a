import Core
import Platform
import SQL
import Settings

/// The command line of `tailship-receiver`.
package enum ReceiverCommand {
    private static let frame = CommandLineFrame(ReceiverManual.manual)

    /// Runs the command; the result is the exit status.
    package static func main(_ words: some Sequence<String>) -> Int32 {
        HeapPolicy.apply()
        return frame.main(words) { (command, arguments) throws(OperatorError) in
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
        switch command {
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
        case "rebuild": try RebuildCommand.run(try configuration(arguments).settings, arguments)
        case "erase": return try EraseCommand.run(try configuration(arguments).settings, arguments)
        case "checkpoint":
            return try CheckpointCommand.run(try configuration(arguments).settings, arguments)
        case "hold": try HoldCommand.run(try configuration(arguments).settings, arguments)
        case "retention":
            try RetentionCommand.run(try configuration(arguments).settings, arguments)
        case "verify": return try VerifyCommand.run(try configuration(arguments).settings)
        case "doctor":
            return try ReceiverDoctor.run(try configuration(arguments).settings, arguments)
        case "backup": try BackupCommand.run(try configuration(arguments).settings, arguments)
        default: throw OperatorError(.internal, "\(command) is in the manual only")
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
