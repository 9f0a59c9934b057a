import Archive
import Catalog
import Core
import SQL
import Transcripts

/// Tool calls with what they did, attachments, and exports.
extension Router {
    static var callRoutes: [Route] {
        [
            .get(
                "/api/sessions/{id}/calls",
                .viewerOwn,
                Parameters.query.union(Parameters.page),
                .catalog,
                calls
            ),
            .get("/api/calls/{id}", .viewerOwn, [], .catalog, call),
            Route("GET", "/api/attachments/{id}", .viewerOwn, [], .live, answer: attachment),
            Route(
                "GET",
                "/api/sessions/{id}/export",
                .viewerOwn,
                ["format", "subagents", "secrets", "file"],
                .live,
                answer: export
            ),
        ]
    }

    // MARK: Lists

    private static func calls(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let id = try context.session()
        let filter = try context.filter()
        let limit = try context.parameters.number("limit", or: 100, 1...500)
        var conditions = try context.reading { (catalog) throws(OperatorError) in
            try catalog.conditions(filter, .calls)
        }
        conditions.add("x.session = ? AND x.name IS NOT NULL", [.integer(id)])
        json.number(
            "total",
            try context.count(
                "SELECT COUNT(*) FROM tool_usage x \(conditions.from(.calls)) \(conditions.sql)",
                conditions.values
            )
        )
        if let text = context.parameters["cursor"] {
            let last = try Cursor(text, "c").numbers(2)
            conditions.add(
                "(COALESCE(x.timestamp, 0), x.row) > (?, ?)",
                last.map { .integer($0) }
            )
        }
        let rows = try callRows(
            context,
            conditions,
            "COALESCE(x.timestamp, 0), x.row",
            limit + 1
        )
        let shown = rows.prefix(Int(limit))
        json.array("calls") { json in for row in shown { json.raw(nil, row.json) } }
        let last = rows.count > shown.count ? shown.last : nil
        json.string("next", last.map { Cursor("c", [$0.time, $0.row]).text })
    }

    /// Calls as JSON, with what they are ordered by.
    static func callRows(
        _ context: RequestContext,
        _ conditions: Conditions,
        _ order: String,
        _ limit: Int64
    ) throws(APIError) -> [(json: [UInt8], time: Int64, row: Int64)] {
        let columns = CallRow.columns.replacing("c.", with: "x.")
        return try context.rows(
            """
            SELECT x.row, x.timestamp, \(columns),
                (SELECT n.id FROM sessions n WHERE n.parent = x.session
                    AND n.lineage = 'subagent' AND n.parent_call = x.call LIMIT 1)
            FROM tool_usage x \(conditions.from(.calls)) \(conditions.sql)
            ORDER BY \(order) LIMIT ?
            """,
            conditions.values + [.integer(limit)]
        ) { row in
            var json = JSONBuffer(capacity: 600)
            let subagent = row.optionalInt(2 + CallRow.count)
            let known = subagent.flatMap { id in row.optionalText(3).map { [$0: id] } } ?? [:]
            CallRow.write(nil, row, 2, known, &json)
            return (json.bytes, row.int(1), row.int(0))
        }
    }

    // MARK: One

    /// Bytes of input and output that are told.
    private static let shown = 256 << 10

    private static func call(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let id = try context.row()
        var conditions = Conditions("x.id = ?", [.integer(id)])
        conditions.add(context.scope("x.owner"))
        guard let found = try callRows(context, conditions, "x.row", 1).first else {
            throw .missing("there is no such call")
        }
        json.raw("call", found.json)
        var texts: [String: String] = [:]
        try context.forEach(
            """
            SELECT x.kind, x.text FROM tool_usage c JOIN messages x ON x.session IS c.session
                AND x.call = c.id AND x.retracted = 0
            WHERE c.id = ? AND x.kind IN ('tool_use', 'tool_result') ORDER BY x.block DESC
            """,
            [.integer(id)]
        ) { texts[$0.text(0)] = $0.text(1) }
        let (input, isInputCut) = ItemRows.cut(texts["tool_use"] ?? "", shown)
        let (output, isOutputCut) = ItemRows.cut(texts["tool_result"] ?? "", shown)
        json.string("input", input)
        json.bool("input_truncated", isInputCut)
        json.string("output", output)
        json.bool("output_truncated", isOutputCut)
        let diffs = try diffs(context, id, texts["tool_use"] ?? "")
        json.array("diffs") { json in for diff in diffs { json.object { diff.write(&$0) } } }
        try accesses(context, id, &json)
        try json.array("findings") { (json) throws(APIError) in
            let conditions = Conditions("f.call = ?", [.integer(id)])
            _ = try FindingRows(context).write(conditions, limit: 200, &json)
        }
    }

    private static func accesses(
        _ context: RequestContext,
        _ id: Int64,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        try json.array("files") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT f.path, f.operation, f.size, f.lines_added, f.lines_removed, f.range
                FROM tool_usage c JOIN file_access f ON f.session IS c.session AND f.call = c.id
                WHERE c.id = ? ORDER BY f.id LIMIT 500
                """,
                [.integer(id)]
            ) { row in
                json.object { json in
                    json.string("path", row.text(0))
                    json.string("operation", row.text(1))
                    json.number("size", row.optionalInt(2))
                    json.number("lines_added", row.optionalInt(3))
                    json.number("lines_removed", row.optionalInt(4))
                    json.string("range", row.optionalText(5))
                }
            }
        }
    }

    /// What the result says that changed, or else what the input asked for; nothing of a call that failed.
    private static func diffs(
        _ context: RequestContext,
        _ id: Int64,
        _ input: String
    ) throws(APIError) -> [CallDiff] {
        let facts = try context.rows(
            """
            SELECT c.category, c.outcome, c.file_path, f.file, f.generation, e.offset, e.length,
                EXISTS (SELECT 1 FROM file_access a WHERE a.session IS c.session
                    AND a.call = c.id AND a.operation IN ('edit', 'write', 'delete'))
            FROM tool_usage c LEFT JOIN entries e
                ON e.seq = COALESCE(c.result_content_entry, c.result_entry)
            LEFT JOIN files f ON f.id = e.file WHERE c.id = ?
            """,
            [.integer(id)]
        ) { row in
            (
                path: row.optionalText(2), place: recordPlace(row, 3),
                isChange: row.bool(7) && row.optionalText(1) != "error"
            )
        }.first
        guard let facts, facts.isChange else { return [] }
        if let (stream, offset, length) = facts.place, length <= 4 << 20,
            let record = try? record(context, stream, offset, length),
            let tree = JSONTree(record), let diffs = CallDiff.result(tree)
        {
            return diffs
        }
        return CallDiff.input(input, path: facts.path)
    }

    /// Where a record stands, of four columns: file, generation, offset, length.
    private static func recordPlace(
        _ row: Statement,
        _ first: Int
    ) -> (stream: StreamID, offset: UInt64, length: UInt64)? {
        guard !row.isNull(first), let file = FileID(row.uint64(first)) else { return nil }
        let generation = Generation(truncatingIfNeeded: row.int(first + 1))
        return (
            StreamID(file: file, generation: generation), row.uint64(first + 2),
            row.uint64(first + 3)
        )
    }

    private static func record(
        _ context: RequestContext,
        _ stream: StreamID,
        _ offset: UInt64,
        _ length: UInt64
    ) throws(APIError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(length))
        let object = try ArchivedObject(stream, storage: context.site.options.storage)
        try object.read(offset, length) { bytes += $0 }
        return bytes
    }

    // MARK: Attachments

    private static func attachment(_ context: RequestContext) throws(APIError) -> HTTPResponse {
        var conditions = Conditions("t.id = ?", [.integer(try context.row())])
        conditions.add(context.scope("t.owner"))
        let found = try context.rows(
            """
            SELECT f.file, f.generation, t.offset, t.length, t.hash, t.media_type
            FROM attachments t JOIN files f ON f.id = t.file \(conditions.sql)
            """,
            conditions.values
        ) { (recordPlace($0, 0), $0.optionalInt(4), $0.optionalText(5)) }.first
        guard let found, let place = found.0 else {
            throw .missing("there is no such attachment")
        }
        guard let hash = found.1 else {
            throw .missing("the record only names this; it does not hold it")
        }
        guard place.length <= RecordContent.limit else { throw .large }
        let record = try record(context, place.stream, place.offset, place.length)
        guard
            let bytes = RecordContent.attachment(record, hash: UInt64(bitPattern: hash))
        else { throw .missing("the record holds this no more") }
        let isShown = MediaType.isShown(found.2)
        let name = "attachment-\(context.segment("id"))"
        return HTTPResponse(
            200,
            [
                ("Content-Type", isShown ? found.2 ?? "" : "application/octet-stream"),
                SecurityHeaders.sandbox,
                (
                    "Content-Disposition",
                    (isShown ? "inline" : "attachment") + "; filename=\"\(name)\""
                ),
                ("Cache-Control", "private, max-age=3600, immutable"),
            ],
            .bytes(bytes)
        )
    }

    // MARK: Exports

    /// Bytes of a document that is made in memory.
    private static let documentLimit = 128 << 20

    private static func export(_ context: RequestContext) throws(APIError) -> HTTPResponse {
        let id = try context.session()
        let parameters = context.parameters
        guard parameters["format"] != nil else {
            throw .usage("format is one of md, html, json, original")
        }
        let format = try parameters.choice("format", or: ExportRequest.Format.md)
        let withSecrets = try parameters.flag("secrets") ?? false
        let isWhole = withSecrets || format == .json || format == .original
        guard !isWhole || context.identity.role != .viewer else {
            throw .forbidden(
                "this holds secrets as they were written",
                remedy: "format=md or html mask them; the rest is for admins."
            )
        }
        let session = try context.reading { (catalog) throws(OperatorError) in
            try catalog.session(matching: CatalogReader.hex(id))
        }
        if format == .original { return try original(context, session) }
        let request = ExportRequest(
            session: session,
            format: format,
            withSubagents: try parameters.flag("subagents") ?? false,
            withSecrets: withSecrets,
            zone: try parameters.zone()
        )
        var bytes: [UInt8] = []
        try context.reading { (catalog) throws(OperatorError) in
            try context.site.seams.documents.export(request, catalog) { text in
                bytes += text.utf8
                return bytes.count <= documentLimit
            }
        }
        guard bytes.count <= documentLimit else {
            throw APIError(
                413,
                "large",
                "this document is larger than 128 MiB",
                remedy: "tailship-receiver export writes it to a file."
            )
        }
        let types: [ExportRequest.Format: String] = [
            .md: "text/markdown; charset=utf-8", .html: "text/html; charset=utf-8",
            .json: "application/json",
        ]
        let name = "\(session.short).\(format.rawValue)"
        return HTTPResponse(
            200,
            [
                ("Content-Type", types[format] ?? "application/octet-stream"),
                SecurityHeaders.sandbox, ("Content-Disposition", disposition(name)),
            ],
            .bytes(bytes)
        )
    }

    private static func original(
        _ context: RequestContext,
        _ session: SessionSummary
    ) throws(APIError) -> HTTPResponse {
        let files = try context.reading { (catalog) throws(OperatorError) in
            try catalog.files(ofSession: session.id)
        }
        func name(_ file: ArchivedFile) -> String {
            "\(Hex.encode(file.stream.file.rawValue)).\(file.stream.generation)"
        }
        let wanted = context.parameters["file"]
        let found = wanted.map { wanted in files.filter { name($0) == wanted } } ?? files
        guard let file = found.first else { throw .missing("the archive has no such file") }
        guard found.count == 1 else {
            throw APIError(
                409,
                "conflict",
                "this session stands in \(found.count) files: "
                    + found.prefix(20).map { "\(name($0)) \($0.path)" }.joined(separator: ", "),
                remedy: "file=… says which."
            )
        }
        let object = try ArchivedObject(file.stream, storage: context.site.options.storage)
        let last = file.path.split(separator: "/").last.map { String($0) } ?? "original"
        return HTTPResponse(
            200,
            [
                ("Content-Type", "application/octet-stream"), SecurityHeaders.sandbox,
                ("Content-Disposition", disposition(last)),
            ],
            try object.body(0, file.held)
        )
    }

    /// A download under a name, of which only plain letters are kept.
    private static func disposition(_ name: String) -> String {
        let plain = name.unicodeScalars.filter {
            $0.isASCII
                && ($0.properties.isAlphabetic || "0123456789.-_".unicodeScalars.contains($0))
        }
        return "attachment; filename=\"\(String(String.UnicodeScalarView(plain)))\""
    }
}
