import Core
import Platform
import Settings
import Web

/// `tailship-receiver login`: a link that logs a browser in, or with `--bearer` a token for programs.
enum LoginCommand {
    static func run(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) {
        // Asked for before root becomes the storage's owner.
        let person = Host.userName
        try StorageOwner.become(settings)
        guard !settings.listen.webOpen else {
            _ = StandardOutput.write("\(address(settings))\n")
            return
        }
        let role = try role(arguments)
        let owner = arguments.values["--owner"]
        let registry = try Registry(path: settings.storage.directory.appending("receiver.db"))
        let book = try AccessBook(RegistryDesk(registry))
        let isBearer = arguments.flags.contains("--bearer")
        let made = try book.make(
            isBearer ? .bearer : .link,
            role: role,
            owner: owner,
            name: arguments.values["--name"] ?? owner ?? person,
            valid: try valid(arguments),
            now: Clock.wall()
        )
        ReceiverCommand.nudge(settings)
        let text = isBearer ? made.token.text : "\(address(settings))login#\(made.token.text)"
        _ = StandardOutput.write(text + "\n")
    }

    /// Where the running receiver has its page, or where it would be.
    private static func address(_ settings: ReceiverSettings) -> String {
        let path = StorageFolder.controlSocket(settings.storage.directory)
        do throws(OperatorError) {
            let answer = try ControlClient.request(path, "page", timeout: .seconds(10))
            let address = answer.split(separator: "\n").first.map { String($0) } ?? ""
            if address.hasPrefix("http") { return address }
            Log.warning("the receiver does not serve its page: \(address)")
        } catch {
            Log.warning("no receiver is running: the link is good when one does")
        }
        return PageService.address(settings, port: settings.listen.web.port)
    }

    private static func role(_ arguments: Arguments) throws(OperatorError) -> Role {
        guard let text = arguments.values["--role"] else {
            return arguments.values["--owner"] == nil ? .admin : .viewerOwn
        }
        guard let role = Role(rawValue: text) else {
            let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperatorError(
                .usage,
                "--role \(TerminalText.line(text)) is unknown",
                remedy: "It is one of \(known)"
            )
        }
        return role
    }

    private static func valid(_ arguments: Arguments) throws(OperatorError) -> Duration {
        guard let text = arguments.values["--valid"] else { return .days(30) }
        guard let valid = DurationText.duration(from: text), valid > .zero, valid <= .days(366)
        else {
            throw OperatorError(
                .usage,
                "--valid \(TerminalText.line(text)) is no duration up to 366d",
                remedy: "For example: --valid 30d"
            )
        }
        return valid
    }
}
