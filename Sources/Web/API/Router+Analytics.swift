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
        let filter = try compared(context, &json, toolNumbers)
        try programs(context, filter, &json)
        try slowest(context, filter, &json)
        try repetitions(context, filter, &json)
        try matrix(context, filter, &json)
        NumberLinks(context, filter).write(NumberLinks.tools, &json)
    }

    private static func toolNumbers(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let (tools, errors) = try context.reading { (catalog) throws(OperatorError) in
            (try catalog.tools(filter), try catalog.errors(filter))
        }
        json.object("total") { json in
            func sum(_ part: (ReportTool) -> Int64) -> Int64 { tools.reduce(0) { $0 + part($1) } }
            json.number("calls", sum(\.calls))
            json.number("paired", sum(\.paired))
            json.number("unpaired", sum { $0.calls - $0.paired })
            json.number("errors", sum(\.errors))
            json.number("denied", sum(\.denied))
            json.number("over_10_minutes", sum(\.waiting))
        }
        json.array("tools") { json in
            for tool in tools.prefix(500) { json.object { ToolRows.write(tool, &$0) } }
        }
        json.array("errors") { json in
            for error in errors {
                json.object { json in
                    json.string("class", error.name)
                    json.number("count", error.count)
                    json.string("tools", error.detail)
                }
            }
        }
    }

    private static func programs(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var names = TextNumbers()
        var counts: [(calls: Int64, errors: Int64)] = []
        try context.forEach(PageQuestions.programs, filter) { row in
            guard !row.isNull(0) else { return }
            let number = names.number(row, 0)
            if number == counts.count { counts.append((0, 0)) }
            counts[number].calls += row.int(1)
            counts[number].errors += row.int(2)
        }
        let isAggregate = context.identity.role == .viewerAggregate
        let texts = names.texts
        var most = Foremost<Int>(isAggregate ? 0 : 50) { [counts] in
            (counts[$1].calls, texts[$0]) < (counts[$0].calls, texts[$1])
        }
        for number in counts.indices { most.take(number) }
        json.array("commands") { json in
            for number in most.elements {
                let count = counts[number]
                json.object { json in
                    json.string("command", texts[number])
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
        var slowest: [(row: Int64, duration: Int64)] = []
        try context.forEach(PageQuestions.slowest, filter) { row in
            let duration = row.int(1)
            guard slowest.count < 20 || duration > slowest[19].duration else { return }
            let place = slowest.firstIndex { $0.duration < duration } ?? slowest.count
            slowest.insert((row.int(0), duration), at: place)
            if slowest.count > 20 { slowest.removeLast() }
        }
        let rows = slowest.map { String($0.row) }
        let conditions = Conditions("x.row IN (\(rows.joined(separator: ",")))")
        let found = rows.isEmpty ? [] : try callRows(context, conditions, "x.duration DESC", 20)
        json.array("slowest") { json in for call in found { json.raw(nil, call.json) } }
    }

    /// Calls that repeat the one before, and sessions that loop (formula 12).
    private static func repetitions(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var retries: Int64 = 0
        try context.forEach(CatalogReader.retries, filter) { retries += $0.int(0) }
        json.number("retries", retries)
        let loops = try context.reading { (catalog) throws(OperatorError) in
            var sessions = try catalog.listed(filter, withSubagents: true)
            sessions.add("s.looping = 1")
            return try catalog.sessionCount(sessions)
        }
        json.number("loops", loops)
    }

    private static func matrix(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var names = TextNumbers()
        var projects: [Int64: Int] = [:]
        try context.forEach("SELECT id, project FROM sessions WHERE project IS NOT NULL") { row in
            projects[row.int(0)] = names.number(of: row.text(1))
        }
        struct Key: Hashable {
            var tool: Int
            var project: Int?
        }
        var tools = TextNumbers()
        var cells: [Key: (calls: Int64, errors: Int64)] = [:]
        try context.forEach(CatalogReader.calls, filter) { row in
            let key = Key(tool: tools.number(row, 0), project: projects[row.session])
            var cell = cells[key] ?? (0, 0)
            cell.calls += row.int(1)
            cell.errors += row.int(3)
            cells[key] = cell
        }
        let texts = tools.texts
        let projectNames = names.texts
        func name(_ key: Key) -> String { key.project.map { projectNames[$0] } ?? "" }
        let sorted = cells.sorted { one, other in
            (other.value.calls, texts[one.key.tool], name(one.key))
                < (one.value.calls, texts[other.key.tool], name(other.key))
        }
        json.array("matrix") { json in
            for (key, count) in sorted.prefix(400) {
                json.object { json in
                    json.string("tool", texts[key.tool])
                    json.string("project", key.project.map { projectNames[$0] })
                    json.number("calls", count.calls)
                    json.number("errors", count.errors)
                }
            }
        }
    }

    // MARK: Quality

    private static func quality(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try compared(context, &json, qualityNumbers)
        NumberLinks(context, filter).write(NumberLinks.quality, &json)
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
            if mark == .grade { json.number("sessions", rows.reduce(0) { $0 + $1.count }) }
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
                    json.string("name", row.name == "(none)" ? nil : row.name)
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
            try catalog.listed(filter)
        }
        conditions.add("s.health IS NOT NULL")
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
