import Core

/// What the receiver knows of an agent without the catalog.
package struct AgentFacts: Sendable, Hashable {
    package var id: AgentID
    package var name: String
    package var owner: String
    package var host = ""
    package var system = ""
    package var version = ""
    package var enrolled: WallTime
    package var seen: WallTime?
    package var certificateExpires: WallTime?
    package var revoked: WallTime?
    package var cloned: WallTime?
    package var isConnected = false

    package init(id: AgentID, name: String, owner: String, enrolled: WallTime) {
        self.id = id
        self.name = name
        self.owner = owner
        self.enrolled = enrolled
    }
}
