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

    // MARK: Parts of sessions

    /// What was counted so far, for `add(counted:)`.
    mutating func counted() -> [(what: String, name: String, count: Int64)] {
        endSession()
        let numbers = [
            ("messages", counts.messages), ("enriched", counts.enriched),
            ("tagged", counts.tagged), ("threads", result.threads), ("shifts", result.shifts),
            ("blocked", result.blocked), ("ready", result.ready), ("completed", result.completed),
        ]
        var rows = numbers.filter { $0.1 > 0 }.map { ($0.0, "", Int64($0.1)) }
        for (what, part) in [
            ("keyword", keywords), ("speaker", speakers), ("domain", domains), ("tier", tiers),
            ("task", tasks), ("status", statusTags),
        ] {
            for (name, count) in part { rows.append((what, name, count)) }
        }
        return rows
    }

    /// Adds what another meter counted.
    mutating func add(counted what: String, _ name: String, _ count: Int64) {
        switch what {
        case "keyword": keywords[name, default: 0] += count
        case "speaker": speakers[name, default: 0] += count
        case "domain": domains[name, default: 0] += count
        case "tier": tiers[name, default: 0] += count
        case "task": tasks[name, default: 0] += count
        case "status": statusTags[name, default: 0] += count
        case "messages": counts.messages += Int(count)
        case "enriched": counts.enriched += Int(count)
        case "tagged": counts.tagged += Int(count)
        case "threads": result.threads += Int(count)
        case "shifts": result.shifts += Int(count)
        case "blocked": result.blocked += Int(count)
        case "ready": result.ready += Int(count)
        default: result.completed += Int(count)
        }
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
