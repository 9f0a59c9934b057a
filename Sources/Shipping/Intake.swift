import Core
import Wire

/// The receiver's end of one agent's connection: messages in, actions out.
///
/// ```
/// greeting ──hello──▶ shipping ──error, bye──▶ ended
///     └── expired certificate: renewing (nothing but a renewal is answered)
/// ```
/// It decides over a `Ledger` that all connections share. What it asks for in `Action`s is done by a driver
/// in order; a driver that cannot do one closes the connection, which is always safe.
package struct Intake: Sendable {
    /// Who is at the other end, from its certificate.
    package struct Peer: Hashable, Sendable {
        package var agent: AgentID
        /// The name that people know it by.
        package var name: String
        /// Its certificate has run out, within the grace: it may renew and nothing else.
        package var isExpired: Bool
        /// Its certificate should be renewed now.
        package var shouldRenew: Bool

        package init(agent: AgentID, name: String, isExpired: Bool, shouldRenew: Bool) {
            self.agent = agent
            self.name = name
            self.isExpired = isExpired
            self.shouldRenew = shouldRenew
        }
    }

    /// What the greeting needs from outside: it is decided once and stored before it is sent.
    package struct Greeting: Sendable {
        package var receiverVersion: String
        package var window: Window
        package var nextNonce: Nonce

        package init(receiverVersion: String, window: Window, nextNonce: Nonce) {
            self.receiverVersion = receiverVersion
            self.window = window
            self.nextNonce = nextNonce
        }
    }

    /// What the driver is to do, in order.
    package enum Action: Hashable, Sendable {
        case send(Message, request: UInt32)
        /// Close every other connection of this agent.
        case replaceOthers
        /// Store the chain (synced) before anything that follows is sent.
        case storeNonces(NonceChain)
        /// Keep what the agent said of itself.
        case storeFacts(Hello)
        /// The agent has stored its nonce; keep that in mind, no sync needed.
        case confirmNonce(NonceChain)
        /// Append to the journal; no answer of its own.
        case record([Ledger.Entry])
        /// Append the batch to the journal; acknowledge `request` when it is durable.
        case recordBatch(payload: [UInt8], batch: Batch, request: UInt32)
        /// Compare with the archive and answer `verified` or `mismatch`.
        case compare(DigestClaim, request: UInt32)
        /// Sign the certificate request and answer `certificate`, or `refused`.
        case sign([UInt8], request: UInt32)
        /// Send what was asked for before, then close.
        case close(reason: String)
        /// Two machines use one identity; people should see it.
        case reportClone(Hello)
    }

    private enum Phase: Sendable {
        case greeting
        case renewing
        case shipping
        case ended
    }

    package let peer: Peer
    private var phase: Phase
    private var nonces: NonceChain
    private var lastRequest: UInt32 = 0
    private var session: UInt64 = 0
    private var hasRenewed = false

    /// - Parameters:
    ///   - peer: whom the handshake has authenticated.
    ///   - nonces: the agent's chain as it was stored last.
    package init(peer: Peer, nonces: NonceChain) {
        self.peer = peer
        self.nonces = nonces
        phase = peer.isExpired ? .renewing : .greeting
    }

    package var isShipping: Bool { if case .shipping = phase { true } else { false } }

    /// The next message of the agent.
    ///
    /// A batch is given only after the driver has found its LZ4 frame sound.
    ///
    /// - Parameters:
    ///   - message: the message.
    ///   - request: the number in its frame.
    ///   - ledger: what all connections share.
    ///   - greeting: what a welcome says.
    ///   - mint: a fresh file id, used if one is needed.
    /// - Returns: what follows, in order.
    package mutating func received(
        _ message: Message,
        request: UInt32,
        ledger: inout Ledger,
        greeting: Greeting,
        mint: FileID
    ) -> [Action] {
        switch phase {
        case .ended: return []
        case .greeting:
            if case .hello(let hello) = message { return greet(hello, &ledger, greeting) }
            return end(.outOfOrder, "the first message was not hello")
        case .renewing:
            if case .renew(let der) = message { return renew(der, request) }
            if case .hello = message {
                return end(
                    .certificateExpired,
                    "the certificate of \(peer.name) has expired",
                    remedy: "The agent renews it by itself; if not: tailship-agent join."
                )
            }
            return end(.outOfOrder, "only a renewal is taken with an expired certificate")
        case .shipping:
            guard ledger.isAttached(peer.agent, session: session) else {
                return end(
                    .replaced,
                    "a newer connection of \(peer.name) has taken over, or what came "
                        + "over this one could not be stored",
                    remedy: "Connect again."
                )
            }
            let confirmed = confirm()
            return confirmed + ship(message, request, &ledger, mint)
        }
    }

    /// The bytes of the agent are no protocol: say so and end.
    package mutating func violated(_ error: WireError) -> [Action] {
        end(.malformed, error.description, remedy: "Use agent and receiver of matching versions.")
    }

    /// The receiver wants the connection gone.
    package mutating func dismiss(_ refusal: Refusal) -> [Action] {
        guard !isEnded else { return [] }
        phase = .ended
        return [.send(.error(refusal), request: 0), .close(reason: refusal.message)]
    }

    private var isEnded: Bool { if case .ended = phase { true } else { false } }

    // MARK: Greeting

    private mutating func greet(
        _ hello: Hello,
        _ ledger: inout Ledger,
        _ greeting: Greeting
    ) -> [Action] {
        guard let version = ProtocolVersion.negotiate(hello.versions) else {
            return end(
                .unsupportedVersion,
                "the agent speaks protocol \(hello.versions.lowerBound) to \(hello.versions.upperBound), "
                    + "this receiver \(ProtocolVersion.supported.lowerBound) to \(ProtocolVersion.supported.upperBound)",
                remedy: "Update the older of the two."
            )
        }
        var chain = nonces
        let verdict = chain.presented(hello.nonce, issuing: greeting.nextNonce)
        guard verdict != .clone else {
            return [.reportClone(hello)]
                + end(
                    .clonedIdentity,
                    "another machine uses the identity of \(peer.name) and has shipped further",
                    remedy:
                        "On the copied machine: remove the agent's state folder, then tailship-agent join."
                )
        }
        // What an older connection left on its way to the disk is not in the position digest yet. Bytes
        // that the agent would send again meanwhile, of a file rewritten since, would be taken for those.
        guard ledger.isSettled(peer.agent) else {
            return [.replaceOthers]
                + end(
                    .notNow,
                    "what \(peer.name) sent before is being written to the disk",
                    remedy: "Connect again."
                )
        }
        nonces = chain
        phase = .shipping
        session = ledger.attach(peer.agent)
        let welcome = Welcome(
            version: version,
            receiverVersion: greeting.receiverVersion,
            name: peer.name,
            nonce: nonces.current,
            compareAll: verdict == .stale,
            window: greeting.window,
            renew: peer.shouldRenew,
            sums: ledger.positionSums(of: peer.agent)
        )
        return [
            .replaceOthers, .storeNonces(nonces), .storeFacts(hello),
            .send(.welcome(welcome), request: 0),
        ]
    }

    private mutating func confirm() -> [Action] {
        guard !nonces.confirmed else { return [] }
        nonces.confirm()
        return [.confirmNonce(nonces)]
    }

    // MARK: Shipping

    private mutating func ship(
        _ message: Message,
        _ request: UInt32,
        _ ledger: inout Ledger,
        _ mint: FileID
    ) -> [Action] {
        switch message {
        case .list(let buckets): return list(buckets, request, ledger)
        case .open(let open): return self.open(open, request, &ledger, mint)
        case .batch(let payload): return take(payload, request, &ledger)
        case .digest(let claim):
            guard ledger.owns(peer.agent, claim.stream) else {
                return refuse(request, .unknownStream, "the stream \(claim.stream) is not open")
            }
            return [.compare(claim, request: request)]
        case .renew(let der): return renew(der, request)
        case .ping: return [.send(.pong, request: request)]
        case .pong: return []
        case .error(let refusal):
            phase = .ended
            return [.close(reason: "the agent ended the connection: \(refusal.message)")]
        case .hello, .welcome, .positions, .resume, .refused, .ack, .window, .verified, .mismatch,
            .certificate, .join, .joined:
            return end(.outOfOrder, "a \(message.type) message is not for a receiver here")
        }
    }

    private func list(
        _ buckets: BucketSet,
        _ request: UInt32,
        _ ledger: Ledger
    ) -> [Action] {
        let all = ledger.positions(of: peer.agent, in: buckets)
        var actions: [Action] = []
        var start = 0
        repeat {
            let end = min(start + Positions.limit, all.count)
            let part = Positions(entries: Array(all[start..<end]), isLast: end == all.count)
            actions.append(.send(.positions(part), request: request))
            start = end
        } while start < all.count
        return actions
    }

    private func open(
        _ open: OpenRequest,
        _ request: UInt32,
        _ ledger: inout Ledger,
        _ mint: FileID
    ) -> [Action] {
        switch ledger.open(open, by: peer.agent, mint: mint) {
        case .refused(let refusal): return [.send(.refused(refusal), request: request)]
        case .resume(let resume, let entries):
            let answer = Action.send(.resume(resume), request: request)
            return entries.isEmpty ? [answer] : [.record(entries), answer]
        }
    }

    private mutating func take(
        _ payload: [UInt8],
        _ request: UInt32,
        _ ledger: inout Ledger
    ) -> [Action] {
        guard request > lastRequest else {
            return end(.outOfOrder, "batch \(request) after batch \(lastRequest)")
        }
        lastRequest = request
        let batch: Batch
        do throws(WireError) {
            batch = try payload.withUnsafeBytes { (bytes) -> Result<Batch, WireError> in
                Result { () throws(WireError) -> Batch in try Batch.decode(bytes).batch }
            }.get()
        } catch {
            return violated(error)
        }
        switch ledger.accept(batch, from: peer.agent) {
        case .refused(let refusal):
            return end(refusal.code, refusal.message, remedy: refusal.remedy)
        case .accepted(let behind):
            return behind.map { .send(.resume($0), request: request) }
                + [.recordBatch(payload: payload, batch: batch, request: request)]
        }
    }

    /// One renewal a connection: a signature is dear, and the new certificate is used by the next one.
    private mutating func renew(_ der: [UInt8], _ request: UInt32) -> [Action] {
        guard !hasRenewed else {
            return refuse(request, .notNow, "a certificate was asked for on this connection before")
        }
        hasRenewed = true
        return [.sign(der, request: request)]
    }

    private func refuse(_ request: UInt32, _ code: Refusal.Code, _ message: String) -> [Action] {
        [.send(.refused(Refusal(code, message)), request: request)]
    }

    private mutating func end(
        _ code: Refusal.Code,
        _ message: String,
        remedy: String = ""
    ) -> [Action] {
        phase = .ended
        return [
            .send(.error(Refusal(code, message, remedy: remedy)), request: 0),
            .close(reason: message),
        ]
    }
}
