import Core

/// Where a consumer can be put back to.
package enum ConsumerPosition: Sendable, Hashable {
    case beginning
    case rev(Int64)
    /// The rows that were received from then on.
    case time(WallTime)
    /// The rows of a session, by its row.
    case session(Int64)
}
