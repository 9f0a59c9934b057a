import Catalog
import Core
import SQL

/// How the work goes: tools, context, quality.
extension Router {
    static var analyticsRoutes: [Route] {
        [
            .get(
                "/api/analytics/tools",
                .viewerAggregate,
                Parameters.filters.union(["compare"]),
                .catalog,
                tools
            ),
            .get(
                "/api/analytics/context",
                .viewerAggregate,
                Parameters.filters,
                .catalog,
                ContextAnalysis.write
            ),
            .get(
                "/api/analytics/quality",
                .viewerAggregate,
                Parameters.filters.union(["compare"]),
                .catalog,
                quality
            ),
            Route(
                "GET",
                "/api/report",
                .viewerAggregate,
                Parameters.filters.union(["format"]),
                .catalog,
                answer: report
            ),
        ]
    }

    // MARK: Tools

    private static func tools(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.span()
        head(context, filter.span, &json)
        try toolNumbers(context, filter, &json)
        try commands(context, filter, &json)
        try slowest(context, filter, &json)
        let (retries, loops) = try repetitions(context, filter)
        json.number("retries", retries)
        json.number("loops", loops)
        try matrix(context, filter, &json)
        if let former = try former(context, filter) {
            try json.object("before") { (json) throws(APIError) in
                head(context, former.span, &json)
                try toolNumbers(context, former, &json)
            }
        }
    }

    private static func toolNumbers(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let (tools, errors) = try context.reading { (catalog) throws(OperatorError) in
            (try catalog.tools(filter), try catalog.errors(filter))
        }
        json.array("tools") { json in
            for tool in tools.prefix(500) { json.object { ToolRows.write(tool, &$0) } }
        }
        json.array("errors") { json in
            for error in errors.prefix(100) {
                json.object { json in
                    json.string("class", error.name)
                    json.number("count", error.count)
                    json.string("tools", error.detail)
                }
            }
        }
    }

    /// Rows of a table, by way of their sessions.
    static func source(
        _ context: RequestContext,
        _ table: String,
        _ filter: RowFilter,
        where condition: String? = nil
    ) throws(APIError) -> ReportSource {
        try context.reading { (catalog) throws(OperatorError) in
            try catalog.source(table, filter, where: condition)
        }
    }

    private static func commands(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let ran = try source(
            context,
            "tool_usage u",
            filter,
            where: "u.category = 'shell' AND u.command IS NOT NULL"
        )
        var counts: [String: (calls: Int64, errors: Int64)] = [:]
        try context.forEach(
            "SELECT substr(u.command, 1, 200), u.outcome IN ('error', 'interrupted') \(ran.sql)",
            ran.values
        ) { row in
            let words = row.text(0).split(whereSeparator: \.isWhitespace)
            // What stands before a command: assignments of variables.
            let name = words.drop { $0.contains("=") }.prefix(2).joined(separator: " ")
            counts[name, default: (0, 0)].calls += 1
            counts[name]?.errors += row.int(1)
        }
        let isAggregate = context.identity.role == .viewerAggregate
        let sorted = counts.sorted { ($1.value.calls, $0.key) < ($0.value.calls, $1.key) }
        json.array("commands") { json in
            for (name, count) in sorted.prefix(isAggregate ? 0 : 50) {
                json.object { json in
                    json.string("command", name)
                    json.number("calls", count.calls)
                    json.number("errors", count.errors)
                }
            }
        }
    }

    private static func slowest(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        guard context.identity.role >= .viewerOwn else {
            return json.array("slowest") { _ in }
        }
        let calls = try source(context, "tool_usage u", filter, where: "u.duration IS NOT NULL")
        let rows = try context.rows(
            "SELECT u.row \(calls.sql) ORDER BY u.duration DESC LIMIT 20",
            calls.values
        ) { String($0.int(0)) }
        let conditions = Conditions("x.row IN (\(rows.joined(separator: ",")))")
        let found = rows.isEmpty ? [] : try callRows(context, conditions, "x.duration DESC", 20)
        json.array("slowest") { json in for call in found { json.raw(nil, call.json) } }
    }

    /// Retries and loops (formula 12).
    private static func repetitions(
        _ context: RequestContext,
        _ filter: RowFilter
    ) throws(APIError) -> (retries: Int64, loops: Int64) {
        let calls = try source(context, "tool_usage u", filter, where: "u.name IS NOT NULL")
        let retries = try context.count(
            """
            SELECT SUM(run - 1) FROM (
                SELECT COUNT(*) AS run FROM (
                    SELECT u.session AS session, u.name AS name, u.input_hash AS input,
                        ROW_NUMBER() OVER (PARTITION BY u.session ORDER BY u.timestamp, u.id)
                        - ROW_NUMBER() OVER (PARTITION BY u.session, u.name, u.input_hash
                            ORDER BY u.timestamp, u.id) AS island
                    \(calls.sql) AND u.input_hash IS NOT NULL
                ) GROUP BY session, name, input, island HAVING run >= 3)
            """,
            calls.values
        )
        let loops = try context.count(
            """
            SELECT COUNT(*) FROM (
                SELECT u.session, u.timestamp / 600000000000,
                    COUNT(*) AS calls, SUM(u.outcome = 'error') AS errors
                \(calls.sql) AND u.error_class IS NOT NULL
                GROUP BY 1, 2, u.error_class HAVING calls >= 6 AND errors >= 6)
            """,
            calls.values
        )
        return (retries, loops)
    }

    private static func matrix(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let calls = try source(context, "tool_usage u", filter, where: "u.name IS NOT NULL")
        try json.array("matrix") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT u.name, s.project, COUNT(*), SUM(u.outcome IN ('error', 'interrupted'))
                \(calls.sql) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 400
                """,
                calls.values
            ) { row in
                json.object { json in
                    json.string("tool", row.text(0))
                    json.string("project", row.optionalText(1))
                    json.number("calls", row.int(2))
                    json.number("errors", row.int(3))
                }
            }
        }
    }

    // MARK: Quality

    private static func quality(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.span()
        head(context, filter.span, &json)
        try qualityNumbers(context, filter, &json)
        if let former = try former(context, filter) {
            try json.object("before") { (json) throws(APIError) in
                head(context, former.span, &json)
                try qualityNumbers(context, former, &json)
            }
        }
    }

    private static func qualityNumbers(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let marks: [(StaticString, CatalogReader.SessionMark)] = [
            ("grades", .grade), ("outcomes", .outcome), ("integrity", .integrity),
        ]
        for (key, mark) in marks {
            let rows = try context.reading { (catalog) throws(OperatorError) in
                try catalog.sessions(filter, by: mark)
            }
            counts(key, rows, &json)
        }
        try health(context, filter, &json)
        let quality = try context.reading { (catalog) throws(OperatorError) in
            try catalog.quality(filter)
        }
        json.number("edit_turns", quality.editTurns)
        json.number("one_shot_turns", quality.oneShotTurns)
        json.number("one_shot_rate", quality.oneShotRate)
        json.number("prompts", quality.prompts)
        json.number("interruptions", quality.interruptions)
        json.number("interruption_rate", quality.interruptionRate)
        json.number("reads", quality.reads)
        json.number("rereads", quality.rereads)
        json.number("reread_rate", quality.rereadRate)
    }

    static func counts(_ key: StaticString, _ rows: [ReportCount], _ json: inout JSONBuffer) {
        json.array(key) { json in
            for row in rows.prefix(200) {
                json.object { json in
                    json.string("name", row.name)
                    json.number("count", row.count)
                }
            }
        }
    }

    private static func health(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var conditions = try context.reading { (catalog) throws(OperatorError) in
            try catalog.conditions(filter, .sessions)
        }
        conditions.add("s.health IS NOT NULL AND s.lineage IS NOT 'subagent'")
        let scores = try context.rows(
            """
            SELECT s.health FROM sessions s \(conditions.from(.sessions)) \(conditions.sql)
            ORDER BY 1
            """,
            conditions.values
        ) { $0.int(0) }
        json.object("health") { json in
            let sum = scores.reduce(0, +)
            json.number("mean", scores.isEmpty ? nil : Double(sum) / Double(scores.count))
            json.number("p50", scores.isEmpty ? nil : scores[(scores.count - 1) / 2])
        }
    }

    // MARK: The report

    static func report(_ context: RequestContext) throws(APIError) -> HTTPResponse {
        var filter = try context.filter()
        let zone = try context.parameters.zone()
        if filter.span.until == nil { filter.span.until = context.now }
        if filter.span.since == nil {
            filter.span.since = (filter.span.until ?? context.now) + .days(-7)
        }
        let isMarkdown: Bool
        switch context.parameters["format"] {
        case nil, "json": isMarkdown = false
        case "md": isMarkdown = true
        default: throw .usage("format is json or md")
        }
        let asked = filter
        let text = try context.reading { (catalog) throws(OperatorError) in
            try context.site.seams.documents.report(
                asked,
                catalog,
                zone: zone,
                isMarkdown: isMarkdown,
                withTitles: context.identity.role >= .viewerOwn
            )
        }
        return HTTPResponse(
            200,
            [
                (
                    "Content-Type",
                    isMarkdown ? "text/markdown; charset=utf-8" : "application/json"
                )
            ],
            .bytes(Array(text.utf8))
        )
    }
}
