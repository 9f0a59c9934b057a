import Core
import Platform
import Settings

/// Finds and reads the agent's configuration.
enum AgentConfiguration {
    static func load(
        _ arguments: Arguments
    ) throws(OperatorError) -> LoadedConfiguration<AgentSettings> {
        let home = Host.homeDirectory ?? "/"
        let files =
            if let given = arguments.values["--config"] {
                try ConfigurationFolder.read(BytePath(given), mustExist: true)
            } else {
                try standardFiles(home)
            }
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

    /// Where a person puts what is to be configured.
    static func path(_ arguments: Arguments) -> BytePath {
        if let given = arguments.values["--config"] { return absolute(given) }
        return Host.userName == "root" ? machine : own(Host.homeDirectory ?? "/")
    }

    /// The folder of drop-ins that `join` may write to; nil for root, whose files are everybody's, and for a user
    /// without files of their own whom such a file would keep from the machine's settings.
    static func dropIns(_ arguments: Arguments) -> BytePath? {
        let folder = BytePath(path(arguments).bytes + Array(".d".utf8))
        guard arguments.values["--config"] == nil else { return folder }
        guard Host.userName != "root" else { return nil }
        do throws(OperatorError) {
            let mine = try ConfigurationFolder.read(
                own(Host.homeDirectory ?? "/"),
                mustExist: false
            )
            if !mine.isEmpty { return folder }
            let lines = try ConfigurationFolder.read(machine, mustExist: false)
                .flatMap { String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n") }
            let isSet = lines.contains { line in
                line.first { $0 != " " && $0 != "\t" }.map { $0 != "#" } ?? false
            }
            return isSet ? nil : folder
        } catch {
            return nil
        }
    }

    private static let machine: BytePath = "/etc/tailship/agent.conf"

    private static func own(_ home: BytePath) -> BytePath {
        home.appending(".config/tailship/agent.conf")
    }

    /// A user's own files; without any of those, the machine's.
    private static func standardFiles(
        _ home: BytePath
    ) throws(OperatorError) -> [(name: String, bytes: [UInt8])] {
        guard Host.userName != "root" else {
            return try ConfigurationFolder.read(machine, mustExist: false)
        }
        let files = try ConfigurationFolder.read(own(home), mustExist: false)
        return files.isEmpty ? try ConfigurationFolder.read(machine, mustExist: false) : files
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
