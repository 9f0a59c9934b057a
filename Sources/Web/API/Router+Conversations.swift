import Catalog
import Core
import SQL

/// Conversations by the classic rules.
extension Router {
    static var conversationRoutes: [Route] {
        [
            .get(
                "/api/analytics/conversations",
                .viewerAggregate,
                Parameters.filters,
                .catalog,
                conversations
            )
        ]
    }

    private static func conversations(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.span()
        head(context, filter.span, &json)
        let classic = try context.reading { (catalog) throws(OperatorError) in
            try catalog.conversations(filter)
        }
        json.object("classic") { json in
            json.number("collaboration_score", classic.collaboration)
            json.number("messages", classic.messages)
            json.number("conversations", classic.threads)
            json.number("completed", classic.completed)
            json.number("ready", classic.ready)
            json.number("blocked", classic.blocked)
            json.number("context_shifts", classic.shifts)
        }
        for (key, rows) in [
            ("speakers", classic.speakers), ("domains", classic.domains), ("tiers", classic.tiers),
            ("tasks", classic.tasks), ("status_tags", classic.statusTags),
            ("keywords", classic.keywords), ("types", try tagged("message_type", context, filter)),
            ("projects", try tagged("project_tag", context, filter)),
        ] as [(StaticString, [ReportCount])] {
            counts(key, rows, &json)
        }
        try hours(context, filter, &json)
        NumberLinks(context, filter).write(NumberLinks.conversations, &json)
    }

    /// How many messages have each value of a column of `tags`, most first.
    private static func tagged(
        _ column: String,
        _ context: RequestContext,
        _ filter: RowFilter
    ) throws(APIError) -> [ReportCount] {
        var counts: [String: Int64] = [:]
        try context.forEach(
            column == "message_type" ? PageQuestions.messageTypes : PageQuestions.projectTags,
            filter
        ) { counts[$0.text(0), default: 0] += $0.int(1) }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.prefix(50).map { ReportCount(name: $0.key, count: $0.value) }
    }

    /// Prompts and answers by weekday and hour of the zone.
    private static func hours(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let zone = try context.parameters.zone()
        var hours = Array(repeating: [Int64](repeating: 0, count: 24), count: 7)
        var quarters: [Int64: Int64] = [:]
        try context.forEach(PageQuestions.quarters, filter) { row in
            quarters[row.int(0), default: 0] += row.int(1)
        }
        for (quarter, count) in quarters {
            let time = WallTime(nanoseconds: quarter * 900_000_000_000)
            let seconds = time.seconds + zone.offset(time).seconds
            // 1970-01-01 was a Thursday.
            let day = Int(((seconds / 86_400) + 3) % 7)
            let hour = Int(seconds % 86_400 / 3600)
            guard hours.indices.contains(day), (0..<24).contains(hour) else { continue }
            hours[day][hour] += count
        }
        json.array("hours") { json in
            for day in hours {
                json.array { json in for count in day { json.number(nil, count) } }
            }
        }
    }
}
