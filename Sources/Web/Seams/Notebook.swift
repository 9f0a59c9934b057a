import Core

/// What people add beside the catalog, which is kept when the catalog is made anew; calls may wait for the disk.
package protocol Notebook: Sendable {
    /// What was decided of findings, by their rows.
    func findingNotes() throws(OperatorError) -> [Int64: FindingNote]

    /// Decides; a note in the state `new` is forgotten.
    func note(_ findings: [Int64], _ note: FindingNote) throws(OperatorError)

    /// What was set under a name; nil for nothing.
    func setting(_ name: String) throws(OperatorError) -> String?

    /// Sets a text under a name.
    func set(_ name: String, _ text: String, audit: String) throws(OperatorError)

    /// Lines of the audit, newest first, behind a row number (nil: from the newest).
    func audit(
        before: Int64?,
        limit: Int
    ) throws(OperatorError) -> [AuditRow]
}
