import Catalog
import Core
import SQL

/// Conversations: page by page, in outline, and what is found in them.
extension Router {
    static var transcriptRoutes: [Route] {
        [
            .get(
                "/api/sessions/{id}/transcript",
                .viewerOwn,
                Parameters.page.union(["index", "item", "call", "text", "kind"]),
                .catalog,
                transcript
            ),
            .get("/api/sessions/{id}/map", .viewerOwn, [], .catalog, map),
            .get("/api/sessions/{id}/outline", .viewerOwn, [], .catalog, outline),
            .get(
                "/api/sessions/{id}/find",
                .viewerOwn,
                Parameters.page.union(["text"]),
                .catalog,
                find
            ),
            .get("/api/items/{id}", .viewerOwn, ["offset", "limit"], .catalog, item),
        ]
    }

    // MARK: Pages

    private static func transcript(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let session = try context.session()
        let parameters = context.parameters
        let limit = Int(try parameters.number("limit", or: 100, 1...500))
        let text = Int(try parameters.number("text", or: 8192, 0...(1 << 20)))
        var order = try context.site.orders.order(session, context)
        let kinds = Set(parameters.values.filter { $0.name == "kind" }.map(\.value))
        if !kinds.isEmpty { order = order.filtered(kinds) }
        let range = try range(context, session, order, limit)
        let slice = order.items[range]
        try json.array("items") { (json) throws(APIError) in
            try writeItems(slice.map(\.row), session, context, textLimit: text, &json)
        }
        json.number("index", range.lowerBound)
        json.number("total", order.items.count)
        let last = range.upperBound < order.items.count ? slice.last : nil
        json.string(
            "next",
            last.map { Cursor("f", [$0.row, Int64(range.upperBound)]).text }
        )
        let first = range.lowerBound > 0 ? slice.first : nil
        json.string(
            "previous",
            first.map { Cursor("b", [$0.row, Int64(range.lowerBound)]).text }
        )
        let times = slice.compactMap(\.timestamp)
        let start = range.lowerBound == 0 ? Int64.min : times.min()
        let end = range.upperBound == order.items.count ? Int64.max : times.max()
        let span = start.flatMap { start in end.map { start...max(start, $0) } }
        try compactions(context, session, span ?? 0...0, &json)
        json.number("rev", context.head.rev)
    }

    /// Which items are asked for.
    private static func range(
        _ context: RequestContext,
        _ session: Int64,
        _ order: TranscriptOrder,
        _ limit: Int
    ) throws(APIError) -> Range<Int> {
        let parameters = context.parameters
        let count = order.items.count
        if let text = parameters["cursor"] {
            let isBack = text.first == "b"
            let numbers = try Cursor(text, isBack ? "b" : "f").numbers(2)
            // The row tells where it is now; its place then, where it is no more.
            let place =
                order.items.firstIndex { $0.row == numbers[0] }.map { isBack ? $0 : $0 + 1 }
                ?? max(0, min(count, Int(clamping: numbers[1])))
            return isBack ? max(0, place - limit)..<place : place..<min(count, place + limit)
        }
        var start = 0
        if let text = parameters["item"] {
            guard let number = UInt64(text, radix: 16),
                let place = order.items.firstIndex(where: {
                    $0.id == Int64(bitPattern: number)
                })
            else { throw .missing("this session has no such item") }
            start = place
        } else if let text = parameters["call"] {
            start = try place(ofCall: text, session, order, context)
        } else {
            let index = try parameters.number("index", or: 0, -1_000_000_000...1_000_000_000)
            start = index < 0 ? max(0, count + Int(index)) : min(count, Int(index))
        }
        return start..<min(count, start + limit)
    }

    /// Where a call stands, or else its result.
    private static func place(
        ofCall text: String,
        _ session: Int64,
        _ order: TranscriptOrder,
        _ context: RequestContext
    ) throws(APIError) -> Int {
        let items = try UInt64(text, radix: 16).map { (id) throws(APIError) in
            try context.rows(
                """
                SELECT x.id FROM messages x
                WHERE x.session = ? AND x.call = ? AND x.retracted = 0 ORDER BY x.kind <> 'tool_use'
                """,
                [.integer(session), .integer(Int64(bitPattern: id))]
            ) { $0.int(0) }
        }
        for item in items ?? [] {
            if let place = order.items.firstIndex(where: { $0.id == item }) { return place }
        }
        throw .missing("this session has no such call")
    }

    /// Writes items by their rows, in this order.
    static func writeItems(
        _ rows: [Int64],
        _ session: Int64,
        _ context: RequestContext,
        textLimit: Int,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        guard !rows.isEmpty else { return }
        var items = ItemRows(textLimit: textLimit)
        try gather(session, context, &items)
        let list = rows.map { String($0) }.joined(separator: ",")
        var objects: [Int64: [UInt8]] = [:]
        try context.forEach(
            """
            SELECT x.row, \(ItemRows.columns) FROM messages x \(ItemRows.joins)
            WHERE x.row IN (\(list))
            ORDER BY x.timestamp IS NULL, x.timestamp, x.entry, x.block, x.id
            """
        ) { row in
            guard !items.repeats(row, 1) else { return }
            var object = JSONBuffer(capacity: 1024)
            items.write(row, 1, &object)
            objects[row.int(0)] = object.bytes
        }
        for row in rows { if let object = objects[row] { json.raw(nil, object) } }
    }

    /// What items of a session point to: attachments and subagents.
    private static func gather(
        _ session: Int64,
        _ context: RequestContext,
        _ items: inout ItemRows
    ) throws(APIError) {
        try context.forEach(
            """
            SELECT entry, id, kind, media_type, size FROM attachments WHERE session = ?
            ORDER BY entry, offset, id LIMIT 20000
            """,
            [.integer(session)]
        ) { row in
            items.attachments[row.int(0), default: []].append(
                ItemRows.Attachment(
                    id: row.int(1),
                    kind: row.text(2),
                    mediaType: row.optionalText(3),
                    size: row.int(4)
                )
            )
        }
        try context.forEach(
            """
            SELECT parent_call, id FROM sessions
            WHERE parent = ? AND lineage = 'subagent' AND parent_call IS NOT NULL
            """,
            [.integer(session)]
        ) { items.subagents[$0.text(0)] = $0.int(1) }
    }

    // MARK: The whole in short

    private static func map(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let order = try context.site.orders.order(try context.session(), context)
        json.number("total", order.items.count)
        json.array("kinds") { json in
            for kind in TranscriptOrder.kinds { json.string(nil, kind) }
        }
        var last: Int64?
        json.array("items") { json in
            for item in order.items {
                json.array { json in
                    json.number(nil, item.kind)
                    json.number(nil, item.length)
                    let seconds = item.timestamp.flatMap { time in
                        last.map { max(0, time - $0) / 1_000_000_000 }
                    }
                    json.number(nil, seconds ?? 0)
                }
                last = item.timestamp ?? last
            }
        }
    }

    private static func outline(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let session = try context.session()
        let order = try context.site.orders.order(session, context)
        let places = order.places
        try json.array("points") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT x.id, x.kind, substr(x.text, 1, 240), x.timestamp, c.outcome, c.name,
                    COALESCE(c.command, c.file_path, c.query, ''), c.error_text, n.id, n.title
                FROM messages x LEFT JOIN tool_usage c ON c.id = x.call
                LEFT JOIN sessions n ON n.parent = x.session AND n.lineage = 'subagent'
                    AND n.parent_call = c.call
                WHERE x.session = ? AND x.retracted = 0 AND (
                    x.kind IN ('prompt', 'slash_command', 'compact_summary', 'interruption',
                        'api_error')
                    OR x.kind = 'tool_use' AND (c.outcome = 'error' OR n.id IS NOT NULL
                        OR c.command LIKE '%git commit%' OR c.name IN ('ExitPlanMode', 'update_plan')))
                ORDER BY x.timestamp IS NULL, x.timestamp, x.entry, x.block, x.id
                """,
                [.integer(session)]
            ) { row in
                guard let index = places[row.int(0)] else { return }
                json.object { point(row, index, &$0) }
            }
        }
        json.number("items", order.items.count)
    }

    private static func point(_ row: Statement, _ index: Int, _ json: inout JSONBuffer) {
        let call = row.text(5) + (row.text(6).isEmpty ? "" : ": " + row.text(6))
        let type: String
        var text = row.text(2)
        switch row.text(1) {
        case "prompt", "slash_command": type = "prompt"
        case "compact_summary": type = "compaction"
        case "interruption": type = "interruption"
        case "api_error": type = "error"
        default:
            if !row.isNull(8) {
                (type, text) = ("subagent", row.optionalText(9) ?? call)
            } else if row.text(4) == "error" {
                (type, text) = ("error", row.optionalText(7) ?? call)
            } else if row.text(6).contains("git commit") {
                (type, text) = ("commit", row.text(6))
            } else {
                type = "plan"
            }
        }
        json.number("index", index)
        json.identifier("id", row.int(0))
        json.string("type", type)
        json.string("text", ItemRows.cut(text, 300).text)
        json.time("timestamp", row.optionalTime(3))
        json.identifier("session", row.optionalInt(8))
    }

    // MARK: Finding

    private static func find(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let session = try context.session()
        let limit = Int(try context.parameters.number("limit", or: 100, 1...500))
        guard let text = context.parameters["text"] else { throw .usage("text is missing") }
        let order = try context.site.orders.order(session, context)
        let query = try operating { () throws(OperatorError) in
            try SearchQuery(text) { _, _ in nil }
        }
        guard let expression = query.words.expression else {
            throw .usage("text has no word to find")
        }
        // Rows of a session are near each other: the index is read there, and not for the whole catalog.
        let rows = Set(
            try context.rows(
                "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?",
                [
                    .text(expression), .integer(order.items.lazy.map(\.row).min() ?? 0),
                    .integer(order.items.lazy.map(\.row).max() ?? -1),
                ]
            ) { $0.int(0) }
        )
        let after = try context.parameters["cursor"].map { (text) throws(APIError) in
            Int(clamping: try Cursor(text, "w").numbers(1)[0])
        }
        var places = order.items.indices.filter { rows.contains(order.items[$0].row) }
        let total = places.count
        if let after { places.removeAll { $0 <= after } }
        let shown = places.prefix(limit)
        let found = try context.reading { (catalog) throws(OperatorError) in
            try catalog.snippets(expression, of: shown.map { order.items[$0].row })
        }
        json.array("matches") { json in
            for place in shown {
                let item = order.items[place]
                json.object { json in
                    json.number("index", place)
                    json.identifier("id", item.id)
                    json.string("kind", TranscriptOrder.kinds[safe: Int(item.kind)])
                    MatchRows.snippet(found[item.row] ?? "", &json)
                }
            }
        }
        json.number("total", total)
        let last = places.count > shown.count ? shown.last : nil
        json.string("next", last.map { Cursor("w", [Int64($0)]).text })
    }

    // MARK: One

    private static func item(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let offset = Int(try context.parameters.number("offset", or: 0, 0...(1 << 30)))
        let limit = Int(try context.parameters.number("limit", or: 1 << 20, 1...(1 << 20)))
        var conditions = Conditions("x.id = ?", [.integer(try context.row())])
        conditions.add(context.scope("x.owner"))
        let found = try context.rows(
            "SELECT x.row, x.session, length(CAST(x.text AS BLOB)) FROM messages x \(conditions.sql)",
            conditions.values
        ) { ($0.int(0), $0.optionalInt(1), $0.int(2)) }.first
        guard let found else { throw .missing("there is no such item") }
        var items = ItemRows(textLimit: limit)
        items.offset = offset
        if let session = found.1 { try gather(session, context, &items) }
        try context.forEach(
            "SELECT \(ItemRows.columns) FROM messages x \(ItemRows.joins) WHERE x.row = ? LIMIT 1",
            [.integer(found.0)]
        ) { row in
            var object = JSONBuffer()
            items.write(row, 0, &object)
            json.raw("item", object.bytes)
        }
        let end = items.end
        json.number("next_offset", end < Int(found.2) ? end : Int?.none)
        json.identifier("session", found.1)
        let order = try found.1.map { (session) throws(APIError) in
            try context.site.orders.order(session, context)
        }
        json.number("index", order?.items.firstIndex { $0.row == found.0 })
    }
}

extension Array {
    /// The element; nil outside.
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
