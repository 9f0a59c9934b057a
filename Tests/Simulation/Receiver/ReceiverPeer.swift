import Core
import Platform
import Shipping
import Wire

@testable import Receiver

/// One agent's connection at the receiver: what `AgentConnection` does, over a simulated connection.
final class ReceiverPeer {
    let key: ConnectionKey
    let agent: AgentID
    let connection: SimulatedConnection
    private unowned let process: ReceiverProcess
    private let epoch: UInt64
    private var intake: Intake
    private var decoder = FrameDecoder()
    private var actions: [Intake.Action] = []
    private var frames: [Frame] = []
    private var isSuspended = false
    private var isClosing = false

    init(_ key: ConnectionKey, _ connection: SimulatedConnection, _ process: ReceiverProcess) {
        self.key = key
        self.connection = connection
        self.process = process
        agent = connection.agent
        epoch = process.queue.epoch
        let peer = Intake.Peer(agent: agent, name: "a", isExpired: false, shouldRenew: false)
        intake = Intake(peer: peer, nonces: process.site.nonces[agent] ?? NonceChain())
    }

    var isShipping: Bool { intake.isShipping }

    // MARK: Events

    func received(_ bytes: [UInt8]) {
        guard !isClosing else { return }
        do throws(WireError) {
            try SimulatedConnection.decode(bytes, &decoder, &frames)
        } catch {
            return act(intake.violated(error))
        }
        work()
    }

    func acknowledge(_ request: UInt32) { send(.ack, request) }
    func windowChanged(_ window: Window) { if isShipping { send(.window(window), 0) } }
    func dismiss(_ refusal: Refusal) { act(intake.dismiss(refusal)) }

    func resume() {
        isSuspended = false
        work()
    }

    func answer(_ message: Message, _ request: UInt32) { send(message, request) }

    // MARK: Work

    private func send(_ message: Message, _ request: UInt32) {
        guard !process.isOff else { return }
        if case .resume(let resume) = message {
            let text = "\(resume.stream) \(resume.offset) \(resume.status)"
            process.world.trace.note("receiver \(key.number) > resume \(request) \(text)")
        } else {
            process.world.trace.note("receiver \(key.number) > \(message.type) \(request)")
        }
        connection.down.send(message.frame(request: request).encoded)
    }

    func work() {
        while !isSuspended, !isClosing {
            if !actions.isEmpty {
                perform(actions.removeFirst())
            } else if !frames.isEmpty, process.queue.waitingBytes <= JournalQueue.highWater {
                take(frames.removeFirst())
            } else {
                break
            }
        }
    }

    private func take(_ frame: Frame) {
        let message: Message
        do throws(WireError) {
            message = try Message(frame)
        } catch {
            return act(intake.violated(error))
        }
        note(message, frame.request)
        let greeting = process.greeting()
        let mint = process.mintFileID()
        var intake = intake
        let decided = process.queue.decide(key, epoch: epoch, at: process.world.timeline.wall) {
            intake.received(
                message,
                request: frame.request,
                ledger: &$0,
                greeting: greeting,
                mint: mint
            )
        }
        self.intake = intake
        guard let decided else {
            return dismiss(
                Refusal(.goingAway, "the receiver's journal failed; nothing was acknowledged")
            )
        }
        process.wakeWriter()
        act(decided)
    }

    private func note(_ message: Message, _ request: UInt32) {
        var text = ""
        if case .open(let open) = message {
            let file = open.file.map { "\($0)/\(open.generation)" } ?? "new"
            text = "\(open.path) as \(file), proven \(open.proven), \(open.reason)"
        }
        if case .batch(let payload) = message,
            let batch = payload.withUnsafeBytes({ try? Batch.decode($0).batch })
        {
            text =
                (batch.chunks.map { "\($0.stream)@\($0.offset)+\($0.length)" }
                + batch.events.map { "\($0.kind) \($0.stream) \($0.path)" })
                .joined(separator: ", ")
        }
        process.world.trace.note("receiver \(key.number) < \(message.type) \(request) \(text)")
    }

    private func act(_ more: [Intake.Action]) {
        actions += more
        if !isSuspended { while !actions.isEmpty, !isSuspended { perform(actions.removeFirst()) } }
    }

    private func perform(_ action: Intake.Action) {
        switch action {
        case .send(let message, let request):
            if case .welcome = message { decoder.payloadLimit = Limits.payloadBytes }
            send(message, request)
        case .replaceOthers: process.replaceOthers(of: agent, except: key)
        case .storeNonces(let chain):
            isSuspended = true
            process.store(chain, of: agent, for: key)
        case .confirmNonce(let chain): process.confirm(chain, of: agent)
        case .compare(let claim, let request):
            process.compare(claim, request: request, for: key)
        case .close(let reason):
            isClosing = true
            process.world.trace.note("receiver \(key.number) closes: \(reason)")
            connection.down.close()
        case .reportClone: process.world.trace.note("receiver \(key.number) reports a clone")
        case .storeFacts, .sign, .record, .recordBatch: break
        }
    }
}
