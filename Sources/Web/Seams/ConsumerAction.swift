/// What can be done to a consumer.
package enum ConsumerAction: Sendable, Hashable {
    case pause
    case resume
    /// Delivers again from a position on.
    case rewind(ConsumerPosition)
    /// Leaves out the one row that the backend refuses now.
    case skip(row: Int64)
    /// Delivers dead letters again: these, or with none of them all.
    case replay([Int64])
}
