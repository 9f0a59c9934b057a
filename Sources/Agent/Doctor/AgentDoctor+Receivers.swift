import Core
import Platform
import Settings

extension AgentDoctor {
    mutating func lookAtReceivers(isRunning: Bool) {
        guard !settings.receivers.isEmpty else {
            return diagnosis.fail(
                "receivers",
                "no receiver is configured: nothing is shipped",
                "On the server: tailship-receiver token. Here: tailship-agent join SERVER TOKEN, and add "
                    + "what it prints to agent.conf."
            )
        }
        for endpoint in settings.receivers { look(at: endpoint) }
    }

    private mutating func look(at endpoint: ReceiverEndpoint) {
        let name = "receiver \(endpoint.name)"
        let identity: AgentIdentity
        do throws(OperatorError) {
            identity = try AgentIdentity.load(endpoint, state: settings.stateDirectory, disk: disk)
        } catch {
            diagnosis.fail(name, error)
            return reach(endpoint, nil)
        }
        lookAtCertificate(identity, endpoint)
        reach(endpoint, identity)
    }

    private mutating func lookAtCertificate(
        _ identity: AgentIdentity,
        _ endpoint: ReceiverEndpoint
    ) {
        let name = "certificate"
        let (begin, end) = identity.validity
        let now = Clock.wall()
        let renew =
            identity.canRenew
            ? "It is renewed on a connection: look at the next line."
            : "Put a new one in its place; it is one of your own."
        if now < begin {
            diagnosis.fail(
                name,
                "this agent's is valid from \(begin.iso8601) on, and it is \(now.iso8601) here",
                "Set the clock: timedatectl set-ntp true"
            )
        } else if now > end {
            diagnosis.fail(name, "this agent's ended \(end.iso8601)", "Look at the clock. " + renew)
        } else if now + .days(14) > end {
            diagnosis.warn(name, "this agent's ends \(end.iso8601)", renew)
        } else {
            diagnosis.ok(name, "this agent's is valid until \(end.iso8601)")
        }
    }

    /// Connects, and where there is an identity, shows it; ships nothing, and leaves a connection alone that the
    /// running agent has.
    private mutating func reach(_ endpoint: ReceiverEndpoint, _ identity: AgentIdentity?) {
        let name = "reaching \(endpoint.name)"
        do throws(OperatorError) {
            let peer = try ReceiverProbe.probe(endpoint, identity)
            diagnosis.ok(name, "\(endpoint.address) answers (\(peer))")
        } catch {
            diagnosis.fail(name, error)
        }
    }
}
