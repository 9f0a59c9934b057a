import Core
import Platform
import Settings
import TLS

/// `tailship-receiver token`: a join token that one agent can use once.
enum TokenCommand {
    static func make(
        _ settings: ReceiverSettings,
        _ arguments: Arguments
    ) throws(OperatorError) -> String {
        // Asked for before root becomes the storage's owner.
        let person = Host.userName
        try StorageOwner.become(settings)
        let disk = try StorageFolder.open(settings.storage.directory)
        let authority = try StorageFolder.authority(disk, settings)
        guard let fingerprint = authority.fingerprint else {
            throw needsAuthority
        }
        let valid = try validity(arguments) ?? settings.security.tokenValid
        let secret = Secret.random(JoinToken.secretSize)
        guard let token = JoinToken(authority: fingerprint, secret: secret) else {
            throw OperatorError(.internal, "a token could not be made")
        }
        let now = Clock.wall()
        let registry = try Registry(path: settings.storage.directory.appending("receiver.db"))
        try registry.addToken(
            secretHash: SHA256.digest(of: secret),
            owner: arguments.values["--owner"] ?? person,
            created: now,
            expires: now + valid
        )
        return token.text
    }

    static let needsAuthority = OperatorError(
        .certificate,
        "join tokens need the receiver's own authority",
        remedy: "With certificates of your own, give each agent one in agent.conf."
    )

    private static func validity(_ arguments: Arguments) throws(OperatorError) -> Duration? {
        guard let text = arguments.values["--valid"] else { return nil }
        guard let valid = DurationText.duration(from: text), valid > .zero,
            valid <= Duration.days(30)
        else {
            throw OperatorError(
                .usage,
                "--valid \(text) is no duration up to 30d",
                remedy: "For example: --valid 1h"
            )
        }
        return valid
    }
}
