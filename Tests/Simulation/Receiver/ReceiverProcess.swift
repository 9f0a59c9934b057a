import Archive
import Core
import Journal
import Platform
import Shipping
import Synchronization
import TestSupport
import Wire

@testable import Receiver

/// A running receiver: its threads' work as events, over the real queue, journal and archive.
final class ReceiverProcess {
    let world: World
    unowned let site: ReceiverSite
    let queue: JournalQueue
    let workshop: Workshop
    private let journal: Journal
    private let worker: ArchiveWorker
    private var admission = Admission(
        fullWindow: 1 << 20,
        minimumFree: 64 << 10,
        backlogLimit: 8 << 20
    )
    private var peers: [UInt64: ReceiverPeer] = [:]
    private var nextPeer: UInt64 = 1
    private var isDead = false
    private var isWriting = false
    private var writerFailure: String?
    private var comparisons: [ArchiveWorker.Comparison] = []
    private var archiveEvent: Timeline.Event?

    /// Recovers the storage as a start does.
    init(_ site: ReceiverSite) throws(OperatorError) {
        self.site = site
        world = site.world
        let segmentBytes = UInt64(world.chance.element([4 << 10, 64 << 10, 1 << 20]))
        let storage = try RecoveredStorage(site.disk, segmentBytes: segmentBytes)
        journal = storage.journal
        queue = JournalQueue(storage.ledger())
        workshop = try Workshop(
            disk: site.disk,
            archive: storage.archive,
            reader: storage.reader,
            index: storage.journal.index
        )
        worker = ArchiveWorker(workshop)
        review()
    }

    var isOff: Bool { site.disk.isOff }

    func die(silently: Bool) {
        isDead = true
        for (_, peer) in peers.sorted(by: { $0.key < $1.key }) {
            peer.connection.up.received = nil
            peer.connection.receiverDied(silently: silently)
        }
        peers = [:]
    }

    @discardableResult
    private func later(
        _ delay: Duration,
        _ body: @escaping (ReceiverProcess) -> Void
    )
        -> Timeline.Event
    {
        world.timeline.schedule(after: delay) { [weak self] in
            guard let self, !self.isDead, !self.isOff else { return }
            body(self)
            self.site.checkPower()
        }
    }

    // MARK: Connections

    func accept(_ connection: SimulatedConnection) {
        let key = ConnectionKey(loop: 0, number: nextPeer)
        nextPeer += 1
        let peer = ReceiverPeer(key, connection, self)
        peers[key.number] = peer
        connection.peer = peer
        connection.up.received = { [weak self] bytes in
            guard let self, !self.isDead, !self.isOff else { return }
            self.peers[key.number]?.received(bytes)
            self.site.checkPower()
        }
        connection.up.ended = { [weak self] in self?.peers[key.number] = nil }
    }

    private func on(_ key: ConnectionKey, _ body: @escaping (ReceiverPeer) -> Void) {
        later(world.chance.duration(0...1)) { process in
            if let peer = process.peers[key.number] { body(peer) }
        }
    }

    private func onEach(_ body: @escaping (ReceiverPeer) -> Void) {
        later(world.chance.duration(0...1)) { process in
            for (_, peer) in process.peers.sorted(by: { $0.key < $1.key }) { body(peer) }
        }
    }

    /// Whether the agent has a connection to this process.
    func hears(_ agent: AgentID) -> Bool { peers.values.contains { $0.agent == agent } }

    func replaceOthers(of agent: AgentID, except key: ConnectionKey) {
        onEach { peer in
            guard peer.agent == agent, peer.key != key else { return }
            peer.dismiss(Refusal(.replaced, "a newer connection of this agent took over"))
        }
    }

    func greeting() -> Intake.Greeting {
        Intake.Greeting(
            receiverVersion: "1",
            window: admission.window,
            nextNonce: Nonce(high: world.chance.next(), low: world.chance.next())
        )
    }

    func mintFileID() -> FileID {
        while true { if let id = FileID(world.chance.next()) { return id } }
    }

    func store(_ chain: NonceChain, of agent: AgentID, for key: ConnectionKey) {
        later(world.chance.duration(0...5)) { process in
            process.site.nonces[agent] = chain
            process.on(key) { $0.resume() }
        }
    }

    func confirm(_ chain: NonceChain, of agent: AgentID) {
        later(world.chance.duration(0...5)) { $0.site.nonces[agent] = chain }
    }

    // MARK: The journal's thread

    func wakeWriter() {
        guard !isWriting, queue.waitingBytes > 0 else { return }
        isWriting = true
        later(world.chance.duration(0...2)) { process in
            guard let jobs = process.queue.take() else { return }
            process.later(process.world.chance.duration(0...4)) { $0.write(jobs) }
        }
    }

    private func write(_ jobs: [JournalJob]) {
        do throws(OperatorError) {
            _ = try journal.write(jobs.compactMap(JournalWriter.record))
            _ = try journal.commit()
        } catch {
            world.trace.note("journal fails: \(error.cause ?? error.message)")
            return fail(error)
        }
        world.oracle.journaled(jobs)
        writerFailure = nil
        later(world.chance.duration(0...1)) { $0.complete(jobs) }
    }

    private func complete(_ jobs: [JournalJob]) {
        queue.completed(jobs)
        let acks = JournalWriter.acknowledgements(jobs)
        later(world.chance.duration(0...1)) { process in
            for (key, request) in acks.sorted(by: { $0.key.number < $1.key.number }) {
                process.peers[key.number]?.acknowledge(request)
            }
            for (_, peer) in process.peers.sorted(by: { $0.key < $1.key }) { peer.work() }
        }
        wakeArchive(.zero)
        isWriting = false
        wakeWriter()
    }

    private func fail(_ error: OperatorError) {
        queue.failed()
        writerFailure = error.message
        onEach { $0.dismiss(Refusal(.goingAway, "the receiver's journal failed")) }
        probe()
    }

    private func probe() {
        do throws(OperatorError) {
            try journal.roll()
            writerFailure = nil
            isWriting = false
            wakeWriter()
        } catch {
            later(.seconds(1)) { $0.probe() }
        }
    }

    // MARK: The archive's thread

    func compare(_ claim: DigestClaim, request: UInt32, for key: ConnectionKey) {
        let answers = Answers()
        comparisons.append(
            ArchiveWorker.Comparison(claim: claim) { message in answers.put(message) }
        )
        waiting.append((answers, key, request))
        wakeArchive(.zero)
    }

    private var waiting: [(Answers, ConnectionKey, UInt32)] = []

    private func wakeArchive(_ delay: Duration) {
        archiveEvent?.cancel()
        archiveEvent = later(delay + world.chance.duration(0...3)) { $0.archiveTurn() }
    }

    private func archiveTurn() {
        let new = comparisons
        comparisons = []
        let turn = worker.turn(
            new,
            isClosing: false,
            limit: world.chance.number(1...8),
            now: world.timeline.now
        )
        for (answers, key, request) in waiting {
            if let message = answers.take() { on(key) { $0.answer(message, request) } }
        }
        waiting.removeAll { $0.0.isAnswered }
        if !turn.isIdle {
            wakeArchive(.zero)
        } else if let rest = turn.rest {
            wakeArchive(rest)
        }
    }

    // MARK: The main thread

    private func review() {
        var available: UInt64 = .max
        if let space = try? site.disk.space() { available = space.available }
        let facts = Admission.Facts(
            available: available,
            backlog: journal.index.bytesOnDisk,
            failure: writerFailure ?? worker.failure
        )
        if let window = admission.look(facts) {
            world.trace.note("receiver window \(window.bytes) \(window.reason)")
            onEach { $0.windowChanged(window) }
        }
        later(.seconds(2)) { $0.review() }
    }
}

/// Carries an answer out of a closure that may run on any thread.
final class Answers: Sendable {
    private let state = Mutex<(message: Message?, isAnswered: Bool)>((nil, false))

    func put(_ message: Message) { state.withLock { $0.message = message } }

    func take() -> Message? {
        state.withLock { state in
            guard let message = state.message, !state.isAnswered else { return nil }
            state.isAnswered = true
            return message
        }
    }

    var isAnswered: Bool { state.withLock { $0.isAnswered } }
}
