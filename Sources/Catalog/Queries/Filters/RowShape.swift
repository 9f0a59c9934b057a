/// The rows that a filter is asked of, and what the statement calls them.
///
/// In a statement `x` is the message or the call, `c` the call that a message belongs to, `s` the session, `a` the
/// agent, `o` the owner.
package enum RowShape: Sendable {
    case messages
    case calls
    case sessions

    /// What it is, for people.
    var noun: String {
        switch self {
        case .messages: "messages"
        case .calls: "calls"
        case .sessions: "sessions"
        }
    }

    var table: String {
        switch self {
        case .messages: "messages x"
        case .calls: "tool_usage x"
        case .sessions: "sessions s"
        }
    }

    var time: String {
        switch self {
        case .messages, .calls: "x.timestamp"
        case .sessions: "s.ended"
        }
    }

    /// A table that is joined where a condition or a column asks for it.
    package enum Join: CaseIterable, Sendable {
        case session
        case agent
        case owner
        case call
    }

    func sql(_ join: Join) -> String {
        let row = self == .sessions ? "s" : "x"
        return switch join {
        case .session: self == .sessions ? "" : "LEFT JOIN sessions s ON s.id = x.session"
        case .agent: "LEFT JOIN agents a ON a.agent = \(row).agent"
        case .owner: "LEFT JOIN owners o ON o.owner = \(row).owner"
        case .call: self == .messages ? "LEFT JOIN tool_usage c ON c.id = x.call" : ""
        }
    }
}
