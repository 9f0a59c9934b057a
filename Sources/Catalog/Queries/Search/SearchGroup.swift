import Core

/// A session in which something was found.
package struct SearchGroup: Sendable, Hashable {
    /// Nil for what belongs to none.
    package var session: Int64?
    /// Matches in it.
    package var count: Int64
    /// Some of them, in the order of the search.
    package var hits: [SearchHit] = []
}
