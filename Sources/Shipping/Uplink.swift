import Core
import Wire

/// The agent's name for one generation of one of its files: the row in its checkpoints.
package typealias LocalStream = Int64

/// The agent's end of one connection: what was asked and sent, what the receiver said, what follows.
///
/// ```
/// greeting ──welcome──▶ comparing ──all positions──▶ shipping ──error──▶ ended
///     ├──────── digests equal: straight to shipping ────┘
///     └──renewal instead of hello──▶ renewing ──answer──▶ ended
/// ```
/// One value lives as long as one connection. It knows only the streams that are being shipped; the rest is
/// in the checkpoints. Bytes in flight are not kept: after a cut they are read from the file again.
package struct Uplink: Sendable {
    /// How long a welcome, the answer to a renewal or the answer to a ping may take.
    package static let answerWait: Duration = .seconds(60)
    /// How long a quiet connection goes without a ping, whether or not other answers are due: those may
    /// wait for the receiver's disk, a pong does not.
    package static let pingInterval: Duration = .seconds(60)
    /// Buckets that one list asks for; it bounds how many positions are in memory at once.
    static let bucketsPerList = 32
    /// From here on the connection is given up for a new one, long before the numbers run out.
    static let lastRequestNumber = UInt32.max - (1 << 20)

    private enum Phase: Sendable {
        case greeting
        case renewing
        case comparing
        case shipping
        case ended
    }

    private struct Active: Sendable {
        var stream: StreamID
        var sent: UInt64
        var acked: UInt64
        /// Batches up to this one were sent before the last rewind and say nothing about the stream.
        var ignoreUpTo: UInt32
    }

    private struct InFlight: Sendable {
        var request: UInt32
        var bytes: Int
        var ends: [(LocalStream, UInt64)]
        var events: UInt64?
    }

    private enum Question: Sendable {
        case open(LocalStream)
        case digest(LocalStream)
        case renewal
        case list
    }

    private var phase = Phase.greeting
    private var active: [LocalStream: Active] = [:]
    private var locals: [StreamID: LocalStream] = [:]
    private var inFlight: [InFlight] = []
    private var inFlightBytes = 0
    private var questions: [UInt32: Question] = [:]
    private var listing: (buckets: BucketSet, entries: [Position]) = (BucketSet(), [])
    private var unlisted = BucketSet()
    private var lastRequest: UInt32
    /// When something was heard last, or asked with a ping.
    private var quietSince: Instant
    private var isPinging = false
    private let localSums: PositionSums
    package private(set) var window = Window(bytes: 0, reason: .open)
    /// The name for people that the receiver keeps.
    package private(set) var name = ""

    /// - Parameters:
    ///   - sums: the position digest of the agent's open cursors at this receiver.
    ///   - now: when the connection was established.
    ///   - lastRequest: the number before the first request's; 0 but in tests.
    package init(sums: PositionSums, now: Instant, lastRequest: UInt32 = 0) {
        localSums = sums
        quietSince = now
        self.lastRequest = lastRequest
    }

    // MARK: Questions of the driver

    package var isShipping: Bool { if case .shipping = phase { true } else { false } }

    /// Bytes of payload that may be sent now; a batch may exceed it only if nothing is in flight.
    package var room: Int {
        guard isShipping, window.bytes > 0 else { return 0 }
        return inFlightBytes == 0 ? Limits.payloadBytes : max(0, Int(window.bytes) - inFlightBytes)
    }

    package var bytesInFlight: Int { inFlightBytes }

    /// Opens and digests that wait for an answer.
    package var questionsOpen: Int { questions.count }

    /// Whether anything that was sent is still unanswered.
    package var isWaiting: Bool { !inFlight.isEmpty || !questions.isEmpty }

    /// Where reading goes on for a stream that is being shipped; nil when it is not open on this connection.
    package func sent(_ local: LocalStream) -> (stream: StreamID, offset: UInt64)? {
        active[local].map { ($0.stream, $0.sent) }
    }

    // MARK: Orders of the driver

    /// The first message of the connection.
    package mutating func begin(_ hello: Hello) -> Action { .send(.hello(hello), request: 0) }

    /// The first message of a connection whose certificate has expired: the receiver takes nothing else.
    ///
    /// - Parameter request: a certificate request in DER.
    /// - Returns: what is to be sent.
    package mutating func beginRenewal(_ request: [UInt8]) -> Action {
        phase = .renewing
        return renew(request)
    }

    /// Asks where a stream stands; `opened` or `openRefused` answers it.
    package mutating func open(_ local: LocalStream, _ request: OpenRequest) -> Action {
        ask(.open(local), .open(request))
    }

    /// Has the receiver compare a stream; `verified`, `mismatched` or `digestRefused` answers it.
    package mutating func digest(_ local: LocalStream, _ claim: DigestClaim) -> Action {
        ask(.digest(local), .digest(claim))
    }

    /// Asks for a new certificate; `renewed` or `renewalRefused` answers it.
    ///
    /// - Parameter request: a certificate request in DER.
    /// - Returns: what is to be sent.
    package mutating func renew(_ request: [UInt8]) -> Action { ask(.renewal, .renew(request)) }

    /// A batch goes out; its frame must follow all that was sent before.
    ///
    /// - Parameters:
    ///   - chunks: what it carries, each beginning where `sent` said.
    ///   - events: a number for its events, which comes back in `eventsAcked`; nil when it has none.
    ///   - bytes: the size of its payload.
    /// - Returns: the request number of the frame.
    package mutating func batch(
        _ chunks: [(LocalStream, Chunk)],
        events: UInt64?,
        bytes: Int
    ) -> UInt32 {
        lastRequest += 1
        for (local, chunk) in chunks { active[local]?.sent = chunk.end }
        inFlight.append(
            InFlight(
                request: lastRequest,
                bytes: bytes,
                ends: chunks.map { ($0.0, $0.1.end) },
                events: events
            )
        )
        inFlightBytes += bytes
        return lastRequest
    }

    /// The driver has nothing more to do with the stream for now; it must be opened again before more is sent.
    package mutating func release(_ local: LocalStream) {
        guard let entry = active.removeValue(forKey: local) else { return }
        if locals[entry.stream] == local { locals[entry.stream] = nil }
    }

    /// A stream that both sides know to be durable at the offset needs no open.
    package mutating func adopt(_ local: LocalStream, _ position: Position) {
        guard isShipping, active[local] == nil else { return }
        activate(local, position.stream, position.offset)
    }

    private mutating func activate(_ local: LocalStream, _ stream: StreamID, _ offset: UInt64) {
        release(local)
        if let other = locals[stream] { release(other) }
        active[local] = Active(
            stream: stream,
            sent: offset,
            acked: offset,
            ignoreUpTo: lastRequest
        )
        locals[stream] = local
    }

    // MARK: Time

    /// When `tick` wants to be called next.
    package var deadline: Instant {
        guard !isEnded else { return Instant(nanoseconds: .max) }
        return quietSince + (isPinging || !isWelcomed ? Uplink.answerWait : Uplink.pingInterval)
    }

    /// Time has passed; however much it was, one step is taken.
    package mutating func tick(_ now: Instant) -> [Action] {
        guard !isEnded, now >= deadline else { return [] }
        guard isWelcomed, !isPinging else {
            return close(
                "the receiver did not answer for \(Uplink.answerWait.components.seconds) s"
            )
        }
        isPinging = true
        quietSince = now
        return [.send(.ping, request: 0)]
    }

    private var isEnded: Bool { if case .ended = phase { true } else { false } }

    private var isWelcomed: Bool {
        switch phase {
        case .comparing, .shipping: true
        case .greeting, .renewing, .ended: false
        }
    }

    // MARK: Messages

    /// The next message of the receiver.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - request: the number in its frame.
    ///   - now: when it came.
    /// - Returns: what follows, in order.
    package mutating func received(
        _ message: Message,
        request: UInt32,
        now: Instant
    ) -> [Action] {
        quietSince = now
        isPinging = false
        switch phase {
        case .ended: return []
        case .greeting:
            switch message {
            case .welcome(let welcome): return welcomed(welcome)
            case .error(let refusal): return ended(refusal)
            default: return close("the receiver's first message was not welcome")
            }
        case .renewing:
            let actions = answer(message, request)
            return isEnded ? actions : actions + close("the renewal was answered")
        case .comparing, .shipping: return answer(message, request)
        }
    }

    private mutating func welcomed(_ welcome: Welcome) -> [Action] {
        guard ProtocolVersion.supported.contains(welcome.version) else {
            return close("the receiver chose protocol \(welcome.version), which was not offered")
        }
        window = welcome.window
        name = welcome.name
        var actions: [Action] = [.storeNonce(welcome.nonce), .windowChanged(window)]
        let differing =
            welcome.compareAll ? BucketSet.all : localSums.differences(from: welcome.sums)
        phase = .comparing
        unlisted = differing
        actions.append(listNext())
        if welcome.renew { actions.append(.renewalDue) }
        return actions
    }

    /// The next buckets are asked for, or nothing is left to compare.
    private mutating func listNext() -> Action {
        guard !unlisted.isEmpty else {
            phase = .shipping
            return .ready
        }
        listing = (unlisted.removeFirst(Uplink.bucketsPerList), [])
        return ask(.list, .list(listing.buckets))
    }

    private mutating func answer(_ message: Message, _ request: UInt32) -> [Action] {
        switch message {
        case .positions(let part): return listed(part, request)
        case .resume(let resume): return resumed(resume, request)
        case .refused(let refusal): return refused(refusal, request)
        case .ack: return acked(request)
        case .window(let update):
            window = update
            return [.windowChanged(update)]
        case .verified(let claim): return compared(claim, request, equal: true)
        case .mismatch(let claim): return compared(claim, request, equal: false)
        case .certificate(let chain):
            guard case .renewal? = questions.removeValue(forKey: request) else {
                return unasked(message)
            }
            return [.renewed(chain)]
        case .ping: return [.send(.pong, request: request)]
        case .pong: return []
        case .error(let refusal): return ended(refusal)
        case .hello, .welcome, .list, .open, .batch, .digest, .renew, .join, .joined:
            return close("a \(message.type) message is not for an agent here")
        }
    }

    private mutating func listed(_ part: Positions, _ request: UInt32) -> [Action] {
        guard case .list? = questions[request],
            part.entries.allSatisfy({ listing.buckets.contains($0.stream.file) })
        else { return unasked(.positions(part)) }
        listing.entries += part.entries
        guard part.isLast else { return [] }
        questions[request] = nil
        let (buckets, entries) = listing
        listing = (BucketSet(), [])
        return [.reconcile(buckets, entries), listNext()]
    }

    private mutating func resumed(_ resume: Resume, _ request: UInt32) -> [Action] {
        if resume.status == .behind { return rewound(resume, request) }
        guard case .open(let local)? = questions.removeValue(forKey: request) else {
            return unasked(.resume(resume))
        }
        // Two contents in one generation would be neither.
        if let other = locals[resume.stream], other != local { return [.occupied(local, resume)] }
        activate(local, resume.stream, resume.offset)
        return [.opened(local, resume)]
    }

    private mutating func rewound(_ resume: Resume, _ request: UInt32) -> [Action] {
        guard let local = locals[resume.stream], let entry = active[local],
            request > entry.ignoreUpTo
        else { return [] }
        active[local]?.sent = resume.offset
        active[local]?.acked = min(entry.acked, resume.offset)
        active[local]?.ignoreUpTo = lastRequest
        return [.rewound(local, resume.offset)]
    }

    private mutating func refused(_ refusal: Refusal, _ request: UInt32) -> [Action] {
        switch questions.removeValue(forKey: request) {
        case .open(let local)?: return [.openRefused(local, refusal)]
        case .digest(let local)?: return [.digestRefused(local, refusal)]
        case .renewal?: return [.renewalRefused(refusal)]
        case .list?: return close("the receiver does not list its positions: \(refusal.message)")
        case nil: return unasked(.refused(refusal))
        }
    }

    private mutating func acked(_ request: UInt32) -> [Action] {
        var actions: [Action] = []
        var count = 0
        for batch in inFlight {
            guard batch.request <= request else { break }
            count += 1
            inFlightBytes -= batch.bytes
            for (local, end) in batch.ends {
                guard let entry = active[local], batch.request > entry.ignoreUpTo,
                    end > entry.acked
                else { continue }
                active[local]?.acked = end
                actions.append(.acked(local, end))
            }
            if let events = batch.events { actions.append(.eventsAcked(events)) }
        }
        inFlight.removeFirst(count)
        guard lastRequest < Uplink.lastRequestNumber else {
            return actions + close("the request numbers of this connection are used up")
        }
        return actions
    }

    private mutating func compared(
        _ claim: DigestClaim,
        _ request: UInt32,
        equal: Bool
    ) -> [Action] {
        guard case .digest(let local)? = questions.removeValue(forKey: request) else {
            return unasked(equal ? .verified(claim) : .mismatch(claim))
        }
        return [equal ? .verified(local, claim) : .mismatched(local, claim)]
    }

    // MARK: Ends

    /// Messages are in order and answers are given once, so the two sides do not mean the same.
    private mutating func unasked(_ message: Message) -> [Action] {
        close("a \(message.type) message answers nothing that was asked")
    }

    private mutating func ended(_ refusal: Refusal) -> [Action] {
        phase = .ended
        return [.close(reason: refusal.message, refusal: refusal)]
    }

    private mutating func close(_ reason: String) -> [Action] {
        phase = .ended
        return [.close(reason: reason, refusal: nil)]
    }

    private mutating func ask(_ question: Question, _ message: Message) -> Action {
        lastRequest += 1
        questions[lastRequest] = question
        return .send(message, request: lastRequest)
    }
}
