import Core
import Platform
import Shipping
import TLS
import Transport
import Wire

/// One agent's connection: carries messages to `Intake` and does what it asks for, in order.
///
/// Some actions wait for another thread (the registry's, the archive's). While one does, what follows it
/// waits, and nothing more is read.
final class AgentConnection {
    let key: ConnectionKey
    let agent: AgentID
    let link: SecureLink
    private let context: LoopContext
    private let epoch: UInt64
    private var intake: Intake
    private var actions: [Intake.Action] = []
    private var frames: [Frame] = []
    private var isSuspended = false
    private var isClosing = false
    private var isWelcomed = false
    private(set) var lastHeard: Instant
    private var heardBytes: UInt64 = 0
    private lazy var spare = (greeting: hub.greeting(), mint: hub.mintFileID())
    private var hub: Hub { context.hub }

    init(
        key: ConnectionKey,
        link: SecureLink,
        peer: Intake.Peer,
        nonces: NonceChain,
        context: LoopContext
    ) {
        self.key = key
        self.link = link
        self.agent = peer.agent
        self.context = context
        epoch = context.hub.queue.epoch
        intake = Intake(peer: peer, nonces: nonces)
        lastHeard = context.loop.now
    }

    var isShipping: Bool { intake.isShipping }

    // MARK: Events

    func received(_ frames: [Frame]) {
        noteProgress()
        self.frames += frames
        work()
    }

    /// Bytes are a sign of life before they are a whole frame: a slow line needs minutes for a large one.
    func noteProgress() {
        guard link.receivedBytes != heardBytes else { return }
        heardBytes = link.receivedBytes
        lastHeard = context.loop.now
    }

    /// Batches up to `request` are durable.
    func acknowledge(_ request: UInt32) { link.send(.ack, request: request) }

    func windowChanged(_ window: Window) {
        // Before the welcome it would be taken for a mistake; the welcome is followed by what it missed.
        if intake.isShipping, isWelcomed { link.send(.window(window)) }
    }

    func dismiss(_ refusal: Refusal) { act(intake.dismiss(refusal)) }

    /// The answer to something that was waited for.
    func resume(_ more: [Intake.Action]) {
        isSuspended = false
        actions = more + actions
        work()
    }

    // MARK: Work

    private func work() {
        while !isSuspended, !isClosing {
            if !actions.isEmpty {
                perform(actions.removeFirst())
            } else if !frames.isEmpty, !isHeldUp {
                take(frames.removeFirst())
            } else {
                break
            }
        }
        if isWaiting {
            link.pauseReading()
            if !isSuspended { hub.waits(key.loop) }
        } else {
            link.resumeReading()
        }
    }

    /// Nothing is read, so that silence says nothing about the agent.
    var isWaiting: Bool { isSuspended || isHeldUp }

    /// The journal has enough to do, or the agent takes no answers; `unhold` looks again.
    private var isHeldUp: Bool {
        hub.queue.waitingBytes > JournalQueue.highWater
            || link.pendingOutput > AgentConnection.outputHighWater
    }

    /// Bytes of answers that may wait for an agent that asks and does not listen: one list of positions is
    /// never cut short by it.
    private static let outputHighWater = 1 << 20

    /// Looks again whether the journal has caught up and the answers are gone.
    func unhold() { if !isClosing { work() } }

    private func take(_ frame: Frame) {
        let message: Message
        do throws(WireError) {
            message = try Message(frame)
        } catch {
            return act(intake.violated(error))
        }
        if case .batch(let payload) = message, let error = context.check(payload) {
            return act(intake.violated(error))
        }
        let (greeting, mint) = supplies(for: message)
        let decided = hub.queue.decide(key, epoch: epoch, at: Clock.wall()) { ledger in
            intake.received(
                message,
                request: frame.request,
                ledger: &ledger,
                greeting: greeting,
                mint: mint
            )
        }
        guard let decided else {
            return dismiss(
                Refusal(.goingAway, "the receiver's journal failed; nothing was acknowledged")
            )
        }
        act(decided)
    }

    /// What `Intake` may use up: a hello a greeting, an open a file id.
    ///
    /// Every other message gets those that no hello and no open ever gets, and uses neither.
    private func supplies(for message: Message) -> (greeting: Intake.Greeting, mint: FileID) {
        switch message {
        case .hello: (hub.greeting(), spare.mint)
        case .open: (spare.greeting, hub.mintFileID())
        default: spare
        }
    }

    private func act(_ more: [Intake.Action]) {
        actions += more
        if !isSuspended { while !actions.isEmpty, !isSuspended { perform(actions.removeFirst()) } }
    }

    private func perform(_ action: Intake.Action) {
        switch action {
        case .send(let message, let request):
            if case .welcome(let welcome) = message { return self.welcome(welcome, request) }
            link.send(message, request: request)
        case .replaceOthers: hub.replaceOthers(of: agent, except: key)
        case .storeNonces(let chain): store(chain)
        case .storeFacts(let hello): hub.remember(hello, of: agent)
        case .confirmNonce(let chain): hub.confirm(chain, of: agent)
        case .record, .recordBatch:
            preconditionFailure("the journal queue takes these")
        case .compare(let claim, let request): hub.compare(claim, request: request, for: key)
        case .sign(let der, let request): sign(der, request)
        case .close(let reason):
            isClosing = true
            Log.info("agent \(intake.peer.name): connection closed: \(reason)")
            link.closeWhenDrained()
        case .reportClone(let hello): hub.reportClone(of: agent, hello)
        }
    }

    private func welcome(_ welcome: Welcome, _ request: UInt32) {
        link.raisePayloadLimit(Limits.payloadBytes)
        hub.connected(agent, key)
        link.send(.welcome(welcome), request: request)
        isWelcomed = true
        // It was decided before the nonce was stored: the window may have changed meanwhile.
        let window = hub.window
        if window.bytes != welcome.window.bytes || window.reason != welcome.window.reason {
            link.send(.window(window))
        }
    }

    private func store(_ chain: NonceChain) {
        isSuspended = true
        hub.store(chain, of: agent, for: key)
    }

    private func sign(_ der: [UInt8], _ request: UInt32) {
        isSuspended = true
        hub.renew(der, of: agent, request: request, for: key)
    }
}
