import Catalog
import Core
import SQL

/// Compactions of contexts, over all sessions.
extension Router {
    static var compactionRoutes: [Route] {
        [
            .get(
                "/api/compactions",
                .viewerOwn,
                Parameters.filters.union(Parameters.page).union(["trigger"]),
                .catalog,
                compactions
            )
        ]
    }

    private static func compactions(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.filter()
        let limit = try context.parameters.number("limit", or: 100, 1...500)
        var conditions = try context.reading { (catalog) throws(OperatorError) in
            try catalog.conditions(filter, of: "k")
        }
        if let trigger = context.parameters["trigger"] {
            conditions.add("k.trigger = ?", [.text(trigger)])
        }
        let cursor = try context.parameters["cursor"].map { (text) throws(APIError) in
            try Cursor(text, "k").numbers(2)
        }
        var count: Int64 = 0
        var last: [Int64]?
        try json.array("compactions") { (json) throws(APIError) in
            let newest = NewestRows(time: "k.timestamp", row: "k.id", cursor: cursor)
            try newest.forEach(
                context,
                """
                SELECT k.id, k.timestamp, k.trigger, k.tokens_before, k.tokens_after, k.partial,
                    k.session, s.title, a.name, (
                        SELECT m.id FROM messages m WHERE m.session = k.session
                            AND m.timestamp IS k.timestamp AND m.entry = k.entry
                            AND m.retracted = 0 LIMIT 1)
                FROM compactions k LEFT JOIN sessions s ON s.id = k.session
                LEFT JOIN agents a ON a.agent = k.agent
                """,
                conditions,
                limit: limit + 1
            ) { row in
                count += 1
                guard count <= limit else { return }
                last = [row.int(1), row.int(0)]
                json.object { json in
                    write(row, &json)
                    json.identifier("session", row.optionalInt(6))
                    json.string("title", row.optionalText(7))
                    json.string("machine", row.optionalText(8))
                    json.identifier("item", row.optionalInt(9))
                }
            }
        }
        try context.forEach(
            "SELECT COUNT(*), COUNT(DISTINCT k.session) FROM compactions k \(conditions.sql)",
            conditions.values
        ) { row in
            json.number("total", row.int(0))
            json.number("sessions", row.int(1))
        }
        json.string("next", count > limit ? last.map { Cursor("k", $0).text } : nil)
    }

    /// Writes the members of a compaction: its row, time, trigger, tokens before and after, whether it is partial.
    private static func write(_ row: Statement, _ json: inout JSONBuffer) {
        json.identifier("id", row.int(0))
        json.time("timestamp", row.optionalTime(1))
        json.string("trigger", row.optionalText(2))
        json.number("tokens_before", row.optionalInt(3))
        json.number("tokens_after", row.optionalInt(4))
        json.bool("partial", row.bool(5))
    }

    /// Writes the compactions of a session, in a span of time or all.
    static func compactions(
        _ context: RequestContext,
        _ id: Int64,
        _ span: ClosedRange<Int64>?,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var conditions = Conditions("session = ?", [.integer(id)])
        if let span {
            conditions.add(
                "timestamp BETWEEN ? AND ?",
                [.integer(span.lowerBound), .integer(span.upperBound)]
            )
        }
        try json.array("compactions") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT id, timestamp, trigger, tokens_before, tokens_after, partial
                FROM compactions \(conditions.sql) ORDER BY timestamp, id LIMIT 1000
                """,
                conditions.values
            ) { row in json.object { write(row, &$0) } }
        }
    }
}
