import Core
import Platform

/// The system's clocks and an event loop's timers.
final class LoopTime: AgentTime {
    private let loop: EventLoop

    init(_ loop: EventLoop) { self.loop = loop }

    var now: Instant { loop.now }
    var wall: WallTime { Clock.wall() }

    @discardableResult
    func schedule(after delay: Duration, _ body: @escaping () -> Void) -> any PlannedCall {
        loop.schedule(after: delay, body)
    }

    func afterEvents(_ body: @escaping () -> Void) { loop.afterEvents(body) }
    func random() -> UInt64 { Entropy.uint64() }
}

extension Timer: PlannedCall {}
