import Core

/// How a receiver is, from the journal to the rows.
package struct ReceiverFacts: Sendable, Hashable {
    /// What an agent may have on its way.
    package struct Window: Sendable, Hashable {
        /// 0 is a pause.
        package var bytes: UInt64
        package var reason: String
        package var text: String

        package init(bytes: UInt64, reason: String, text: String) {
            self.bytes = bytes
            self.reason = reason
            self.text = text
        }
    }

    package var agents: [AgentFacts] = []
    /// Bytes of content that are synced, of all agents.
    package var durable: UInt64 = 0
    /// Of them those that are not in the archive yet.
    package var unarchived: UInt64 = 0
    /// Bytes of the archive that have no rows yet, and the streams that they are of.
    package var unread: UInt64 = 0
    package var unreadStreams = 0
    /// When the oldest of what waits anywhere was received; nil when nothing waits.
    package var pendingSince: WallTime?
    /// When something last became durable.
    package var lastSync: WallTime?
    /// When something last became rows.
    package var lastRows: WallTime?
    package var storageFailure: String?
    package var rowsFailure: String?
    package var journalBacklog: UInt64 = 0
    package var journalDamage = 0
    package var diskAvailable: UInt64 = 0
    package var window = Window(bytes: 0, reason: "", text: "")
    package var running: Duration = .zero
    package var resident: UInt64 = 0

    package init() {}
}
