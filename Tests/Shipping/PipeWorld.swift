import Core
import Shipping
import TestSupport
import Testing
import Wire

/// An agent and a receiver joined by queues, with everything that can go wrong between and on either side.
///
/// The agent's files never change their bytes, so whatever the receiver holds of one must be its beginning.
struct PipeWorld {
    struct Connection {
        var intake: Intake
        var up: [(Message, UInt32)] = []
        var down: [(Message, UInt32)] = []
    }

    var random: SeededRandom
    var agent: PipeAgent
    var receiver = PipeReceiver()
    var connections: [Int: Connection] = [:]
    /// The connection that the agent holds; older ones are half open.
    var current: Int?
    var lastConnection = 0
    /// The agent's state as a backup, and the receiver's disk.
    var backups: (agent: PipeAgent, disk: PipeDisk)
    var isRestored = false
    var wasReceiverRestored = false

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        agent = PipeAgent(files: 6)
        backups = (agent, receiver.disk)
    }

    mutating func step() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<12: agent.grow(&random)
        case 12..<35: act()
        case 35..<60: deliverUp()
        case 60..<80: deliverDown()
        case 80..<90: sync(atMost: Int.random(in: 1...8, using: &random))
        case 90..<94: if random.oneIn(3) { cut() }
        case 94: if random.oneIn(4) { failJournal() }
        case 95: if random.oneIn(4) { restartReceiver() }
        case 96: if random.oneIn(3) { crashAgent() }
        case 97: agent.save()
        case 98: if random.oneIn(8) { backups = (agent, receiver.disk) }
        default: if random.oneIn(30) { restoreReceiver() }
        }
    }

    /// Nothing goes wrong any more, until everything is shipped.
    mutating func finish() -> Bool {
        for _ in 0..<2000 {
            act()
            while deliverUp() {}
            sync(atMost: .max)
            while deliverDown() {}
            if agent.isDone { return true }
        }
        return false
    }

    // MARK: The line

    mutating func act() {
        guard let key = current, connections[key] != nil else { return connect() }
        let messages = agent.act(&random)
        connections[key]?.up += messages
    }

    mutating func connect() {
        lastConnection += 1
        connections[lastConnection] = Connection(
            intake: Intake(
                peer: Intake.Peer(
                    agent: Make.agent,
                    name: "u@h",
                    isExpired: false,
                    shouldRenew: false
                ),
                nonces: receiver.disk.nonces
            )
        )
        current = lastConnection
        connections[lastConnection]?.up = [agent.connect()]
    }

    /// The agent's side is gone; the receiver may notice much later what was on its way.
    mutating func cut() {
        guard let key = current else { return }
        let isHalfOpen = connections[key]?.intake.isShipping == true && random.oneIn(2)
        if !isHalfOpen { connections[key] = nil }
        current = nil
        agent.disconnected()
    }

    mutating func dropAll() {
        connections = [:]
        current = nil
        agent.disconnected()
    }

    @discardableResult
    mutating func deliverUp() -> Bool {
        let waiting = connections.keys.sorted().filter { connections[$0]?.up.isEmpty == false }
        guard let key = waiting.randomElement(using: &random), var connection = connections[key]
        else { return false }
        let (message, request) = connection.up.removeFirst()
        let actions = receiver.take(message, request, from: key, &connection.intake)
        connections[key] = connection
        for action in actions {
            switch action {
            case .send(let answer, let request): connections[key]?.down.append((answer, request))
            case .replaceOthers:
                for other in connections.keys where other != key { drop(other) }
            case .close: if key == current { connections[key]?.up = [] } else { drop(key) }
            default: break
            }
        }
        return true
    }

    private mutating func drop(_ key: Int) {
        connections[key] = nil
        guard key == current else { return }
        current = nil
        agent.disconnected()
    }

    @discardableResult
    mutating func deliverDown() -> Bool {
        guard let key = current, connections[key]?.down.isEmpty == false,
            let (message, request) = connections[key]?.down.removeFirst()
        else { return false }
        let (answers, isClosed) = agent.take(message, request, receiver.disk)
        if isClosed { drop(key) } else { connections[key]?.up += answers }
        return true
    }

    // MARK: The receiver's side

    mutating func sync(atMost count: Int) {
        for (key, request) in receiver.sync(atMost: count) {
            connections[key]?.down.append((.ack, request))
        }
    }

    mutating func failJournal() {
        receiver.fail()
        dropAll()
    }

    mutating func restartReceiver() {
        receiver.restart(surviving: Int.random(in: 0...3, using: &random))
        dropAll()
    }

    /// failures 22: the disk is what it was some time ago.
    mutating func restoreReceiver() {
        wasReceiverRestored = true
        receiver.disk = backups.disk
        receiver.restart(surviving: 0)
        dropAll()
    }

    // MARK: The agent's side

    /// The process is killed; sometimes its state folder comes out of a backup.
    mutating func crashAgent() {
        cut()
        agent.crash()
        guard !isRestored, random.oneIn(3) else { return }
        isRestored = true
        agent.restore(from: backups.agent)
    }

    // MARK: What must hold

    func check() {
        for (stream, held) in receiver.disk.streams {
            guard let local = receiver.disk.files[stream.file]?.local else {
                Issue.record("a stream without its file")
                continue
            }
            #expect(held.bytes == PipeAgent.content(local, held.bytes.count))
        }
        #expect(
            receiver.ledger.positionSums(of: Make.agent)
                == recomputed(receiver.ledger, Make.agent)
        )
    }
}
