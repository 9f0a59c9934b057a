import Catalog
import Core
import Platform
import Settings

/// `tailship-receiver hold [SESSION]`: legal holds, and who put them.
enum HoldCommand {
    static func run(_ settings: ReceiverSettings, _ arguments: Arguments) throws(OperatorError) {
        let person = Host.userName
        try StorageOwner.become(settings)
        let root = settings.storage.directory
        let registry = try Registry(path: root.appending("receiver.db"))
        guard arguments.rest.count == 2 else {
            return list(try registry.holds(), json: arguments.flags.contains("--json"))
        }
        let catalog = try CatalogReader(path: root.appending("catalog.db"))
        let session = try catalog.session(matching: arguments.rest[1])
        guard let name = try catalog.family(of: session.id)?.name else { return }
        let reason = arguments.values["--reason"] ?? ""
        let now = Clock.wall()
        let shown = TerminalText.line(name.session)
        if arguments.flags.contains("--release") {
            guard try registry.release(name, reason: reason, by: person, at: now) else {
                throw OperatorError(
                    .input,
                    "\(shown) is not under legal hold",
                    remedy: "tailship-receiver hold lists what is."
                )
            }
            _ = StandardOutput.write("\(shown) is under legal hold no more\n")
        } else {
            try registry.hold(name, reason: reason, by: person, at: now)
            _ = StandardOutput.write("\(shown) is under legal hold, with its subagents\n")
        }
        if !ReceiverCommand.nudge(settings, "lifecycle") {
            Log.info("no receiver is running: the rows say so from its next start on")
        }
    }

    private static func list(_ holds: [SessionHold], json isJSON: Bool) {
        if isJSON {
            var writer = JSONWriter()
            writer.array { json in
                for hold in holds {
                    json.object { json in
                        json.string("session", hold.session.session)
                        json.string("tool", hold.session.tool)
                        json.string("owner", hold.session.owner)
                        json.string("since", hold.since.iso8601)
                        json.string("reason", hold.reason)
                    }
                }
            }
            _ = StandardOutput.write(writer.result + "\n")
            return
        }
        guard !holds.isEmpty else {
            _ = StandardOutput.write("no session is under legal hold\n")
            return
        }
        var table = TextTable(["SESSION", "TOOL", "OWNER", "SINCE", "REASON"])
        for hold in holds {
            table.add([
                hold.session.session, hold.session.tool, hold.session.owner, hold.since.iso8601,
                hold.reason,
            ])
        }
        _ = StandardOutput.write(table.text)
    }
}
