import Catalog
import Core
import SQL
import Transcripts

/// What stands beside a conversation: figures, context, files, findings, records.
extension Router {
    static var inspectorRoutes: [Route] {
        [
            .get("/api/sessions/{id}/figures", .viewerOwn, [], .catalog, figures),
            .get("/api/sessions/{id}/context", .viewerOwn, [], .catalog, contextChart),
            .get("/api/sessions/{id}/files", .viewerOwn, [], .catalog, touchedFiles),
            .get("/api/sessions/{id}/findings", .viewerOwn, [], .live) {
                context,
                json throws(APIError) in
                let id = try context.session()
                let order = try context.site.orders.order(id, context)
                try json.array("findings") { (json) throws(APIError) in
                    let conditions = Conditions("f.session = ?", [.integer(id)])
                    let rows = try FindingRows(context)
                    _ = try rows.write(conditions, limit: 5000, in: order, &json)
                }
            },
            .get("/api/sessions/{id}/attachments", .viewerOwn, [], .catalog, attachments),
            .get("/api/sessions/{id}/entries", .viewerOwn, Parameters.page, .catalog, records),
        ]
    }

    // MARK: Figures

    private static func figures(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let id = SQLValue.integer(try context.session())
        try json.array("usage") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT r.model, \(UsageRow.sums) FROM responses r
                WHERE r.session = ? AND r.error = 0 GROUP BY 1 ORDER BY SUM(r.cost) DESC, 1
                """,
                [id]
            ) { row in
                json.object { json in
                    json.string("model", row.optionalText(0))
                    UsageRow.writeSums(row, 1, &json)
                }
            }
        }
        try context.forEach(
            "SELECT \(UsageRow.sums) FROM responses r WHERE r.session = ? AND r.error = 0",
            [id]
        ) { row in json.object("total") { UsageRow.writeSums(row, 0, &$0) } }
        try withSubagents(context, id, &json)
        try cache(context, Conditions("r.session = ? AND r.error = 0", [id]), &json)
        let filter = RowFilter([FilterTerm(.session, CatalogReader.hex(id.integer ?? 0))])
        let tools = try context.reading { (catalog) throws(OperatorError) in
            try catalog.tools(filter)
        }
        json.array("tools") { json in
            for tool in tools { json.object { ToolRows.write(tool, &$0) } }
        }
        try kinds(context, id, &json)
        try durations(context, id, &json)
        let prices = try context.rows(
            """
            SELECT DISTINCT price_version FROM responses
            WHERE session = ? AND price_version IS NOT NULL ORDER BY 1
            """,
            [id]
        ) { $0.text(0) }
        json.array("prices") { json in for price in prices { json.string(nil, price) } }
    }

    private static func withSubagents(
        _ context: RequestContext,
        _ id: SQLValue,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        try context.forEach(
            """
            WITH RECURSIVE tree(id) AS (
                SELECT ?1 UNION SELECT s.id FROM sessions s JOIN tree ON s.parent = tree.id
                WHERE s.lineage = 'subagent'
            )
            SELECT SUM(input_tokens + output_tokens + cache_write_tokens + cache_read_tokens),
                SUM(cost), SUM(unpriced) FROM sessions WHERE id IN (SELECT id FROM tree)
            """,
            [id]
        ) { row in
            json.object("with_subagents") { json in
                json.number("tokens", row.int(0))
                json.number("cost", row.int(1))
                json.number("unpriced", row.int(2))
            }
        }
    }

    private static func kinds(
        _ context: RequestContext,
        _ id: SQLValue,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        try json.array("kinds") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT kind, COUNT(*), SUM(length) FROM messages
                WHERE session = ? AND retracted = 0 GROUP BY 1 ORDER BY 2 DESC, 1
                """,
                [id]
            ) { row in
                json.object { json in
                    json.string("kind", row.text(0))
                    json.number("count", row.int(1))
                    json.number("bytes", row.int(2))
                }
            }
        }
    }

    private static func durations(
        _ context: RequestContext,
        _ id: SQLValue,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let active = try context.count(
            """
            SELECT SUM(MIN(gap, 300000000000)) FROM (
                SELECT timestamp - LAG(timestamp) OVER (ORDER BY timestamp) AS gap FROM messages
                WHERE session = ? AND retracted = 0)
            """,
            [id]
        )
        let turns = try context.count("SELECT SUM(duration) FROM turns WHERE session = ?", [id])
        let tools = try context.count(
            "SELECT SUM(duration) FROM tool_usage WHERE session = ?",
            [id]
        )
        json.object("durations") { json in
            json.milliseconds("active_ms", active)
            json.milliseconds("turn_ms", turns)
            json.milliseconds("tool_ms", tools)
        }
    }

    // MARK: Context

    /// Points of a chart; more are thinned.
    private static let points = 2000

    private static func contextChart(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let id = try context.session()
        struct Point {
            var tokens: Int64
            var json: [UInt8]
        }
        let order = try context.site.orders.order(id, context)
        let places = order.placesOfEntries
        var all: [Point] = []
        try context.forEach(
            """
            SELECT timestamp, entry, context_tokens, context_bytes, window, pressure, redundancy,
                efficiency
            FROM context_analysis WHERE session = ? ORDER BY timestamp, id
            """,
            [.integer(id)]
        ) { row in
            var json = JSONBuffer(capacity: 256)
            json.object { json in
                json.time("timestamp", row.optionalTime(0))
                json.number("entry", row.int(1))
                let place = places[row.int(1)]
                json.identifier("item", place.map { order.items[$0].id })
                json.number("index", place)
                json.number("tokens", row.int(2))
                json.number("bytes", row.int(3))
                json.number("window", row.optionalInt(4))
                json.number("pressure", row.isNull(5) ? nil : row.double(5))
                json.number("redundancy", row.isNull(6) ? nil : row.double(6) / 100)
                json.number("efficiency", row.isNull(7) ? nil : row.double(7) / 100)
            }
            all.append(Point(tokens: row.int(2), json: json.bytes))
        }
        let step = max(1, (2 * all.count + points - 1) / points)
        json.array("points") { json in
            for start in stride(from: 0, to: all.count, by: step) {
                let part = start..<min(all.count, start + step)
                // Of each step the least and the greatest, in their order.
                let low = part.min { all[$0].tokens < all[$1].tokens } ?? start
                let high = part.max { all[$0].tokens < all[$1].tokens } ?? start
                for index in Set([low, high]).sorted() { json.raw(nil, all[index].json) }
            }
        }
        try compactions(context, id, nil, &json)
        json.number("peak", all.map(\.tokens).max())
    }

    // MARK: Files, attachments, records

    private static func touchedFiles(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let id = try context.session()
        try json.array("files") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT path, SUM(operation = 'read'), SUM(operation = 'write'),
                    SUM(operation = 'edit'), SUM(operation = 'delete'), COUNT(*),
                    SUM(lines_added), SUM(lines_removed), MAX(sensitive), MIN(timestamp),
                    MAX(timestamp)
                FROM file_access WHERE session = ? GROUP BY path
                ORDER BY SUM(operation IN ('write', 'edit')) DESC, 6 DESC, 1 LIMIT 5000
                """,
                [.integer(id)]
            ) { row in
                json.object { json in
                    json.string("path", row.text(0))
                    let known = (1...4).map { row.int($0) }
                    json.number("reads", known[0])
                    json.number("writes", known[1])
                    json.number("edits", known[2])
                    json.number("deletes", known[3])
                    json.number("others", row.int(5) - known.reduce(0, +))
                    json.number("lines_added", row.optionalInt(6))
                    json.number("lines_removed", row.optionalInt(7))
                    json.bool("sensitive", row.bool(8))
                    json.time("first", row.optionalTime(9))
                    json.time("last", row.optionalTime(10))
                }
            }
        }
    }

    private static func attachments(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let id = try context.session()
        try json.array("attachments") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT id, kind, media_type, size, path, entry, call FROM attachments
                WHERE session = ? ORDER BY entry, offset, id LIMIT 5000
                """,
                [.integer(id)]
            ) { row in
                json.object { json in
                    json.identifier("id", row.int(0))
                    json.string("kind", row.text(1))
                    json.string("media_type", row.optionalText(2))
                    json.number("size", row.int(3))
                    json.string("path", row.optionalText(4))
                    json.number("entry", row.int(5))
                    json.identifier("call", row.optionalInt(6))
                }
            }
        }
    }

    private static func records(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let id = try context.session()
        let limit = try context.parameters.number("limit", or: 200, 1...500)
        var conditions = Conditions("e.session = ?", [.integer(id)])
        if let text = context.parameters["cursor"] {
            let last = try Cursor(text, "r").numbers(3)
            conditions.add("(e.file, e.offset, e.ordinal) > (?, ?, ?)", last.map { .integer($0) })
        }
        let all = try context.rows(
            """
            SELECT e.seq, e.kind, e.status, e.reason, e.timestamp, e.received, f.path, e.offset,
                e.length, e.first = e.seq, e.uuid, e.parent, e.file, e.ordinal
            FROM entries e JOIN files f ON f.id = e.file \(conditions.sql)
            ORDER BY e.file, e.offset, e.ordinal LIMIT ?
            """,
            conditions.values + [.integer(limit + 1)]
        ) { row -> ([UInt8], [Int64]) in
            var json = JSONBuffer(capacity: 400)
            json.object { json in
                json.number("seq", row.int(0))
                json.string("kind", row.text(1))
                json.string("status", row.text(2))
                json.string("reason", row.optionalText(3))
                json.time("timestamp", row.optionalTime(4))
                json.time("received", row.optionalTime(5))
                json.string("file", row.text(6))
                json.number("offset", row.int(7))
                json.number("length", row.int(8))
                json.bool("first", row.bool(9))
                json.string("uuid", row.optionalText(10))
                json.string("parent", row.optionalText(11))
            }
            return (json.bytes, [row.int(12), row.int(7), row.int(13)])
        }
        let shown = all.prefix(Int(limit))
        json.array("entries") { json in for entry in shown { json.raw(nil, entry.0) } }
        let last = all.count > shown.count ? shown.last : nil
        json.string("next", last.map { Cursor("r", $0.1).text })
    }
}
