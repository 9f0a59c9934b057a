import Synchronization

/// Which sessions a question was asked of.
final class Asked: Sendable {
    private let sessions = Mutex<[Int64]>([])

    var count: Int { sessions.withLock { $0.count } }

    func note(_ session: Int64) { sessions.withLock { $0.append(session) } }
}
