import Core
import Platform
import Settings

/// Finds and reads the agent's configuration.
enum AgentConfiguration {
    static func load(
        _ arguments: Arguments
    ) throws(OperatorError) -> LoadedConfiguration<AgentSettings> {
        let given = arguments.values["--config"].map { BytePath($0) }
        let home = Host.homeDirectory ?? "/"
        let isRoot = Host.userName == "root"
        let standard: BytePath =
            isRoot ? "/etc/tailship/agent.conf" : home.appending(".config/tailship/agent.conf")
        let files = try ConfigurationFolder.read(given ?? standard, mustExist: given != nil)
        let context = ExpansionContext(
            home: String(decoding: home.bytes, as: UTF8.self),
            variables: Host.environment(),
            userName: Host.userName
        )
        let defaults = AgentSettings.Defaults.user(context, hostName: Host.name)
        do throws(ConfigurationError) {
            return try AgentSettings.load(
                files.map { ConfigurationFile(name: $0.name, bytes: $0.bytes) },
                context: context,
                defaults: defaults,
                stateDirectory: arguments.values["--state"].map(absolute)
            )
        } catch {
            throw OperatorError(.configuration, error.description)
        }
    }

    /// The path from the working folder on, without its "." and ".." parts.
    static func absolute(_ text: String) -> BytePath {
        let path = BytePath(text)
        let start =
            path.isAbsolute
            ? path : BytePath(Host.environment("PWD") ?? "/").appending(path)
        var parts: [BytePath] = []
        for part in start.components where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.reduce("/") { $0.appending($1) }
    }
}
