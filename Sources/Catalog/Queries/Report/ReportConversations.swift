import Transcripts

/// What the classic rules say of the conversations (formula 30): of prompts and answers.
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
    /// Messages by who speaks, by domain, by tier, by task, by the status tags and by the keywords in them; each
    /// most first.
    package var speakers: [ReportCount] = []
    package var domains: [ReportCount] = []
    package var tiers: [ReportCount] = []
    package var tasks: [ReportCount] = []
    package var statusTags: [ReportCount] = []
    package var keywords: [ReportCount] = []
}
