import Synchronization

/// How many connections all loops together may have: the system shares them out without asking who is full.
final class ConnectionQuota: Sendable {
    private let limit: Int
    private let taken = Atomic<Int>(0)

    init(_ limit: Int) { self.limit = limit }

    /// Takes a place; false when none is left.
    func take() -> Bool {
        let (_, count) = taken.add(1, ordering: .relaxed)
        if count <= limit { return true }
        give()
        return false
    }

    /// Gives a place back that was taken.
    func give() { taken.subtract(1, ordering: .relaxed) }
}
