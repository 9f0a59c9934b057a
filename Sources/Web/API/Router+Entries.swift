import Archive
import Catalog
import Core
import Platform
import SQL
import TLS

/// Records: as they arrived, and where each is from.
extension Router {
    static var entryRoutes: [Route] {
        [
            .get(
                "/api/entries",
                .viewerOwn,
                Parameters.query.union(Parameters.page).union(["after"]),
                .catalog,
                entries
            ),
            .get("/api/entries/{seq}", .viewerOwn, [], .catalog, entry),
            Route("GET", "/api/entries/{seq}/raw", .viewerOwn, [], .live, answer: raw),
        ]
    }

    /// Records that one page looks at when a filter lets few through.
    private static let looked = 1000
    /// Of them, those that are looked at together: few pages need all.
    private static let lookedAtOnce = 200

    private static func entries(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let query = try context.query()
        let limit = Int(try context.parameters.number("limit", or: 100, 1...500))
        let head = context.head
        let position = try context.position("after")
        let isForward = position != nil
        let isReset = position?.series.map { $0 != head.series } ?? false
        let isFiltered = !query.filter.isEmpty || !query.words.isEmpty
        let range: ClosedRange<Int64>?
        if let position {
            range = position.seq < head.seq && !isReset ? position.seq + 1...head.seq : nil
        } else {
            let end =
                try context.parameters["cursor"].map { (text) throws(APIError) in
                    try Cursor(text, "e\(head.series)").numbers(1)[0] - 1
                } ?? head.seq
            range = end > 0 ? 1...end : nil
        }
        var page = EntryRows.Page(last: isForward ? head.seq : 1)
        if let range {
            page = try context.reading { (catalog) throws(OperatorError) in
                isFiltered
                    ? try filtered(catalog, query, range, limit, isForward)
                    : try EntryRows.read(
                        catalog,
                        query,
                        range,
                        limit: limit,
                        isNewestFirst: !isForward
                    )
            }
        }
        if page.entries.count > limit {
            page.entries.removeLast(page.entries.count - limit)
            page.last = page.entries.last?.seq ?? page.last
        }
        json.array("entries") { json in for entry in page.entries { json.raw(nil, entry.json) } }
        if isForward {
            let last = StreamPosition(series: head.series, seq: page.last)
            json.string("next", page.last < head.seq ? last.text : nil)
            json.string("position", last.text)
        } else {
            let cursor = Cursor("e\(head.series)", [page.last])
            json.string("next", page.last > 1 ? cursor.text : nil)
            json.string("position", head.position.text)
        }
        json.bool("reset", isReset)
        json.number("head", head.seq)
        json.number("rev", context.head.rev)
    }

    /// Looks on until the page is full, or enough was looked at.
    private static func filtered(
        _ catalog: CatalogReader,
        _ query: SearchQuery,
        _ range: ClosedRange<Int64>,
        _ limit: Int,
        _ isForward: Bool
    ) throws(OperatorError) -> EntryRows.Page {
        var page = EntryRows.Page(last: isForward ? range.lowerBound - 1 : range.upperBound + 1)
        var left = looked
        while page.entries.count < limit, left > 0 {
            let rest =
                isForward
                ? (page.last + 1, range.upperBound) : (range.lowerBound, page.last - 1)
            guard rest.0 <= rest.1 else { break }
            let part = try EntryRows.read(
                catalog,
                query,
                rest.0...rest.1,
                limit: min(left, lookedAtOnce),
                isNewestFirst: !isForward
            )
            page.entries += part.entries
            page.last = part.last
            left -= lookedAtOnce
        }
        return page
    }

    // MARK: One record

    /// Where a record stands.
    private struct Place {
        var stream: StreamID
        var offset: UInt64
        var length: UInt64
    }

    private static func place(_ context: RequestContext) throws(APIError) -> Place {
        var conditions = Conditions("e.seq = ?", [.integer(try context.row("seq"))])
        conditions.add(context.scope("e.owner"))
        let found = try context.rows(
            """
            SELECT f.file, f.generation, e.offset, e.length
            FROM entries e JOIN files f ON f.id = e.file \(conditions.sql)
            """,
            conditions.values
        ) { row -> Place? in
            FileID(row.uint64(0)).map {
                let generation = Generation(truncatingIfNeeded: row.int(1))
                return Place(
                    stream: StreamID(file: $0, generation: generation),
                    offset: row.uint64(2),
                    length: row.uint64(3)
                )
            }
        }
        guard let place = found.first ?? nil else { throw .missing("there is no such record") }
        return place
    }

    /// Bytes of a record that are shown.
    private static let shown: UInt64 = 1 << 20

    private static func entry(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let place = try place(context)
        let seq = try context.row("seq")
        let object = try ArchivedObject(place.stream, storage: context.site.options.storage)
        var hasher = SHA256Hasher()
        var raw: [UInt8] = []
        try object.read(place.offset, place.length) { bytes in
            hasher.update(bytes)
            let wanted = Int(shown) - raw.count
            if wanted > 0 { raw += bytes.prefix(wanted) }
        }
        let digest = hasher.finalize()
        try context.forEach(
            """
            SELECT e.seq, e.id, e.kind, e.status, e.reason, e.timestamp, e.received, e.uuid,
                e.parent, e.session, e.sidechain, a.name, a.identity, o.name, f.source, f.path,
                f.file, f.generation, e.offset, e.length, f.digest_state, f.deleted
            FROM entries e JOIN files f ON f.id = e.file
            LEFT JOIN agents a ON a.agent = e.agent LEFT JOIN owners o ON o.owner = e.owner
            WHERE e.seq = ?
            """,
            [.integer(seq)]
        ) { describe($0, digest, &json) }
        try copies(context, seq, &json)
        json.string("raw", String(decoding: raw, as: UTF8.self))
        json.bool("raw_truncated", place.length > shown)
    }

    private static func describe(_ row: Statement, _ digest: Digest, _ json: inout JSONBuffer) {
        json.object("entry") { json in
            json.number("seq", row.int(0))
            json.identifier("id", row.int(1))
            json.string("kind", row.text(2))
            json.string("status", row.text(3))
            json.string("reason", row.optionalText(4))
            json.time("timestamp", row.optionalTime(5))
            json.time("received", row.optionalTime(6))
            json.string("uuid", row.optionalText(7))
            json.string("parent", row.optionalText(8))
            json.identifier("session", row.optionalInt(9))
            json.bool("sidechain", row.bool(10))
        }
        json.object("provenance") { json in
            json.string("machine", row.optionalText(11))
            json.string("agent", row.optionalText(12))
            json.string("owner", row.optionalText(13))
            json.string("source", row.text(14))
            json.string("path", row.text(15))
            json.identifier("file", row.int(16))
            json.number("generation", row.int(17))
            json.number("offset", row.int(18))
            json.number("length", row.int(19))
            json.string("sha256", digest.description)
            json.string("file_digest", row.text(20))
            json.bool("deleted", row.bool(21))
        }
    }

    /// The same event in other places, which are its owner's too.
    private static func copies(
        _ context: RequestContext,
        _ seq: Int64,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        try json.array("copies") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT c.seq, a.name, f.path, c.offset, c.length
                FROM entries e JOIN entries c ON c.event = e.event AND c.owner = e.owner
                JOIN files f ON f.id = c.file LEFT JOIN agents a ON a.agent = c.agent
                WHERE e.seq = ?1 AND c.seq <> ?1 ORDER BY c.seq LIMIT 100
                """,
                [.integer(seq)]
            ) { row in
                json.object { json in
                    json.number("seq", row.int(0))
                    json.string("machine", row.optionalText(1))
                    json.string("path", row.text(2))
                    json.number("offset", row.int(3))
                    json.number("length", row.int(4))
                }
            }
        }
    }

    private static func raw(_ context: RequestContext) throws(APIError) -> HTTPResponse {
        let place = try place(context)
        let object = try ArchivedObject(place.stream, storage: context.site.options.storage)
        return HTTPResponse(
            200,
            [
                ("Content-Type", "application/octet-stream"), SecurityHeaders.sandbox,
                (
                    "Content-Disposition",
                    "attachment; filename=\"record-\(context.segment("seq"))\""
                ),
            ],
            try object.body(place.offset, place.length)
        )
    }
}
