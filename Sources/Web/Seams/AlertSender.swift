import Core

/// Carries notices to people who do not look at the page.
package protocol AlertSender: Sendable {
    /// The names of the commands that the configuration allows.
    var commands: [String] { get }

    /// Posts a message of JSON, and waits for the answer.
    ///
    /// - Throws: when it was not taken; the address stays unsaid, as it may hold a secret.
    func post(_ message: [UInt8], to webhook: String) throws(OperatorError)

    /// Runs a command with the message on its standard input, and waits for its end.
    ///
    /// - Throws: for a name that there is not, and for a command that fails.
    func run(_ command: String, _ message: [UInt8]) throws(OperatorError)
}
