import Core
import Platform
import Settings

/// `tailship-receiver agents`: who is enrolled, and `agents revoke NAME`.
enum AgentsCommand {
    static func run(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) {
        try StorageOwner.become(settings)
        let registry = try Registry(path: settings.storage.directory.appending("receiver.db"))
        switch arguments.rest.count {
        case 1: list(try registry.agents(), json: arguments.flags.contains("--json"))
        case 3 where arguments.rest[1] == "revoke":
            let name = arguments.rest[2]
            guard try registry.revoke(name, at: Clock.wall()) else {
                let known = try registry.agents().map(\.name).joined(separator: ", ")
                throw OperatorError(
                    .input,
                    "no agent is called \(name)",
                    remedy: known.isEmpty ? "No agent is enrolled." : "Enrolled are: \(known)"
                )
            }
            ReceiverCommand.nudge(settings)
            _ = StandardOutput.write("\(name) is revoked and cut off\n")
        default:
            throw OperatorError(.usage, "usage: tailship-receiver agents [revoke NAME]")
        }
    }

    private static func list(_ agents: [EnrolledAgent], json: Bool) {
        if json {
            var writer = JSONWriter()
            writer.array { json in
                for agent in agents { json.object { describe(agent, &$0) } }
            }
            _ = StandardOutput.write(writer.result + "\n")
            return
        }
        guard !agents.isEmpty else {
            _ = StandardOutput.write(
                "no agent is enrolled\n  → tailship-receiver token makes a token for one\n"
            )
            return
        }
        var table = TextTable(["NAME", "OWNER", "SYSTEM", "SEEN", "CERTIFICATE ENDS", "STATE"])
        for agent in agents {
            table.add([
                agent.name, agent.owner, agent.system, agent.seen?.iso8601 ?? "never",
                agent.certificateExpires?.iso8601 ?? "-", state(agent),
            ])
        }
        _ = StandardOutput.write(table.text)
    }

    private static func state(_ agent: EnrolledAgent) -> String {
        if agent.revoked != nil { return "revoked" }
        if agent.cloned != nil { return "two machines use it" }
        return "enrolled"
    }

    private static func describe(_ agent: EnrolledAgent, _ json: inout JSONWriter) {
        json.string("name", agent.name)
        json.string("id", agent.id.description)
        json.string("owner", agent.owner)
        json.string("host", agent.host)
        json.string("system", agent.system)
        json.string("version", agent.version)
        json.string("enrolled", agent.enrolled.iso8601)
        json.string("seen", agent.seen?.iso8601)
        json.string("certificate_expires", agent.certificateExpires?.iso8601)
        json.string("revoked", agent.revoked?.iso8601)
        json.string("cloned", agent.cloned?.iso8601)
    }
}
