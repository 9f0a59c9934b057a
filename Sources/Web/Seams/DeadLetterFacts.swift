import Core

/// A row that a backend refused for good.
package struct DeadLetterFacts: Sendable, Hashable {
    package var id: Int64
    package var at: WallTime
    package var table: String
    package var row: Int64
    package var rev: Int64
    /// The backend's own words.
    package var text: String
    package var attempts: Int64

    package init(
        id: Int64,
        at: WallTime,
        table: String,
        row: Int64,
        rev: Int64,
        text: String,
        attempts: Int64
    ) {
        self.id = id
        self.at = at
        self.table = table
        self.row = row
        self.rev = rev
        self.text = text
        self.attempts = attempts
    }
}
