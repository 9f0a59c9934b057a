/// The tables whose rows can be retired by their age.
package enum AgingTable: String, CaseIterable, Sendable {
    case messages
    case responses
    case toolUsage = "tool_usage"
    case fileAccess = "file_access"
    case contextAnalysis = "context_analysis"
    case attachments
    case turns
    case compactions
    case findings
    case tags
    /// Last: where a row stands in the archive is known as long as the row is there.
    case entries

    /// A row's time: its own, or that of the record which tells it first, or when that came.
    var time: String {
        switch self {
        case .entries: "coalesce(timestamp, received)"
        case .attachments, .tags:
            "coalesce((SELECT coalesce(timestamp, received) FROM entries WHERE seq = entry), 0)"
        default:
            "coalesce(timestamp, (SELECT received FROM entries WHERE seq = entry), 0)"
        }
    }
}
