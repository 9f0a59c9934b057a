import Core
import Transcripts

/// What the archive and the registry know of one generation of a file.
package struct FileFacts: Sendable, Hashable {
    package var stream: StreamID
    package var agent: AgentID
    /// For people; may change.
    package var agentName: String
    /// Identities of rows are made with it: it never changes for an agent.
    package var owner: String
    package var source: String
    /// Relative to the source's root, bytes that are no UTF-8 replaced.
    package var path: String
    package var tool: Tool
    /// Bytes in the archive.
    package var held: UInt64
    /// "unverified", "verified" or "mismatch".
    package var digestState: String
    package var isDeleted: Bool
    package var isClosed: Bool
    package var began: WallTime
    package var changed: WallTime
    /// How many times bytes came.
    package var changes: Int64

    package init(
        stream: StreamID,
        agent: AgentID,
        agentName: String,
        owner: String,
        source: String,
        path: String,
        tool: Tool,
        held: UInt64,
        digestState: String = "unverified",
        isDeleted: Bool = false,
        isClosed: Bool = false,
        began: WallTime,
        changed: WallTime,
        changes: Int64 = 1
    ) {
        self.stream = stream
        self.agent = agent
        self.agentName = agentName
        self.owner = owner
        self.source = source
        self.path = path
        self.tool = tool
        self.held = held
        self.digestState = digestState
        self.isDeleted = isDeleted
        self.isClosed = isClosed
        self.began = began
        self.changed = changed
        self.changes = changes
    }
}
