import Transcripts

/// What the classic rules say of the conversations (formula 30).
package struct ReportConversations: Sendable, Hashable {
    /// 0 to 100.
    package var collaboration = 0.0
    /// Prompts and answers.
    package var messages: Int64 = 0
    /// Conversations of at least two messages and five seconds.
    package var threads = 0
    /// Of them, by how they ended.
    package var blocked = 0
    package var ready = 0
    package var completed = 0
    /// How often their topic changed and stayed changed.
    package var shifts = 0

    mutating func add(_ thread: ClassicThread) {
        threads += 1
        shifts += thread.shifts.count
        switch thread.finalStatus {
        case "Blocked": blocked += 1
        case "Ready": ready += 1
        default: completed += 1
        }
    }
}
