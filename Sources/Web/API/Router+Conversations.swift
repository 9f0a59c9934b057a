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
    }

    /// How many messages have each value of a column of `tags`, most first.
    private static func tagged(
        _ column: StaticString,
        _ context: RequestContext,
        _ filter: RowFilter
    ) throws(APIError) -> [ReportCount] {
        // Tags have no time of their own.
        let tags = try context.reading { (catalog) throws(OperatorError) in
            try catalog.source(
                "messages x",
                filter,
                joining: "JOIN tags t ON t.id = x.id",
                where: "x.retracted = 0 AND t.\(column) IS NOT NULL"
            )
        }
        var counts: [ReportCount] = []
        try context.forEach(
            "SELECT t.\(column), COUNT(*) \(tags.sql) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50",
            tags.values
        ) { row in counts.append(ReportCount(name: row.text(0), count: row.int(1))) }
        return counts
    }

    /// Prompts and answers by weekday and hour of the zone.
    private static func hours(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let zone = try context.parameters.zone()
        let said = try source(
            context,
            "messages x",
            filter,
            where: "x.retracted = 0 AND x.kind IN ('prompt', 'text')"
        )
        var hours = Array(repeating: [Int64](repeating: 0, count: 24), count: 7)
        try context.forEach(
            """
            SELECT x.timestamp / 900000000000, COUNT(*) \(said.sql) AND x.timestamp IS NOT NULL
            GROUP BY 1
            """,
            said.values
        ) { row in
            let time = WallTime(nanoseconds: row.int(0) * 900_000_000_000)
            let seconds = time.seconds + zone.offset(time).seconds
            // 1970-01-01 was a Thursday.
            let day = Int(((seconds / 86_400) + 3) % 7)
            let hour = Int(seconds % 86_400 / 3600)
            guard hours.indices.contains(day), (0..<24).contains(hour) else { return }
            hours[day][hour] += row.int(1)
        }
        json.array("hours") { json in
            for day in hours {
                json.array { json in for count in day { json.number(nil, count) } }
            }
        }
    }
}
