import Transcripts

/// What came of a call, as filters ask it and sums count it.
package enum CallOutcome {
    /// The condition on an outcome of a call that failed (formula 10): it ended in an error, or was interrupted.
    package static let failed = "IN ('error', 'interrupted')"

    /// The value that calls without a result are asked for by.
    static let none = "none"

    /// What is asked of calls; anything else that `outcome` can have is of sessions.
    static let names = ToolOutcome.allCases.map(\.rawValue) + [none]
}
