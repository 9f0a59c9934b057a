import Core

@testable import Settings

/// What the tests of this room share: a user, and short ways to load and to fail.
enum Samples {
    static let context = ExpansionContext(
        home: "/home/ada",
        variables: ["NOTES": "/srv/notes", "EMPTY": ""],
        userName: "ada"
    )
    static let defaults = AgentSettings.Defaults.user(context, hostName: "laptop")

    static func file(_ text: String, _ name: String = "agent.conf") -> ConfigurationFile {
        ConfigurationFile(name: name, bytes: Array(text.utf8))
    }

    static func loadAgent(
        _ files: [ConfigurationFile],
        _ context: ExpansionContext = context
    ) throws(ConfigurationError) -> LoadedConfiguration<AgentSettings> {
        try AgentSettings.load(files, context: context, defaults: defaults)
    }

    static func agent(
        _ text: String,
        _ context: ExpansionContext = context
    ) throws(ConfigurationError) -> AgentSettings {
        try loadAgent([file(text)], context).settings
    }

    static func receiver(_ text: String) throws(ConfigurationError) -> ReceiverSettings {
        try ReceiverSettings.load([file(text, "receiver.conf")], context: context).settings
    }

    /// The problems of an agent's configuration, one a line; empty when there is none.
    static func agentProblems(
        _ files: [ConfigurationFile],
        _ context: ExpansionContext = context
    ) -> String {
        do throws(ConfigurationError) {
            _ = try loadAgent(files, context)
            return ""
        } catch {
            return error.description
        }
    }

    static func receiverProblems(_ text: String) -> String {
        do throws(ConfigurationError) {
            _ = try receiver(text)
            return ""
        } catch {
            return error.description
        }
    }
}
