import Core
import Platform
import Shipping
import TLS
import Transport
import Wire

/// A connection from its first byte on: nobody until the handshake is done, then an agent or an applicant.
final class Guest: SecureLinkDelegate {
    let key: ConnectionKey
    let link: SecureLink
    let arrived: Instant
    private(set) var connection: AgentConnection?
    private var isApplicant = false
    private let context: LoopContext
    private let left: () -> Void

    init(
        key: ConnectionKey,
        link: SecureLink,
        context: LoopContext,
        left: @escaping () -> Void
    ) {
        self.key = key
        self.link = link
        self.context = context
        self.left = left
        arrived = context.loop.now
    }

    func linkEstablished(_ link: SecureLink) {
        switch link.negotiatedProtocol {
        case ProtocolVersion.shipping?: identify()
        case ProtocolVersion.joining?: isApplicant = true
        default:
            refuse(Refusal(.unsupportedVersion, "no application protocol was agreed on"))
        }
    }

    func link(_ link: SecureLink, received frames: [Frame]) {
        if let connection {
            connection.received(frames)
        } else if isApplicant, let frame = frames.first {
            apply(frame)
        }
    }

    func linkDrained(_ link: SecureLink) { connection?.unhold() }

    func link(_ link: SecureLink, ended: LinkEnd) {
        defer { left() }
        if let connection { context.hub.disconnected(connection.agent, key) }
        let who = connection.map { "agent \($0.agent)" } ?? link.peerDescription
        switch ended {
        case .closed, .aborted: break
        case .network(let error): Log.info("\(who): \(error)")
        case .security(let error): Log.warning("\(who): \(error)")
        case .malformed(let error): Log.warning("\(who): \(error)")
        }
    }

    // MARK: Agents

    private func identify() {
        guard let certificate = link.peer else {
            return refuse(
                Refusal(
                    .unknownAgent,
                    "a client certificate is needed here",
                    remedy: "Enrol first: tailship-agent join."
                )
            )
        }
        guard let agent = context.hub.enrolled(certificate) else {
            return refuse(
                Refusal(
                    .unknownAgent,
                    "this receiver does not know the agent of certificate \(certificate.subject)",
                    remedy: "Enrol it: tailship-receiver token, then tailship-agent join."
                )
            )
        }
        guard agent.revoked == nil else {
            return refuse(
                Refusal(
                    .revoked,
                    "the agent \(agent.name) was revoked",
                    remedy: "Ask the receiver's owner for a new token: tailship-agent join."
                )
            )
        }
        let peer = Intake.Peer(
            agent: agent.id,
            name: agent.name,
            isExpired: certificate.isExpired,
            shouldRenew: context.hub.authority.shouldRenew(certificate)
        )
        connection = AgentConnection(
            key: key,
            link: link,
            peer: peer,
            nonces: agent.nonces,
            context: context
        )
    }

    private func refuse(_ refusal: Refusal) {
        Log.warning("\(link.peerDescription): \(refusal.message)")
        link.send(.error(refusal))
        link.closeWhenDrained()
    }

    // MARK: Applicants

    private func apply(_ frame: Frame) {
        isApplicant = false
        link.pauseReading()
        let request: JoinRequest
        do throws(WireError) {
            guard case .join(let join) = try Message(frame) else {
                return refuse(Refusal(.outOfOrder, "only a join request is taken here"))
            }
            request = join
        } catch {
            return refuse(Refusal(.malformed, error.description))
        }
        context.hub.enrol(request, from: link.peerDescription, for: key)
    }

    /// The enrolment was decided.
    func answer(_ message: Message) {
        link.send(message)
        link.closeWhenDrained()
    }
}
