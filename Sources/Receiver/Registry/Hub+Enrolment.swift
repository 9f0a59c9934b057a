import Core
import Platform
import Shipping
import TLS
import Wire

extension Hub {
    /// The agent that a certificate belongs to; nil when this receiver does not know it.
    ///
    /// With certificates of one's own, the authority decides who is an agent: one that is seen for the first
    /// time is enrolled under its certificate's name.
    func enrolled(_ certificate: PeerCertificate) -> EnrolledAgent? {
        guard let id = certificate.agentID else { return nil }
        if let known = directory[id] { return known }
        guard authority.fingerprint == nil else { return nil }
        let name = Hub.displayName(certificate.subject)
        var agent = EnrolledAgent(id: id, name: name, owner: name, enrolled: Clock.wall())
        agent.certificateExpires = certificate.notAfter
        directory.put(agent)
        clerk.order { [self, agent] registry in
            Hub.attempt("enrol \(agent.name)") { () throws(OperatorError) in
                let name = try registry.enrol(agent).name
                // Only the name: the connection goes on meanwhile and notes what it learns.
                directory.update(agent.id) { $0.name = name }
            }
        }
        return agent
    }

    /// Decides over an applicant on the clerk's thread and answers it.
    func enrol(_ request: JoinRequest, from where: String, for key: ConnectionKey) {
        clerk.order { [self] registry in
            let answer: Message
            do throws(OperatorError) {
                answer = try decide(request, registry)
            } catch {
                answer = .error(Refusal(.joinRefused, error.message, remedy: error.remedy ?? ""))
            }
            if case .error(let refusal) = answer {
                Log.warning("\(`where`): enrolment refused: \(refusal.message)")
            }
            onGuest(key) { $0.answer(answer) }
        }
    }

    /// What the applicant is told; the directory knows a new agent before it does.
    func decide(
        _ request: JoinRequest,
        _ registry: Registry
    ) throws(OperatorError) -> Message {
        let secretHash = SHA256.digest(of: request.secret)
        let keyHash = try Authority.keyDigest(of: request.request)
        let now = Clock.wall()
        switch try registry.redeem(secretHash: secretHash, keyHash: keyHash, now: now) {
        case .unknown:
            return Hub.joinRefused("this receiver did not make that token")
        case .expired:
            return Hub.joinRefused("the token has expired")
        case .used:
            return Hub.joinRefused("the token was used already, by another machine")
        case .again(let id):
            let name = directory[id]?.name ?? id.description
            let issued = try authority.issue(request.request, agent: id, name: name)
            return joined(id, name, issued)
        case .new(let owner):
            let id = AgentID(high: Entropy.uint64(), low: Entropy.uint64())
            let name = Hub.displayName(request.name)
            let issued = try authority.issue(request.request, agent: id, name: name)
            var agent = EnrolledAgent(id: id, name: name, owner: owner, enrolled: now)
            agent.certificateExpires = issued.expires
            agent = try registry.admit(agent, secretHash: secretHash, keyHash: keyHash)
            directory.put(agent)
            Log.notice("agent \(agent.name) enrolled as \(id)")
            return joined(id, agent.name, issued)
        }
    }

    private func joined(_ id: AgentID, _ name: String, _ issued: Authority.Issued) -> Message {
        .joined(
            JoinReply(
                agent: id,
                name: name,
                certificate: issued.chain,
                authority: authority.authorityPEM
            )
        )
    }

    private static func joinRefused(_ reason: String) -> Message {
        .error(
            Refusal(
                .joinRefused,
                reason,
                remedy: "Make a new one on the receiver: tailship-receiver token."
            )
        )
    }

    /// What people will read in lists: printable, at most 64 characters.
    private static func displayName(_ name: String) -> String {
        let clean = String(
            name.unicodeScalars.prefix(64).map { scalar in
                scalar.value < 0x20 || scalar.value == 0x7f ? "?" : Character(scalar)
            }
        )
        return clean.isEmpty ? "agent" : clean
    }
}
