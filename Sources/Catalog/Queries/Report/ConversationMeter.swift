import Core
import Transcripts

/// Counts what the classic rules say, message by message, each session's in the order of time.
struct ConversationMeter {
    /// A prompt or an answer.
    struct Message {
        var session: Int64
        var time: WallTime?
        var speaker: String
        /// Nil for a message without tags.
        var tags: Tags?
    }

    /// As they stand in a row.
    struct Tags {
        var domain: String
        var tier: String
        var task: String?
        /// Joined by blanks.
        var shl: String
        var keywords: String
    }

    private var result = ReportConversations()
    private var counts = ClassicScores.Counts()
    private var speakers: [String: Int64] = [:]
    private var domains: [String: Int64] = [:]
    private var tiers: [String: Int64] = [:]
    private var tasks: [String: Int64] = [:]
    private var statusTags: [String: Int64] = [:]
    private var keywords: [String: Int64] = [:]
    private var session: Int64?
    private var conversation: [ClassicRow] = []

    mutating func add(_ message: Message) {
        if session != message.session { endSession() }
        session = message.session
        counts.messages += 1
        speakers[message.speaker, default: 0] += 1
        var shl: [String] = []
        if let tags = message.tags {
            counts.enriched += 1
            shl = tags.shl.split(separator: " ").map(String.init)
            counts.tagged += shl.isEmpty ? 0 : 1
            count(tags, shl)
        }
        guard let time = message.time else { return }
        conversation.append(
            ClassicRow(
                time: time,
                speaker: message.speaker,
                context: String(message.session),
                chain: message.tags?.domain,
                shl: shl
            )
        )
    }

    private mutating func count(_ tags: Tags, _ shl: [String]) {
        domains[tags.domain, default: 0] += 1
        tiers[tags.tier, default: 0] += 1
        if let task = tags.task { tasks[task, default: 0] += 1 }
        for tag in shl where !tag.hasPrefix("@Chain-") { statusTags[tag, default: 0] += 1 }
        for keyword in ClassicTagger.keywords(joined: tags.keywords) {
            keywords[keyword, default: 0] += 1
        }
    }

    private mutating func endSession() {
        for thread in ClassicScores.threads(conversation) {
            result.threads += 1
            result.shifts += thread.shifts.count
            switch thread.finalStatus {
            case "Blocked": result.blocked += 1
            case "Ready": result.ready += 1
            default: result.completed += 1
            }
        }
        conversation.removeAll(keepingCapacity: true)
    }

    /// All of it, once the last message was added.
    mutating func finish() -> ReportConversations {
        endSession()
        counts.speakers = speakers.count
        // What has no tags counts as one more domain.
        counts.chains = domains.count + (counts.enriched < counts.messages ? 1 : 0)
        result.collaboration = ClassicScores.collaboration(counts)
        result.messages = Int64(counts.messages)
        result.speakers = ReportCount.sorted(speakers)
        result.domains = ReportCount.sorted(domains)
        result.tiers = ReportCount.sorted(tiers)
        result.tasks = ReportCount.sorted(tasks)
        result.statusTags = ReportCount.sorted(statusTags)
        result.keywords = ReportCount.sorted(keywords)
        return result
    }
}
