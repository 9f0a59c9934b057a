import Core

/// A receiver without consumers.
package struct NoConsumers: ConsumerSource {
    package init() {}

    package func consumers() -> [ConsumerFacts] { [] }

    package func deadLetters(
        of consumer: String,
        before: Int64?,
        limit: Int
    ) throws(OperatorError) -> [DeadLetterFacts] { throw unknown(consumer) }

    package func perform(
        _ action: ConsumerAction,
        on consumer: String,
        isDryRun: Bool,
        by: String
    ) throws(OperatorError) -> ConsumerOutcome { throw unknown(consumer) }

    private func unknown(_ consumer: String) -> OperatorError {
        OperatorError(
            .input,
            "there is no consumer \(TerminalText.line(consumer))",
            remedy: "Each is a [consumer.NAME] in receiver.conf."
        )
    }
}
