import Core

/// Everything that `agent.conf` says, with the defaults put in.
package struct AgentSettings: Sendable, Hashable {
    /// Checkpoints, held files and certificates.
    package var stateDirectory: BytePath
    /// What people call this agent.
    package var name: String
    package var logLevel = LogLevel.info
    /// The Unix socket that `status` and the other commands talk to.
    package var controlSocket: BytePath
    package var lowPriority = true
    /// Bytes a second to all receivers together; nil without limit.
    package var rateLimit: UInt64?
    package var hold = true
    /// Bytes of held files whose own path is gone.
    package var holdLimit: UInt64 = 20 << 30
    /// Without a change for so long a file is finished: its digest is compared.
    package var finishedAfter = Duration.seconds(300)
    /// The time between looks at everything, in case a notification was lost; nil for never.
    package var rescan: Duration? = .seconds(3600)
    /// The time between looks where there are no notifications.
    package var pollInterval = Duration.seconds(2)
    /// Bytes a second that are read to confirm finished files; nil without limit.
    package var verifyRate: UInt64? = 50 << 20
    /// In the order of the files.
    package var receivers: [ReceiverEndpoint] = []
    /// All of them, those that are disabled too.
    package var sources: [SourceSettings] = []
    /// What the enabled ones mean for a scanner.
    package var definitions: [SourceDefinition] = []

    /// What depends on the machine and on how the agent was started.
    package struct Defaults: Sendable, Hashable {
        package let stateDirectory: BytePath
        package let name: String

        package init(stateDirectory: BytePath, name: String) {
            self.stateDirectory = stateDirectory
            self.name = name
        }

        /// Of an agent that its user starts.
        package static func user(_ context: ExpansionContext, hostName: String) -> Defaults {
            Defaults(
                stateDirectory: BytePath(context.home).appending(".local/state/tailship/agent"),
                name: "\(context.userName)@\(hostName)"
            )
        }

        /// Of an agent that the system starts.
        package static func systemService(
            _ context: ExpansionContext,
            hostName: String
        ) -> Defaults {
            Defaults(
                stateDirectory: "/var/lib/tailship-agent",
                name: "\(context.userName)@\(hostName)"
            )
        }
    }

    init(_ defaults: Defaults) {
        stateDirectory = defaults.stateDirectory
        name = defaults.name
        controlSocket = BytePath([])
    }

    /// The settings of an agent without any file, for one receiver.
    ///
    /// - Throws: what is wrong with the environment.
    package static func embedded(
        _ context: ExpansionContext,
        defaults: Defaults,
        receiver: HostPort,
        receiverName: String = "local"
    ) throws(ConfigurationError) -> AgentSettings {
        var settings = try load([], context: context, defaults: defaults).settings
        var endpoint = ReceiverEndpoint(name: receiverName)
        endpoint.address = receiver
        settings.receivers = [endpoint]
        return settings
    }
}
