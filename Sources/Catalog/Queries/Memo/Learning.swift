import Core

/// A bound for a question whose answer is not known for all sessions yet: those that it leaves out are noted.
package struct Learning: Sendable {
    /// Until when sessions are asked.
    var deadline: Instant
    /// Sessions that were not asked: what was told is without them.
    package internal(set) var pending: Set<Int64> = []

    package init(until deadline: Instant) { self.deadline = deadline }
}
