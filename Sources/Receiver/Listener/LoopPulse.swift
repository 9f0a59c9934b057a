import Synchronization

/// Whether the threads that serve agents still turn: each answers a question that was posted to it.
final class LoopPulse: Sendable {
    private struct State {
        var asked = 0
        var answered = 0
    }

    private let hub: Hub
    private let state = Mutex(State())

    init(_ hub: Hub) { self.hub = hub }

    /// Whether all have answered what was asked the last time; asks them again.
    func beats() -> Bool {
        let isAlive = state.withLock { $0.answered >= $0.asked }
        guard isAlive else { return false }
        hub.onEachLoop { [self] _ in state.withLock { $0.answered += 1 } }
        state.withLock { $0.asked += hub.loopCount }
        return true
    }
}
