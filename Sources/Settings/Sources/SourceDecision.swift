/// What a source does with one file; `SourceDefinition.explanation(of:)` puts it in words.
package enum SourceDecision: Sendable, Hashable {
    /// - Parameter rule: the index in `SourceDefinition.rules`.
    case ship(SourceMode, rule: Int)
    case skip(Reason)

    /// Why a file is left alone.
    package enum Reason: Sendable, Hashable {
        /// It is a database, or belongs to one.
        case database
        /// By that index in `SourceDefinition.excludes`.
        case excluded(Int)
        case noRule
    }
}
