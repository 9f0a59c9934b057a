import Catalog
import Core
import SQL

/// Sessions: lists, facets, and what one is.
extension Router {
    static var sessionRoutes: [Route] {
        [
            .get(
                "/api/sessions",
                .viewerOwn,
                Parameters.query.union(Parameters.page)
                    .union(["order", "subagents", "automated"]),
                .catalog,
                sessions
            ),
            .get("/api/sessions/facets", .viewerOwn, Parameters.query, .catalog, facets),
            .get("/api/sessions/{id}", .viewerOwn, [], .catalog, session),
        ]
    }

    // MARK: Lists

    /// What sessions are asked for, as far as they may be seen.
    static func sessionConditions(
        _ context: RequestContext,
        _ query: SearchQuery,
        withSubagents: Bool
    ) throws(APIError) -> Conditions {
        try context.reading { (catalog) throws(OperatorError) in
            try catalog.listed(query.filter, query.words, withSubagents: withSubagents)
        }
    }

    private static func sessions(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let query = try context.query()
        let limit = try context.parameters.number("limit", or: 50, 1...500)
        let order = try context.parameters.choice("order", or: SessionFilter.Order.recent)
        var conditions = try sessionConditions(
            context,
            query,
            withSubagents: try context.parameters.flag("subagents") ?? false
        )
        let all = try count(context, conditions)
        var hidden: Int64?
        if try context.parameters.flag("automated") == false {
            conditions.add("s.prompts > 1 OR s.messages > 2", [], isNegated: false)
            hidden = all - (try count(context, conditions))
        }
        let key = SessionRows.key(order)
        if let text = context.parameters["cursor"] {
            let last = try Cursor(text, String(order.rawValue.prefix(1))).numbers(2)
            let compare = order == .oldest ? ">" : "<"
            conditions.add(
                "(\(key), s.id) \(compare) (?, ?)",
                [.integer(last[0]), .integer(last[1])]
            )
        }
        let direction = order == .oldest ? "ASC" : "DESC"
        let ids = try context.rows(
            """
            SELECT s.id, \(key) FROM sessions s \(conditions.from(.sessions)) \(conditions.sql)
            ORDER BY 2 \(direction), 1 \(direction) LIMIT ?
            """,
            conditions.values + [.integer(limit + 1)]
        ) { [$0.int(0), $0.int(1)] }
        let shown = ids.prefix(Int(limit))
        try json.array("sessions") { (json) throws(APIError) in
            try SessionRows(context).write(shown.map { $0[0] }, &json)
        }
        json.number("total", all - (hidden ?? 0))
        if let hidden { json.number("hidden", hidden) }
        let last = ids.count > shown.count ? shown.last : nil
        json.string(
            "next",
            last.map { Cursor(String(order.rawValue.prefix(1)), [$0[1], $0[0]]).text }
        )
        json.number("rev", context.head.rev)
    }

    private static func count(
        _ context: RequestContext,
        _ conditions: Conditions
    ) throws(APIError) -> Int64 {
        try context.reading { (catalog) throws(OperatorError) in
            try catalog.sessionCount(conditions)
        }
    }

    // MARK: Facets

    private static let facetFields: [(name: StaticString, field: FilterField?, column: String)] = [
        ("project", .project, "s.project"), ("tool", .tool, "s.tool"),
        ("machine", .agent, "a.name"), ("owner", .owner, "o.name"),
        ("model", .model, "s.models"), ("branch", .branch, "s.git_branch"),
        ("grade", nil, "s.grade"), ("outcome", nil, "s.outcome"),
    ]
    private static let facetValues = 50

    private static func facets(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let query = try context.query()
        let conditions = try sessionConditions(context, query, withSubagents: false)
        let asked = Set(query.filter.terms.map(\.field))
        var all = FacetCounts()
        try count(facetFields, context, conditions, &all)
        json.number("total", all.total)
        try json.object("facets") { (json) throws(APIError) in
            for facet in facetFields {
                var counts = all
                // Each leaves its own field's filter out.
                let isOwn = facet.field == .owner && context.identity.scope != nil
                if let field = facet.field, asked.contains(field), !isOwn {
                    var free = query
                    free.filter.terms.removeAll { $0.field == field }
                    counts = FacetCounts()
                    try count(
                        [facet],
                        context,
                        try sessionConditions(context, free, withSubagents: false),
                        &counts
                    )
                }
                write(facet.name, counts.values["\(facet.name)"] ?? [:], &json)
            }
        }
    }

    private struct FacetCounts {
        var total: Int64 = 0
        var values: [String: [String: Int64]] = [:]
    }

    private static func count(
        _ facets: [(name: StaticString, field: FilterField?, column: String)],
        _ context: RequestContext,
        _ conditions: Conditions,
        _ counts: inout FacetCounts
    ) throws(APIError) {
        var found = FacetCounts()
        try context.forEach(
            """
            SELECT \(facets.map(\.column).joined(separator: ", ")) FROM sessions s
            \(conditions.from(.sessions, and: [.agent, .owner])) \(conditions.sql)
            """,
            conditions.values
        ) { row in
            found.total += 1
            for (index, facet) in facets.enumerated() {
                guard let text = row.optionalText(index) else { continue }
                let name = "\(facet.name)"
                if facet.field == .model {
                    // A session's models are one column.
                    for value in text.split(separator: ",") {
                        found.values[name, default: [:]][String(value), default: 0] += 1
                    }
                } else {
                    found.values[name, default: [:]][text, default: 0] += 1
                }
            }
        }
        counts = found
    }

    private static func write(
        _ name: StaticString,
        _ counts: [String: Int64],
        _ json: inout JSONBuffer
    ) {
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        json.array(name) { json in
            for (value, count) in sorted.prefix(facetValues) {
                json.object { json in
                    json.string("value", value)
                    json.number("count", count)
                }
            }
            let rest = sorted.dropFirst(facetValues).reduce(0) { $0 + $1.value }
            guard rest > 0 else { return }
            json.object { json in
                json.null("value")
                json.number("count", rest)
            }
        }
    }

    // MARK: One

    private static func session(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let id = try context.session()
        let rows = SessionRows(context)
        try rows.writeOne("session", id, &json)
        try json.array("ancestors") { (json) throws(APIError) in
            for (id, title) in try ancestors(context, id) {
                json.object { json in
                    json.identifier("id", id)
                    json.string("title", title)
                }
            }
        }
        let children = try context.rows(
            """
            SELECT id FROM sessions WHERE parent = ? AND lineage = 'subagent'
            ORDER BY started, id LIMIT 500
            """,
            [.integer(id)]
        ) { $0.int(0) }
        try json.array("subagents") { (json) throws(APIError) in try rows.write(children, &json) }
        try compactions(context, id, nil, &json)
        json.string("resume", try ResumeCommand.of(id, context))
        json.number(
            "files",
            try context.count(
                "SELECT COUNT(DISTINCT file) FROM entries WHERE session = ?",
                [.integer(id)]
            )
        )
        json.number(
            "items",
            try context.count(
                "SELECT COUNT(*) FROM messages WHERE session = ? AND retracted = 0",
                [.integer(id)]
            )
        )
        try neighbour("previous", context, id, "<", "DESC", &json)
        try neighbour("next", context, id, ">", "ASC", &json)
        json.number("rev", context.head.rev)
    }

    private static func ancestors(
        _ context: RequestContext,
        _ id: Int64
    ) throws(APIError) -> [(Int64, String?)] {
        try context.rows(
            """
            WITH RECURSIVE up(id, depth) AS (
                SELECT parent, 1 FROM sessions WHERE id = ?
                UNION
                SELECT s.parent, up.depth + 1 FROM sessions s JOIN up ON s.id = up.id
                WHERE up.depth < 20
            )
            SELECT s.id, s.title FROM up JOIN sessions s ON s.id = up.id ORDER BY up.depth DESC
            """,
            [.integer(id)]
        ) { ($0.int(0), $0.optionalText(1)) }
    }

    private static func neighbour(
        _ key: StaticString,
        _ context: RequestContext,
        _ id: Int64,
        _ compare: String,
        _ order: String,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let found = try context.rows(
            """
            SELECT n.id, n.title FROM sessions s JOIN sessions n
                ON n.ended \(compare) s.ended AND n.project IS s.project AND n.owner = s.owner
                AND n.lineage IS NOT 'subagent' AND n.messages > 0
            WHERE s.id = ? ORDER BY n.ended \(order), n.id LIMIT 1
            """,
            [.integer(id)]
        ) { ($0.int(0), $0.optionalText(1)) }.first
        guard let found else { return json.null(key) }
        json.object(key) { json in
            json.identifier("id", found.0)
            json.string("title", found.1)
        }
    }
}
