import Core
import Platform
import Settings
import Shipping
import TLS
import Transport
import Wire

/// `tailship-agent join HOST[:PORT] TOKEN`: enrols this agent at a receiver.
enum JoinCommand {
    static func run(_ arguments: Arguments) throws(OperatorError) {
        let settings = try AgentConfiguration.load(arguments).settings
        guard let address = HostPort(arguments.rest[1]) else {
            throw OperatorError(
                .usage,
                "\(arguments.rest[1]) is no HOST or HOST:PORT",
                remedy: "For example: tailship-agent join llm-server TS1-…"
            )
        }
        let token: JoinToken
        do throws(JoinToken.Mistake) {
            token = try JoinToken(arguments.rest[2])
        } catch {
            throw OperatorError(
                .usage,
                error.description,
                remedy: "Copy the whole line that tailship-receiver token printed."
            )
        }
        let name = try receiver(arguments, address, settings)
        let disk = try StateFolder(settings.stateDirectory).open()
        let reply = try JoinClient.join(address, token, name: settings.name)
        try AgentIdentity.store(
            key: reply.key,
            chain: reply.joined.certificate,
            authority: reply.joined.authority,
            for: name,
            state: settings.stateDirectory,
            disk: disk
        )
        _ = StandardOutput.write("enrolled at \(address) as \(reply.joined.name)\n")
        if !settings.receivers.contains(where: { $0.name == name }) {
            _ = StandardOutput.write(
                """
                add this to \(AgentConfiguration.path(arguments)), then start the agent:

                [receiver.\(name)]
                address = "\(address)"

                """
            )
        }
    }

    /// Which `[receiver.NAME]` the enrolment is for.
    private static func receiver(
        _ arguments: Arguments,
        _ address: HostPort,
        _ settings: AgentSettings
    ) throws(OperatorError) -> String {
        if let name = arguments.values["--receiver"] { return name }
        let matching = settings.receivers.filter { $0.address == address }
        switch (matching.count, settings.receivers.count) {
        case (1, _): return matching[0].name
        case (0, 0): return "main"
        case (0, 1): return settings.receivers[0].name
        default:
            let names = settings.receivers.map(\.name).joined(separator: ", ")
            throw OperatorError(
                .usage,
                "several receivers could be meant by \(address): \(names)",
                remedy: "Say which: --receiver NAME"
            )
        }
    }
}
