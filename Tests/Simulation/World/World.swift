import Core
import TestSupport

/// One simulated run: a workstation, a receiver, a network between them, and everything that goes wrong.
final class World {
    let seed: UInt64
    let timeline = Timeline()
    let chance: Chance
    var random: SeededRandom
    let trace: Trace
    private(set) var failures: [String] = []

    private(set) lazy var oracle = Oracle(self)
    private(set) lazy var receiver = ReceiverSite(self)
    private(set) lazy var station = AgentSite(self)
    private(set) var clone: AgentSite?

    /// Events after which a run is taken for one that turns in circles.
    private static let eventLimit = 120_000

    init(seed: UInt64, prints: Bool = false) {
        self.seed = seed
        chance = Chance(seed)
        random = SeededRandom(seed: seed ^ 0x5a5a_5a5a)
        trace = Trace(timeline, prints: prints)
    }

    func fail(_ text: String) {
        trace.note("FAILED: \(text)")
        failures.append(text)
        for line in (try? station.process?.allStreams()) ?? [] { trace.note(line) }
    }

    /// Lets everything happen that is due within `duration`.
    func pass(_ duration: Duration) {
        let end = timeline.now + duration
        timeline.advanced = { [weak self] in
            self?.station.setClock()
            self?.clone?.setClock()
        }
        while failures.isEmpty, timeline.step(until: end) {
            receiver.checkPower()
            station.checkPower()
            clone?.checkPower()
            if timeline.steps > World.eventLimit {
                return fail("it turns in circles: \(timeline.steps) events")
            }
        }
        timeline.advanced?()
    }

    func makeClone() {
        guard clone == nil else { return }
        trace.note("the workstation is cloned")
        oracle.hasForeignBytes = true
        let copy = AgentSite(cloning: station)
        clone = copy
        copy.start()
    }

    func endClone() {
        guard let gone = clone else { return }
        trace.note("the clone is gone")
        gone.isGone = true
        if gone.process != nil { gone.kill(restarting: false) }
        clone = nil
    }

    /// Ends everything, so that nothing keeps anything else.
    func dissolve() {
        timeline.clear()
        timeline.advanced = nil
        endClone()
        station.isGone = true
        if station.process != nil { station.kill(restarting: false) }
        receiver.end(silently: true)
        timeline.clear()
    }
}
