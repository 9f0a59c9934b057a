/// What became of bytes that were to be appended.
package enum AppendOutcome: Sendable, Hashable {
    /// Some or all were new; the archive holds so many bytes now.
    case appended(held: UInt64)
    /// All were there already; nothing was written.
    case known(held: UInt64)
    /// They begin beyond what the archive holds; nothing was written.
    case gap(held: UInt64)
    /// The generation was let go; nothing is taken again.
    case tombstone
    /// No such generation has begun.
    case unknown
}
