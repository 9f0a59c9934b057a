/// A rule that found something.
package struct ReportFinding: Sendable, Hashable {
    /// "secret", "danger" or "sensitive".
    package var kind: String
    package var rule: String
    package var severity: String
    package var count: Int64
    /// Sessions in which it did.
    package var sessions: Int64
    /// One of them, masked.
    package var example: String
}
