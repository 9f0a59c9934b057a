import Core

/// A line of the audit.
package struct AuditRow: Sendable, Hashable {
    /// Its number: the newest has the greatest.
    package var row: Int64
    package var at: WallTime
    package var action: String
    package var detail: String

    package init(row: Int64, at: WallTime, action: String, detail: String) {
        self.row = row
        self.at = at
        self.action = action
        self.detail = detail
    }
}
