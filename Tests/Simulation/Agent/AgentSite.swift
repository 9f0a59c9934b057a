import Core
import Platform
import TestSupport

@testable import Agent
@testable import Settings

/// A workstation: its disk, the agent's checkpoints, and the process while there is one.
final class AgentSite {
    static let root: BytePath = "home/u/logs"
    static let state: BytePath = "home/u/.state"
    static let held: BytePath = "home/u/.state/held"

    let world: World
    private(set) var agent: AgentID
    let settings: AgentSettings
    private(set) var disk: SimulatedDisk
    private(set) var process: AgentProcess?
    private var saved: [UInt8] = []
    private var older: [UInt8]?
    private var pending: [BytePath] = []
    private var isReadPlanned = false

    init(_ world: World) {
        self.world = world
        agent = AgentID(high: 1, low: 1)
        disk = SimulatedDisk(seed: world.chance.next(), followsLinks: true)
        var settings = AgentSettings(.init(stateDirectory: AgentSite.state, name: "a"))
        settings.receivers = [ReceiverEndpoint(name: AgentProcess.receiver)]
        settings.finishedAfter = world.chance.duration(1000...20_000)
        settings.rescan = nil
        if world.chance.oneIn(4) { settings.rateLimit = 1 << 20 }
        self.settings = settings
    }

    /// A copy of a whole machine: the same files, the same state, the same identity.
    init(cloning other: AgentSite) {
        world = other.world
        agent = other.agent
        settings = other.settings
        disk = other.disk.copy()
        saved = (try? other.process?.flushed()) ?? other.saved
    }

    static let source = WatchedSource(
        name: "logs",
        root: root,
        decide: { path in
            if path.bytes.suffix(6).elementsEqual(".jsonl".utf8) { return .tail }
            if path.bytes.suffix(5).elementsEqual(".json".utf8) { return .snapshot }
            return .excluded
        },
        mayContain: { _ in true }
    )

    func setClock() { disk.setClock(world.timeline.wall, granularity: .milliseconds(4)) }

    // MARK: The process

    func start() {
        guard process == nil else { return }
        if disk.isOff { disk = disk.crash(using: &world.random) }
        setClock()
        do {
            world.trace.note("agent starts")
            noteFiles()
            let started = try AgentProcess(self, saved: saved)
            process = started
            checkPower()
        } catch {
            world.trace.note("agent does not start: \(error)")
            if disk.isOff { return powerFailed() }
            disk = disk.processCrash()
            startLater()
        }
    }

    private func noteFiles() {
        for path in disk.files() {
            let inode = (try? disk.status(path))??.inode ?? 0
            world.trace.note("  \(path): inode \(inode), \(disk.contents(path)?.count ?? 0) bytes")
        }
    }

    private func startLater() {
        world.timeline.schedule(after: world.chance.duration(10...20_000)) { [weak self] in
            if let self, !self.isGone { self.start() }
        }
    }

    /// The machine is never started again.
    var isGone = false

    func kill(restarting: Bool = true) {
        world.trace.note("agent killed")
        end(silently: false)
        disk = disk.processCrash()
        if restarting { startLater() }
    }

    func cutPower(afterOperations count: Int) {
        if count == 0 { powerFailed() } else { disk.powerOff(afterOperations: count) }
    }

    func checkPower() { if process != nil, disk.isOff { powerFailed() } }

    private func powerFailed() {
        world.trace.note("agent loses power")
        end(silently: true)
        let before = contents()
        disk = disk.crash(using: &world.random)
        setClock()
        do {
            // A machine has its users' folders again.
            try disk.makeDirectories(AgentSite.root)
            try touchTorn(before)
        } catch { world.fail("\(error)") }
        world.oracle.agentLostPower(self)
        startLater()
    }

    private var kept: [BytePath] {
        disk.files(below: AgentSite.root) + disk.files(below: AgentSite.held)
    }

    private func contents() -> [BytePath: [UInt8]] {
        var all: [BytePath: [UInt8]] = [:]
        for path in kept { all[path] = disk.contents(path) }
        return all
    }

    /// Bytes that a power loss tore while size and times stayed are beyond what any look can tell, so the times
    /// of such files change.
    private func touchTorn(_ before: [BytePath: [UInt8]]) throws(SystemError) {
        for path in kept {
            guard let new = disk.contents(path), before[path] != new, let first = new.first
            else { continue }
            try disk.rewrite([first], in: path)
        }
    }

    private func end(silently: Bool) {
        pending = []
        do {
            if let process { saved = try process.die(silently: silently) }
        } catch { world.fail("the checkpoints cannot be saved: \(error)") }
        process = nil
    }

    func takeBackup() {
        world.trace.note("the checkpoints are backed up")
        older = (try? process?.flushed()) ?? saved
    }

    /// Starts again with older checkpoints.
    func restore() {
        guard let older else { return }
        kill()
        world.trace.note("the checkpoints are restored from a backup")
        saved = older
    }

    /// Its owner removes the state folder and joins it anew, as a machine that was taken for a clone is told.
    func joinAnew() {
        world.trace.note("the agent joins anew")
        end(silently: false)
        disk = disk.processCrash()
        do {
            for file in disk.files(below: AgentSite.state) { try disk.remove(file) }
        } catch { world.fail("\(error)") }
        saved = []
        agent = AgentID(high: agent.high, low: agent.low + 1)
        world.oracle.forgetOwed()
        startLater()
    }

    // MARK: Notifications

    /// Something happened at these paths, in this order.
    func changed(_ paths: [BytePath]) {
        guard let process else { return }
        for path in paths
        where process.watched.contains(AgentSite.root.appending(path).parent) {
            pending.append(path)
        }
        guard !pending.isEmpty, !isReadPlanned else { return }
        isReadPlanned = true
        world.timeline.schedule(after: world.chance.duration(0...30)) { [weak self] in
            self?.readNotifications()
        }
    }

    private func readNotifications() {
        isReadPlanned = false
        let paths = pending
        pending = []
        guard let process, !disk.isOff else { return }
        if world.chance.oneIn(30) {
            world.trace.note("notifications are lost")
            return process.work.mustScan("logs")
        }
        var seen: Set<BytePath> = []
        for path in paths where seen.insert(path).inserted {
            process.work.changed("logs", path)
        }
    }

    /// Whether the state folder has a link to what is at the path.
    func holds(_ path: BytePath) -> Bool {
        guard let inode = (try? disk.status(path))??.inode,
            let entries = try? disk.list(AgentSite.held)
        else { return false }
        return entries.contains {
            (try? disk.status(AgentSite.held.appending($0.name)))??.inode == inode
        }
    }
}
