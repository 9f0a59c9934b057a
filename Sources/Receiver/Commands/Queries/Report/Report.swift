import Catalog
import Core

/// What a report says, as it was read.
struct Report {
    /// A number of now and of the time before.
    struct Total {
        enum Kind {
            case count
            /// Millionths of a dollar.
            case money
            /// Nanoseconds.
            case time
            /// 0 to 1 in a million parts.
            case share
        }

        var name: String
        var kind: Kind
        /// Nil where there is nothing to measure.
        var now: Int64?
        var before: Int64?
    }

    /// Sessions that are told one by one, the dearest.
    private static let sessions = 50

    /// What is asked besides the time.
    var terms: [FilterTerm]
    var span: TimeSpan
    /// What it is compared with.
    var former: TimeSpan
    var totals: [Total]
    var usage: UsageSum
    var sessions: [CostRow]
    var models: [CostRow]
    var projects: [CostRow]
    var days: [CostRow]
    var tools: [ReportTool]
    var errors: [ReportCount]
    var findings: [ReportFinding]
    var quality: ReportQuality
    var conversations: ReportConversations
    /// Each with its heading.
    var counts: [(name: String, rows: [ReportCount])]

    /// Whether anything was said or used.
    var isEmpty: Bool { totals.allSatisfy { ($0.now ?? 0) == 0 } }

    /// Reads what the filter lets through, which has both bounds of its span, and compares it with the former span;
    /// nil is as long a time before.
    init(
        _ catalog: CatalogReader,
        _ filter: RowFilter,
        former: TimeSpan? = nil,
        zone: LocalZone
    ) throws(OperatorError) {
        terms = filter.terms
        span = filter.span
        self.former = former ?? Report.before(filter.span)
        let old = RowFilter(filter.terms, span: self.former)
        let numbers = (try catalog.numbers(filter), try catalog.numbers(old))
        quality = try catalog.quality(filter)
        totals = Report.totals(numbers.0, quality, numbers.1, try catalog.quality(old))
        usage = numbers.0.usage
        sessions = try catalog.costs(by: .session, filter, limit: Report.sessions)
        models = try catalog.costs(by: .model, filter)
        projects = try catalog.costs(by: .project, filter)
        days = try catalog.costs(by: .day, filter, zone: zone)
        tools = try catalog.tools(filter)
        errors = try catalog.errors(filter)
        findings = try catalog.findings(filter)
        conversations = try catalog.conversations(filter)
        counts = [
            ("grades", try catalog.sessions(filter, by: .grade)),
            ("outcomes", try catalog.sessions(filter, by: .outcome)),
            ("integrity", try catalog.sessions(filter, by: .integrity)),
            ("speakers", conversations.speakers),
            ("domains", conversations.domains),
            ("tiers", conversations.tiers),
            ("tasks", conversations.tasks),
            ("status_tags", conversations.statusTags),
            ("keywords", conversations.keywords),
        ]
    }

    /// As long a time as the span, before it.
    static func before(_ span: TimeSpan) -> TimeSpan {
        guard let since = span.since, let until = span.until else { return TimeSpan() }
        let length = until.nanoseconds &- since.nanoseconds
        return TimeSpan(since: WallTime(nanoseconds: since.nanoseconds &- length), until: since)
    }

    private static func totals(
        _ a: ReportNumbers,
        _ qualityA: ReportQuality,
        _ b: ReportNumbers,
        _ qualityB: ReportQuality
    ) -> [Total] {
        func share(_ value: Double?) -> Int64? { value.map { Int64(($0 * 1_000_000).rounded()) } }
        func total(
            _ name: String,
            _ kind: Total.Kind,
            _ value: (ReportNumbers) -> Int64
        ) -> Total {
            Total(name: name, kind: kind, now: value(a), before: value(b))
        }
        return [
            total("sessions", .count) { $0.sessions },
            total("subagents", .count) { $0.subagents },
            total("prompts", .count) { $0.prompts },
            total("messages", .count) { $0.messages },
            total("responses", .count) { $0.usage.responses },
            total("tokens", .count) { $0.usage.tokens },
            total("cost_microdollars", .money) { $0.usage.cost },
            total("unpriced_responses", .count) { $0.usage.unpriced },
            Total(
                name: "cache_hit_rate",
                kind: .share,
                now: share(a.usage.cacheHitRate),
                before: share(b.usage.cacheHitRate)
            ),
            total("tool_calls", .count) { $0.calls },
            total("tool_errors", .count) { $0.errors },
            total("findings", .count) { $0.findings },
            total("active_nanoseconds", .time) { $0.active },
            Total(
                name: "one_shot_rate",
                kind: .share,
                now: share(qualityA.oneShotRate),
                before: share(qualityB.oneShotRate)
            ),
            Total(
                name: "interruption_rate",
                kind: .share,
                now: share(qualityA.interruptionRate),
                before: share(qualityB.interruptionRate)
            ),
        ]
    }
}
