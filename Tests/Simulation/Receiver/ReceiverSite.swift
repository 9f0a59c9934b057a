import Core
import Platform
import Shipping
import TestSupport

@testable import Receiver

/// The receiver's machine: its disk, what its registry knows, and the process while there is one.
final class ReceiverSite {
    /// A copy of everything, as a backup has it.
    struct Backup {
        var disk: SimulatedDisk
        var nonces: [AgentID: NonceChain]
    }

    let world: World
    private(set) var disk: SimulatedDisk
    /// The registry's part of it; written at once and synced.
    var nonces: [AgentID: NonceChain] = [:]
    private(set) var process: ReceiverProcess?
    private var backup: Backup?

    init(_ world: World) {
        self.world = world
        disk = SimulatedDisk(seed: world.chance.next())
    }

    /// Takes a connection in; false when nobody listens.
    func accept(_ connection: SimulatedConnection) -> Bool {
        guard let process, !disk.isOff else { return false }
        process.accept(connection)
        return true
    }

    /// Starts the process, now or, when the disk refuses, later.
    func start() {
        guard process == nil else { return }
        if disk.isOff { disk = disk.crash(using: &world.random) }
        do throws(OperatorError) {
            let started = try ReceiverProcess(self)
            guard !disk.isOff else { return powerFailed() }
            process = started
            world.trace.note("receiver starts")
            world.oracle.receiverRecovered(started)
        } catch {
            world.trace.note("receiver does not start: \(error.message) \(error.cause ?? "")")
            if disk.isOff { return powerFailed() }
            disk = disk.processCrash()
            startLater()
        }
    }

    func startLater() {
        world.timeline.schedule(after: world.chance.duration(10...10_000)) { [weak self] in
            self?.start()
        }
    }

    /// Ends the process at once; what was written stays.
    func kill() {
        guard process != nil else { return }
        world.trace.note("receiver killed")
        end(silently: world.chance.oneIn(4))
        disk = disk.processCrash()
        startLater()
    }

    /// The power goes: now, or in the middle of a coming operation.
    func cutPower(afterOperations count: Int) {
        if count == 0 { powerFailed() } else { disk.powerOff(afterOperations: count) }
    }

    /// To be called after each event: the power may have gone in it.
    func checkPower() { if process != nil, disk.isOff { powerFailed() } }

    private func powerFailed() {
        world.trace.note("receiver loses power")
        end(silently: world.chance.oneIn(2))
        disk = disk.crash(using: &world.random)
        startLater()
    }

    func end(silently: Bool) {
        process?.die(silently: silently)
        process = nil
    }

    func takeBackup() {
        guard !disk.isOff else { return }
        world.trace.note("receiver is backed up")
        backup = Backup(disk: disk.copy(), nonces: nonces)
    }

    /// Puts the older copy in the place of everything.
    func restore() {
        guard let backup else { return }
        world.trace.note("receiver is restored from its backup")
        end(silently: false)
        disk = backup.disk.copy()
        nonces = backup.nonces
        world.oracle.receiverRestored()
        startLater()
    }
}
