import Core
import Shipping

/// What the receiver knows of one agent.
package struct EnrolledAgent: Hashable, Sendable {
    package var id: AgentID
    /// For people; unique.
    package var name: String
    package var owner: String
    package var host: String
    package var system: String
    package var version: String
    package var enrolled: WallTime
    package var seen: WallTime?
    package var certificateExpires: WallTime?
    package var revoked: WallTime?
    /// When a second machine with this identity was last turned away.
    package var cloned: WallTime?
    package var nonces: NonceChain

    /// An agent that has not connected yet.
    package init(id: AgentID, name: String, owner: String, enrolled: WallTime) {
        self.id = id
        self.name = name
        self.owner = owner
        self.host = ""
        self.system = ""
        self.version = ""
        self.enrolled = enrolled
        self.nonces = NonceChain()
    }
}
