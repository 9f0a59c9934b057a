import Core
import Platform
import SQL
import Settings
import Shipping
import TLS
import Tailing
import Transport
import Wire

/// What an uplink tells its owner.
protocol UplinkOwner: AnyObject {
    /// The checkpoints failed: nothing that was not flushed is certain.
    func storeFailed(_ error: SQLError)
    /// A receiver has welcomed the agent.
    func connected()
    /// Something changed that `--once` or a status may be waiting for.
    func progressed()
}

/// The agent's side of one receiver: connects, ships what is due, verifies what is finished.
///
/// It carries out what `Uplink` says, with the files of a `FileKeeper`. It belongs to the loop's thread.
final class UplinkDriver: UplinkTransportDelegate {
    let endpoint: ReceiverEndpoint
    let number: ReceiverNumber
    let context: AgentContext
    weak var owner: (any UplinkOwner)?

    // One connection
    var machine: Uplink?
    var link: (any UplinkTransport)?
    private var renewalKey: PrivateKey?
    private var deadlineTimer: (any PlannedCall)?

    // Between connections
    private var backoff = Backoff(first: .milliseconds(500), longest: .seconds(60))
    private var retryTimer: (any PlannedCall)?
    private(set) var lastFailure: String?
    private(set) var isStopped = false
    private(set) var connectedSince: Instant?
    private(set) var failures = 0

    // What is being shipped on this connection
    var scheduler = LaneScheduler()
    var ready: [StreamNumber] = []
    var opening: [StreamNumber: Opening] = [:]
    var positions: [StreamNumber: ReadPosition] = [:]
    var ends: [StreamNumber: [ReadPosition]] = [:]
    var notes: [UInt64: [BatchDraft.Note]] = [:]
    var lastNote: UInt64 = 0
    var skipped: Set<StreamNumber> = []
    var proof: ContentProof?
    var proofs: [ContentProof] = []
    var claimed: [StreamNumber: ContentProof] = [:]
    var isPumpPlanned = false
    /// When the live lane had a turn last.
    var lastLive: Instant?
    /// History holds streams that cannot go on before something else has happened.
    var isHistoryWaiting = false
    /// The newest generations with bytes that the receiver has of files and that are unknown here: a power loss has taken
    /// back what began them.
    var unknownGenerations: [FileID: Generation] = [:]
    var limiter: RateLimiter

    // Verification
    var round = VerificationRound()
    /// When what a round passed over is looked at again, while somebody waits for it.
    var nextRound: (any PlannedCall)?
    private(set) var ackedBytes: UInt64 = 0
    private(set) var mismatches = 0

    init(
        _ endpoint: ReceiverEndpoint,
        number: ReceiverNumber,
        context: AgentContext
    ) {
        self.endpoint = endpoint
        self.number = number
        self.context = context
        limiter = RateLimiter(bytesPerSecond: endpoint.rateLimit, now: context.time.now)
    }

    var isShipping: Bool { machine?.isShipping ?? false }
    var window: Window? { machine?.window }
    /// Whether files of the history are being shipped.
    var isCatchingUp: Bool { isShipping && (scheduler.hasHistory || !ready.isEmpty) }

    // MARK: Connecting

    func start() { connect() }

    /// Ends the connection for good.
    func stop() {
        isStopped = true
        retryTimer?.cancel()
        deadlineTimer?.cancel()
        nextRound?.cancel()
        link?.closeWhenDrained()
    }

    private func connect() {
        guard !isStopped, link == nil else { return }
        do throws(OperatorError) {
            try open(try context.connector.transport(to: endpoint))
        } catch {
            failed(error.description, class: .ordinary)
        }
    }

    private func open(_ link: any UplinkTransport) throws(OperatorError) {
        self.link = link
        do throws(SystemError) {
            try link.start(self)
        } catch {
            self.link = nil
            throw OperatorError(
                .network,
                "cannot connect to \(endpoint.address)",
                cause: error.description
            )
        }
        deadlineTimer = context.time.schedule(after: endpoint.connectTimeout) { [weak self] in
            guard let self, !(self.machine?.isShipping ?? false), self.link != nil else { return }
            self.lastFailure = "no welcome from \(self.endpoint.address) within the connect timeout"
            self.link?.abort()
        }
    }

    // MARK: The link

    func transportEstablished(_ link: any UplinkTransport) {
        link.raisePayloadLimit(Limits.payloadBytes)
        if link.mustRenew { return beginRenewal() }
        attempt { () throws(SQLError) in
            var sums = PositionSums()
            try context.store.eachOpenPosition(number) { stream, offset in
                sums.add(Position(stream: stream, offset: offset))
            }
            var machine = Uplink(sums: sums, now: context.time.now)
            let hello = try context.hello(nonce: context.store.nonce(number))
            let action = machine.begin(hello)
            self.machine = machine
            perform([action])
        }
    }

    func transport(_ link: any UplinkTransport, received frames: [Frame]) {
        for frame in frames {
            guard self.link === link else { return }
            do throws(WireError) {
                let message = try Message(frame)
                if let actions = machine?.received(
                    message,
                    request: frame.request,
                    now: context.time.now
                ) {
                    perform(actions)
                }
            } catch {
                lastFailure = "the receiver's bytes make no sense: \(error)"
                link.abort()
            }
        }
        planPump()
    }

    func transportDrained(_ link: any UplinkTransport) { planPump() }

    func transport(_ link: any UplinkTransport, ended: LinkEnd) {
        guard self.link === link else { return }
        let wasShipping = isShipping
        self.link = nil
        machine = nil
        connectedSince = nil
        forgetConnection()
        deadlineTimer?.cancel()
        guard !isStopped else { return }
        switch ended {
        case .closed, .aborted:
            failed(
                lastFailure ?? "\(endpoint.address) closed the connection",
                class: wasShipping ? .ordinary : pending
            )
        case .network(let error):
            failed("\(endpoint.address): \(error.reason)", class: .ordinary)
        case .security(let error):
            failed("\(endpoint.address): \(error)", class: .hopeless)
        case .malformed(let error):
            failed("\(endpoint.address): \(error)", class: .ordinary)
        }
    }

    private func forgetConnection() {
        scheduler.reset()
        isHistoryWaiting = false
        ready = []
        opening = [:]
        unknownGenerations = [:]
        positions = [:]
        ends = [:]
        notes = [:]
        skipped = []
        proof = nil
        proofs = []
        claimed = [:]
        round.disconnected()
    }

    // MARK: Failures

    /// How soon another attempt makes sense.
    enum FailureClass {
        case ordinary
        /// A person must do something first; trying often helps nobody.
        case hopeless
    }

    private var pending = FailureClass.ordinary

    private func failed(_ reason: String, class failure: FailureClass) {
        failures += 1
        if lastLogged != reason {
            let line = reason.split(separator: "\n").map { $0.drop { $0 == " " } }
            Log.warning("receiver \(endpoint.name): \(line.joined(separator: " "))")
            lastLogged = reason
        }
        lastFailure = reason
        pending = .ordinary
        owner?.progressed()
        guard !isStopped else { return }
        var wait = backoff.next(random: context.time.random())
        if failure == .hopeless { wait = max(wait, .seconds(30)) }
        retryTimer = context.time.schedule(after: wait) { [weak self] in self?.connect() }
    }

    private var lastLogged: String?

    // MARK: Actions

    func perform(_ actions: [Uplink.Action]) {
        attempt { () throws(SQLError) in
            for action in actions { try perform(action) }
        }
    }

    private func perform(_ action: Uplink.Action) throws(SQLError) {
        switch action {
        case .send(let message, let request): link?.send(message, request: request)
        case .storeNonce(let nonce): try context.store.setNonce(nonce, number)
        case .reconcile(let buckets, let entries): try reconcile(buckets, entries)
        case .ready: begin()
        case .opened(let stream, let resume): try opened(stream, resume)
        case .occupied(let stream, let resume): try occupied(stream, resume)
        case .openRefused(let stream, let refusal): openRefused(stream, refusal)
        case .acked(let stream, let offset): try acked(stream, offset)
        case .rewound(let stream, let offset): try rewound(stream, offset)
        case .eventsAcked(let note): try eventsAcked(note)
        case .verified(let stream, let claim): try verified(stream, claim)
        case .mismatched(let stream, let claim): try mismatched(stream, claim)
        case .digestRefused(let stream, let refusal):
            Log.warning("receiver \(endpoint.name): \(refusal.message)")
            try digestRefused(stream, refusal)
        case .windowChanged(let window): changed(window)
        case .renewalDue: requestRenewal()
        case .renewed(let chain): storeRenewed(chain)
        case .renewalRefused(let refusal):
            Log.warning("receiver \(endpoint.name) does not renew: \(refusal.message)")
        case .close(let reason, let refusal): close(reason, refusal)
        }
    }

    private func begin() {
        backoff.reset()
        lastFailure = nil
        lastLogged = nil
        connectedSince = context.time.now
        Log.notice("connected to receiver \(endpoint.name) (\(endpoint.address))")
        planDeadline()
        scheduler.foundHistory()
        owner?.connected()
        owner?.progressed()
        planPump()
        verifySoon()
    }

    private func changed(_ window: Window) {
        if window.bytes == 0 {
            Log.warning("receiver \(endpoint.name) pauses: \(window.text)")
        }
        owner?.progressed()
        planPump()
    }

    private func close(_ reason: String, _ refusal: Refusal?) {
        lastFailure = reason
        if let refusal {
            if !refusal.remedy.isEmpty { lastFailure = "\(reason)\n  → \(refusal.remedy)" }
            switch refusal.code {
            case .revoked, .unknownAgent, .clonedIdentity, .unsupportedVersion,
                .certificateExpired:
                pending = .hopeless
            default: break
            }
        }
        link?.closeWhenDrained()
    }

    private func planDeadline() {
        deadlineTimer?.cancel()
        guard let machine else { return }
        let wait = machine.deadline - context.time.now
        deadlineTimer = context.time.schedule(after: max(.milliseconds(10), wait)) { [weak self] in
            guard let self else { return }
            if let actions = self.machine?.tick(self.context.time.now) { self.perform(actions) }
            self.planDeadline()
        }
    }

    func attempt(_ body: () throws(SQLError) -> Void) {
        do throws(SQLError) {
            try body()
        } catch {
            link?.abort()
            owner?.storeFailed(error)
        }
    }

    func countAcked(_ bytes: UInt64) { ackedBytes += bytes }
    func countMismatch() { mismatches += 1 }

    // MARK: Renewal

    private func requestRenewal() {
        guard endpoint.certificates == nil else { return }
        guard let (key, request) = AgentIdentity.makeRequest(context.settings.name) else { return }
        renewalKey = key
        if let action = machine?.renew(request) { perform([action]) }
    }

    /// With an expired certificate nothing but its renewal is granted; the next connection has the new one.
    private func beginRenewal() {
        guard let (key, request) = AgentIdentity.makeRequest(context.settings.name) else { return }
        renewalKey = key
        var machine = Uplink(sums: PositionSums(), now: context.time.now)
        let action = machine.beginRenewal(request)
        self.machine = machine
        lastFailure = "the certificate has expired and is being renewed"
        perform([action])
    }

    private func storeRenewed(_ chain: [UInt8]) {
        guard let key = renewalKey else { return }
        renewalKey = nil
        do throws(OperatorError) {
            try context.connector.store(key: key, chain: chain, for: endpoint)
            Log.notice("receiver \(endpoint.name): the certificate was renewed")
        } catch {
            Log.error(error)
        }
    }
}
