import Core

@testable import Agent

/// The clocks and timers of one run of an agent; they end with it.
final class SimulatedTime: AgentTime {
    private let world: World
    /// The process is no more: none of its calls is made.
    var isDead = false

    init(_ world: World) { self.world = world }

    var now: Instant { world.timeline.now }
    var wall: WallTime { world.timeline.wall }

    @discardableResult
    func schedule(after delay: Duration, _ body: @escaping () -> Void) -> any PlannedCall {
        world.timeline.schedule(after: delay) { [weak self] in
            if let self, !self.isDead { body() }
        }
    }

    func afterEvents(_ body: @escaping () -> Void) { schedule(after: .microseconds(20), body) }
    func random() -> UInt64 { world.chance.next() }
}
