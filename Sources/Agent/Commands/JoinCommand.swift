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
        guard !settings.receivers.contains(where: { $0.name == name }) else { return }
        let section = "[receiver.\(name)]\naddress = \"\(address)\"\n"
        if let file = configure(name, section, arguments, disk) {
            _ = StandardOutput.write("\(file) names it from now on; \(AgentManual.start)\n")
        } else {
            _ = StandardOutput.write(
                "add this to \(AgentConfiguration.path(arguments)), then \(AgentManual.start)\n\n\(section)"
            )
        }
    }

    /// Puts the receiver into a drop-in of this user's configuration; nil where a person has to do it.
    private static func configure(
        _ name: String,
        _ section: String,
        _ arguments: Arguments,
        _ disk: LinuxDisk
    ) -> BytePath? {
        guard let folder = AgentConfiguration.dropIns(arguments) else { return nil }
        let file = folder.appending(BytePath("\(name).conf"))
        do throws(SystemError) {
            guard try disk.status(file) == nil else { return nil }
            try disk.makeDirectories(folder)
            try disk.replaceContents(
                file,
                Array("# Written by tailship-agent join.\n\(section)".utf8)
            )
            return file
        } catch {
            Log.info("\(file) could not be written: \(error)")
            return nil
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
