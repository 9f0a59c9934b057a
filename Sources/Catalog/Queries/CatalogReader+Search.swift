import Core
import SQL

extension CatalogReader {
    /// What of the request is found, from its offset on, at most its limit.
    package func search(_ request: SearchRequest) throws(OperatorError) -> SearchPage {
        let parts = SearchParts(request)
        let total = try rows("SELECT COUNT(*) \(parts.from)", parts.values) { $0.int(0) }
        let found = try rows(
            """
            SELECT x.row, x.id, x.session, s.session, s.title, s.project, a.name, x.tool,
                \(parts.kind), x.model, x.timestamp
            \(parts.from) ORDER BY \(parts.order) LIMIT ? OFFSET ?
            """,
            parts.values + [.integer(Int64(request.limit)), .integer(Int64(request.offset))]
        ) { row in
            (
                row.int(0),
                SearchHit(
                    id: row.int(1),
                    session: row.optionalInt(2),
                    sessionID: row.optionalText(3),
                    title: row.optionalText(4),
                    project: row.optionalText(5),
                    machine: row.optionalText(6),
                    tool: row.text(7),
                    kind: row.text(8),
                    model: row.optionalText(9),
                    timestamp: row.optionalTime(10)
                )
            )
        }
        // Snippets are costly: only for what is shown.
        var hits: [SearchHit] = []
        for (place, hit) in found {
            var hit = hit
            hit.snippet =
                try rows(
                    """
                    SELECT snippet(\(parts.index), -1, char(2), char(3), '…', \(parts.snippetTokens))
                    FROM \(parts.index) WHERE \(parts.index) MATCH ? AND rowid = ?
                    """,
                    [.text(parts.expression), .integer(place)]
                ) { $0.text(0) }.first ?? ""
            hits.append(hit)
        }
        return SearchPage(hits: hits, total: total.first ?? 0)
    }
}
