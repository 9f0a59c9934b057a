import Core

/// A message or a call that was found.
package struct SearchHit: Sendable, Hashable {
    /// The row's.
    package var id: Int64
    package var session: Int64?
    /// The tool's identifier of the session.
    package var sessionID: String?
    /// What `show` finds the session by.
    package var short: String?
    package var title: String?
    package var project: String?
    package var branch: String?
    package var machine: String?
    package var tool: String
    package var role: String
    /// The message's kind; of calls "tool_use".
    package var kind: String
    /// The tool that was called.
    package var name: String?
    package var model: String?
    package var timestamp: WallTime?
    /// The call that it is, or that it belongs to.
    package var call: Int64?
    /// The place where it was found; between U+0002 and U+0003 stands what was searched.
    package var snippet = ""
}
