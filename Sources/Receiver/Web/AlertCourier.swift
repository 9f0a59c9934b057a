import Backends
import Core
import Platform
import Settings
import Web

/// Carries alerts to webhooks, and to the commands that the configuration names.
struct AlertCourier: AlertSender {
    private let allowed: [ReceiverSettings.Command]
    /// How long a webhook may take.
    private static let timeout = Duration.seconds(10)

    init(_ commands: [ReceiverSettings.Command]) { allowed = commands }

    var commands: [String] { allowed.map(\.name) }

    func post(_ message: [UInt8], to webhook: String) throws(OperatorError) {
        try WebhookPost.send(message, to: webhook, timeout: AlertCourier.timeout)
    }

    func run(_ command: String, _ message: [UInt8]) throws(OperatorError) {
        guard let known = allowed.first(where: { $0.name == command }) else {
            throw OperatorError(
                .configuration,
                "there is no command \(TerminalText.line(command))",
                remedy: "[command.NAME] in receiver.conf defines one."
            )
        }
        let status = try OperatorError.system(.fileSystem, "run the command \(known.name)") {
            () throws(SystemError) in
            let program = try Coprocess(known.run)
            return try program.finish(message, deadline: Clock.monotonic() + known.timeout)
        }
        guard status == 0 else {
            throw OperatorError(.internal, "the command \(known.name) ended with status \(status)")
        }
    }
}
