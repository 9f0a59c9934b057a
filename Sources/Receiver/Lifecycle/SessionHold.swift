import Catalog
import Core

/// A legal hold on a session and its subagents.
struct SessionHold: Sendable, Hashable {
    var session: SessionName
    var since: WallTime
    /// In the words of who ordered it; may be empty.
    var reason: String
}
