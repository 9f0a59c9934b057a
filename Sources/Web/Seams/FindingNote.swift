import Core

/// What somebody decided of a finding.
package struct FindingNote: Sendable, Hashable {
    /// Where it stands.
    package enum State: String, Sendable, Hashable, CaseIterable {
        case new
        case triaged
        case falsePositive = "false_positive"
    }

    package var state: State
    package var note: String
    package var at: WallTime
    package var by: String

    package init(state: State, note: String, at: WallTime, by: String) {
        self.state = state
        self.note = note
        self.at = at
        self.by = by
    }
}
