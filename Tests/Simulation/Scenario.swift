import Core
import TestSupport

/// What goes on in one run, step by step, all of it from the seed.
struct Scenario {
    let world: World
    private let writer: Writer
    private let steps: Int
    private let allowsRestores: Bool
    private let allowsClone: Bool

    /// What came of a run.
    struct Outcome {
        var hash: UInt64
        var events: Int
        var failures: [String]
        var lines: [String]
    }

    static func run(seed: UInt64, prints: Bool = false) -> Outcome {
        let world = World(seed: seed, prints: prints)
        let scenario = Scenario(world)
        scenario.run()
        let outcome = Outcome(
            hash: world.trace.hash,
            events: world.timeline.steps,
            failures: world.failures,
            lines: world.trace.lines
        )
        world.dissolve()
        return outcome
    }

    private init(_ world: World) {
        self.world = world
        writer = Writer(site: world.station, world: world)
        steps = world.chance.number(30...120)
        allowsRestores = world.chance.oneIn(3)
        allowsClone = world.chance.oneIn(6)
    }

    private func run() {
        do {
            world.station.setClock()
            try world.station.disk.makeDirectories(AgentSite.root)
        } catch { return world.fail("\(error)") }
        for _ in 0..<world.chance.number(0...8) { writer.act() }
        world.receiver.start()
        world.station.start()
        for _ in 0..<steps where world.failures.isEmpty {
            world.pass(pause())
            step()
            world.oracle.checkCursors(world.station)
        }
        settle()
    }

    private func pause() -> Duration {
        switch world.chance.number(0...9) {
        case 0...5: world.chance.duration(0...20)
        case 6...8: world.chance.duration(0...500)
        default: world.chance.duration(0...15_000)
        }
    }

    // MARK: Steps

    private func step() {
        switch world.chance.number(0...99) {
        case 0...64:
            for _ in 0..<world.chance.number(1...3) { writer.act() }
            if let clone = world.clone { Writer(site: clone, world: world).act() }
        case 65...76: disturbNetwork()
        case 77...82: disturbAgent()
        case 83...88: disturbReceiver()
        case 89...93: disturbReceiverDisk()
        case 94...96 where allowsRestores: restore()
        case 97...98 where allowsClone:
            if world.clone == nil { world.makeClone() } else { world.endClone() }
        default: break
        }
    }

    private func disturbNetwork() {
        guard let connection = world.station.process?.openConnections.last else { return }
        switch world.chance.number(0...5) {
        case 0...2:
            world.trace.note("a connection is cut")
            connection.cut()
        case 3...4:
            world.trace.note("a connection is half-open")
            connection.halfOpen()
        default:
            world.trace.note("a connection is a black hole")
            connection.blackHole()
        }
    }

    private func disturbAgent() {
        guard world.station.process != nil else { return }
        switch world.chance.number(0...3) {
        case 0...1: world.station.kill()
        case 2: world.station.cutPower(afterOperations: 0)
        default: world.station.cutPower(afterOperations: world.chance.number(1...60))
        }
    }

    private func disturbReceiver() {
        guard world.receiver.process != nil else { return }
        switch world.chance.number(0...4) {
        case 0...1: world.receiver.kill()
        case 2: world.receiver.cutPower(afterOperations: 0)
        default: world.receiver.cutPower(afterOperations: world.chance.number(1...60))
        }
    }

    private func disturbReceiverDisk() {
        let disk = world.receiver.disk
        switch world.chance.number(0...3) {
        case 0:
            world.trace.note("the receiver's syncs fail")
            disk.failNext(.synchronize, errno: 5, times: world.chance.number(1...4))
        case 1:
            world.trace.note("the receiver's disk fails now and then")
            disk.failRandomly(.synchronize, oneIn: 4, errno: 5)
            disk.failRandomly(.write, oneIn: 8, errno: 28)
        case 2:
            world.trace.note("the receiver's disk is nearly full")
            disk.setCapacity(UInt64(world.chance.number(0...200_000)) + disk.usedBytes)
        default:
            world.trace.note("the receiver's disk is well")
            heal()
        }
    }

    private func heal() {
        let disk = world.receiver.disk
        disk.failRandomly(.synchronize, oneIn: 0, errno: 0)
        disk.failRandomly(.write, oneIn: 0, errno: 0)
        disk.setCapacity(nil)
    }

    private func restore() {
        switch world.chance.number(0...3) {
        case 0: world.receiver.takeBackup()
        case 1: world.receiver.restore()
        case 2: world.station.takeBackup()
        default: world.station.restore()
        }
    }

    // MARK: The end

    /// Without further faults everything comes to rest, and then all of it is where it belongs.
    private func settle() {
        guard world.failures.isEmpty else { return }
        world.trace.note("no more faults")
        world.endClone()
        world.pass(.milliseconds(1))
        world.receiver.disk.clearFaults()
        heal()
        world.station.disk.clearFaults()
        guard rest() else { return }
        check()
        // What is there must also be there after the power went.
        world.receiver.cutPower(afterOperations: 0)
        for _ in 0..<100 where world.receiver.process == nil { world.pass(.seconds(1)) }
        check()
    }

    private func rest() -> Bool {
        for _ in 0..<720 where world.failures.isEmpty {
            world.pass(.seconds(10))
            guard world.receiver.process != nil, let process = world.station.process else {
                continue
            }
            if process.isTakenForClone {
                world.station.joinAnew()
                continue
            }
            do {
                if try process.isDone() { return world.failures.isEmpty }
            } catch { world.fail("\(error)") }
        }
        guard world.failures.isEmpty else { return false }
        let description = (try? world.station.process?.description()) ?? nil
        world.fail("it does not come to rest: \(description ?? "the agent is not running")")
        return false
    }

    private func check() {
        guard world.failures.isEmpty else { return }
        guard let process = world.receiver.process else {
            return world.fail("the receiver does not run")
        }
        world.oracle.checkCursors(world.station)
        world.oracle.checkEnd(world.station, process)
    }
}
