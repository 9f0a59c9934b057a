import Core

/// The consumers that rows are delivered to.
package protocol ConsumerSource: Sendable {
    /// All of them, in the order of their names; from any thread, without waiting.
    func consumers() -> [ConsumerFacts]

    /// Rows that a backend refused for good, newest first, behind an identifier (nil: from the newest).
    ///
    /// - Throws: `.input` for a consumer that there is not.
    func deadLetters(
        of consumer: String,
        before: Int64?,
        limit: Int
    ) throws(OperatorError) -> [DeadLetterFacts]

    /// Does it, or with `isDryRun` tells what it would do and changes nothing; each is audited under `by`.
    ///
    /// - Throws: `.input` for a consumer, a session or a row that there is not; `.usage` for what is impossible.
    func perform(
        _ action: ConsumerAction,
        on consumer: String,
        isDryRun: Bool,
        by: String
    ) throws(OperatorError) -> ConsumerOutcome
}
