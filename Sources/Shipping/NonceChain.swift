import Core

/// Tells an agent's restored state and its clones from its ordinary reconnects.
///
/// Each welcome hands out a new nonce, which the agent stores before it ships anything. So an agent that
/// presents an older one went back in time (a lost or restored state), and its whole list of positions is
/// compared. If a nonce comes back whose branch was left that way, two machines live on one identity.
package struct NonceChain: Hashable, Sendable {
    /// What a presented nonce says about the agent.
    package enum Verdict: Hashable, Sendable {
        case fresh
        /// The agent's state is older than the receiver's memory of it.
        case stale
        /// Another machine has taken this identity further meanwhile.
        case clone
    }

    package var current: Nonce
    /// The nonce before `current`, good until the agent has shown that it stored `current`.
    package var previous: Nonce
    package var confirmed: Bool
    /// The agent went back in time and has not been heard since it was told so.
    ///
    /// A welcome may be lost, so this stands until the agent answers one.
    package var isStale: Bool
    /// The ends of branches that were left, oldest first; at most `limit`.
    package var abandoned: [Nonce]

    package static let limit = 16

    package init(
        current: Nonce = .none,
        previous: Nonce = .none,
        confirmed: Bool = false,
        isStale: Bool = false,
        abandoned: [Nonce] = []
    ) {
        self.current = current
        self.previous = previous
        self.confirmed = confirmed
        self.isStale = isStale
        self.abandoned = abandoned
    }

    /// The agent presents a nonce; unless it is a clone, `next` becomes the current one.
    package mutating func presented(_ nonce: Nonce, issuing next: Nonce) -> Verdict {
        if abandoned.contains(nonce), nonce != .none { return .clone }
        let isExpected = nonce == current || (!confirmed && nonce == previous)
        // The nonce before may come late, from a connection that its agent has long given up. Were the
        // current one abandoned for that, the agent itself would be taken for a clone.
        if !isExpected, nonce != previous, current != .none {
            abandoned.append(current)
            if abandoned.count > NonceChain.limit { abandoned.removeFirst() }
        }
        isStale = !isExpected || isStale
        previous = nonce
        current = next
        confirmed = false
        return isStale ? .stale : .fresh
    }

    /// The agent has sent something after its welcome, so it has stored the current nonce.
    package mutating func confirm() {
        confirmed = true
        isStale = false
    }
}
