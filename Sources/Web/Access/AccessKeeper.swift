import Core

/// Where logins are kept, so that they outlive the process; each call is durable when it returns, and may wait.
package protocol AccessKeeper: Sendable {
    /// All that are kept.
    func records() throws(OperatorError) -> [AccessRecord]

    /// Keeps one, in place of one with its `id`.
    func keep(_ record: AccessRecord, audit: String) throws(OperatorError)

    /// Takes one away.
    func remove(_ id: String, audit: String) throws(OperatorError)
}
