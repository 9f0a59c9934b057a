import Catalog
import Core
import SQL

/// Findings as the API tells them, with what was decided of each.
struct FindingRows {
    let context: RequestContext
    let notes: [Int64: FindingNote]

    init(_ context: RequestContext) throws(APIError) {
        self.context = context
        do throws(OperatorError) {
            notes = try context.site.seams.notebook.findingNotes()
        } catch {
            throw APIError(error)
        }
    }

    /// Writes those that meet the conditions on `f`, newest first, with the places of their items in an order; what is told is the
    /// position of the last where there are more.
    func write(
        _ conditions: Conditions,
        limit: Int64,
        behind cursor: [Int64]? = nil,
        in order: TranscriptOrder? = nil,
        _ json: inout JSONBuffer
    ) throws(APIError) -> [Int64]? {
        var count: Int64 = 0
        var last: [Int64]?
        var hasMore = false
        let places = order?.places ?? [:]
        let newest = NewestRows(time: "f.timestamp", row: "f.id", cursor: cursor)
        try newest.forEach(
            context,
            """
            SELECT f.id, f.kind, f.rule, f.severity, f.confidence, f.masked, f.timestamp,
                f.session, s.title, a.name, o.name, COALESCE(f.message, (
                    SELECT m.id FROM messages m WHERE m.session = c.session
                        AND m.timestamp IS c.timestamp AND m.call = c.id AND m.kind = 'tool_use'
                        AND m.retracted = 0 LIMIT 1)),
                c.id, f.access, f.entry, c.outcome
            FROM findings f LEFT JOIN sessions s ON s.id = f.session
            LEFT JOIN agents a ON a.agent = f.agent LEFT JOIN owners o ON o.owner = f.owner
            LEFT JOIN file_access w ON w.id = f.access
            LEFT JOIN tool_usage c ON c.id = COALESCE(f.call, w.call)
            """,
            conditions,
            limit: limit + 1
        ) { row in
            guard count < limit else {
                hasMore = true
                return
            }
            count += 1
            last = [row.int(6), row.int(0)]
            json.object { json in
                write(row, &json)
                if order != nil {
                    json.number("index", row.optionalInt(11).flatMap { places[$0] })
                }
            }
        }
        return hasMore ? last : nil
    }

    private func write(_ row: Statement, _ json: inout JSONBuffer) {
        json.identifier("id", row.int(0))
        json.string("kind", row.text(1))
        json.string("rule", row.text(2))
        json.string("severity", row.text(3))
        json.string("confidence", row.text(4))
        json.string("masked", row.text(5))
        json.time("timestamp", row.optionalTime(6))
        json.identifier("session", row.optionalInt(7))
        json.string("title", row.optionalText(8))
        json.string("machine", row.optionalText(9))
        json.string("owner", row.optionalText(10))
        json.identifier("item", row.optionalInt(11))
        json.identifier("call", row.optionalInt(12))
        json.identifier("access", row.optionalInt(13))
        json.number("entry", row.int(14))
        json.string("outcome", row.optionalText(15))
        let note = notes[row.int(0)]
        json.string("state", (note?.state ?? .new).rawValue)
        json.string("note", note?.note)
        json.time("state_at", note?.at)
        json.string("state_by", note?.by)
    }
}
