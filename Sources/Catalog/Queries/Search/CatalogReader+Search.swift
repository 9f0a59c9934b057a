import Core
import SQL

extension CatalogReader {
    /// What of the request is found, behind its cursor and its offset, at most its limit.
    ///
    /// - Throws: `.usage` for a cursor of another order.
    package func search(_ request: SearchRequest) throws(OperatorError) -> SearchPage {
        let parts = try parts(request)
        if let cursor = request.after, cursor.order != parts.order {
            throw OperatorError(.usage, "the cursor is of another order than this search")
        }
        let total = try count(parts)
        var found =
            total > request.many && parts.isRankedAlone && request.offset == 0
            ? try hitsBySlice(parts, request)
            : try hits(parts, nil, request.limit + 1, request.offset, behind: request.after)
        var next: SearchCursor?
        if found.count > request.limit {
            found.removeLast()
            next = found.last?.cursor
        }
        return SearchPage(hits: try complete(found, parts), total: total, next: next)
    }

    /// The sessions in which the request finds something, each with up to `few` of its matches.
    ///
    /// Limit and offset count sessions; the result has how many there are, and how many matches.
    package func searchGroups(
        _ request: SearchRequest,
        few: Int
    ) throws(OperatorError) -> (groups: [SearchGroup], sessions: Int64, total: Int64) {
        let parts = try parts(request)
        if parts.isRankedAlone, try count(parts) > request.many {
            return try frequentGroups(request, few)
        }
        let (from, values) = parts.from([])
        let best =
            switch parts.order {
            case .rank: "MIN(score)"
            case .newest: "-MAX(time)"
            case .oldest: "MIN(time)"
            }
        let found = """
            WITH found AS MATERIALIZED (
                SELECT x.session AS session, \(parts.score) AS score, x.timestamp AS time \(from)
            )
            """
        var groups = try rows(
            """
            \(found) SELECT session, COUNT(*) FROM found
            GROUP BY session ORDER BY \(best), session LIMIT ? OFFSET ?
            """,
            values + [.integer(Int64(request.limit)), .integer(Int64(request.offset))]
        ) { SearchGroup(session: $0.optionalInt(0), count: $0.int(1)) }
        let counts = try rows(
            "\(found) SELECT COUNT(*), COUNT(DISTINCT COALESCE(session, 0)) FROM found",
            values
        ) { ($0.int(0), $0.int(1)) }
        for index in groups.indices {
            let session = SQLValue(groups[index].session)
            let hits = try hits(parts, Conditions("x.session IS ?", [session]), few, 0)
            groups[index].hits = try complete(hits, parts)
        }
        return (groups, counts.first?.1 ?? 0, counts.first?.0 ?? 0)
    }

    /// The same of what stands in very many messages, newest first: nothing is ranked, and of messages the index by
    /// session alone is read.
    private func frequentGroups(
        _ request: SearchRequest,
        _ few: Int
    ) throws(OperatorError) -> (groups: [SearchGroup], sessions: Int64, total: Int64) {
        var newest = request
        newest.order = .newest
        var parts = try parts(newest)
        let last = try rows("SELECT MAX(row) FROM messages") { $0.int(0) }.first ?? 0
        var isMatch = [UInt64](repeating: 0, count: Int(last / 64 + 1))
        try forEach(
            "SELECT rowid FROM words WHERE words MATCH ?",
            [.text(parts.expression ?? "")]
        ) { row in
            let place = Int(row.int(0))
            if place <= Int(last) { isMatch[place / 64] |= 1 << UInt64(place % 64) }
        }
        struct Group {
            var session: Int64?
            var count: Int64 = 0
            var newest = Int64.min
            var rows: ClosedRange<Int64>
        }
        var groups: [Group] = []
        var total: Int64 = 0
        try forEach(
            "SELECT session, timestamp, row FROM messages INDEXED BY messages_by_session"
        ) { row in
            let place = row.int(2)
            guard place <= last, isMatch[Int(place) / 64] >> UInt64(place % 64) & 1 == 1 else {
                return
            }
            let session = row.optionalInt(0)
            if groups.isEmpty || groups[groups.count - 1].session != session {
                groups.append(Group(session: session, rows: place...place))
            }
            let index = groups.count - 1
            let known = groups[index].rows
            groups[index].rows = min(known.lowerBound, place)...max(known.upperBound, place)
            groups[index].count += 1
            groups[index].newest = max(groups[index].newest, row.optionalInt(1) ?? .min)
            total += 1
        }
        let sessions = Int64(groups.count)
        groups.sort { ($1.newest, $0.session ?? 0) < ($0.newest, $1.session ?? 0) }
        var found: [SearchGroup] = []
        for group in groups.dropFirst(request.offset).prefix(request.limit) {
            parts.rows = group.rows
            let only = Conditions("x.session IS ?", [SQLValue(group.session)])
            let hits = try hits(parts, only, few, 0)
            var shown = SearchGroup(session: group.session, count: group.count)
            shown.hits = try complete(hits, parts)
            found.append(shown)
        }
        return (found, sessions, total)
    }

    /// How many matches there are without the filters.
    package func countWithoutFilters(_ query: SearchQuery) throws(OperatorError) -> Int64 {
        var free = query
        free.filter = RowFilter()
        guard free.words.expression != nil else { return 0 }
        return try count(try parts(SearchRequest(free)))
    }

    // MARK: Parts

    private func parts(_ request: SearchRequest) throws(OperatorError) -> SearchParts {
        let query = request.query
        let terms = query.filter.terms
        let isOfCalls =
            query.words.isEmpty && terms.contains { $0.asksCalls }
            && !terms.contains { $0.asksMessages }
        let shape: RowShape = isOfCalls ? .calls : .messages
        let retracted = try rows("SELECT 1 FROM retractions LIMIT 1", []) { _ in true }
        return SearchParts(
            request,
            try conditions(query.filter, shape),
            shape,
            hasRetractions: !retracted.isEmpty
        )
    }

    private func count(_ parts: SearchParts) throws(OperatorError) -> Int64 {
        if parts.isOfIndexAlone, let expression = parts.expression {
            return try rows(
                "SELECT COUNT(*) FROM words WHERE words MATCH ?",
                [.text(expression)]
            ) { $0.int(0) }.first ?? 0
        }
        let (from, values) = parts.from([])
        return try rows("SELECT COUNT(*) \(from)", values) { $0.int(0) }.first ?? 0
    }

    private struct Found {
        var hit: SearchHit
        var cursor: SearchCursor
    }

    /// The best of the newest messages, then those of the ones before them: what is in every third message need not
    /// all be compared.
    private func hitsBySlice(
        _ parts: SearchParts,
        _ request: SearchRequest
    ) throws(OperatorError) -> [Found] {
        let last = try rows("SELECT MAX(row) FROM messages") { $0.int(0) }.first ?? 0
        let limit = request.limit + 1
        var slice = (request.after?.row ?? last) / request.slice
        var behind = request.after
        var found: [Found] = []
        while found.count < limit, slice >= 0 {
            let first = slice * request.slice
            var part = parts
            part.rows = first...(first + request.slice - 1)
            found += try hits(part, nil, limit - found.count, 0, behind: behind)
            behind = nil
            slice -= 1
        }
        return found
    }

    private func hits(
        _ parts: SearchParts,
        _ extra: Conditions?,
        _ limit: Int,
        _ offset: Int,
        behind cursor: SearchCursor? = nil
    ) throws(OperatorError) -> [Found] {
        let (found, values) = parts.found(behind: cursor, extra)
        // What is shown is looked up for few rows only.
        return try rows(
            """
            SELECT f.place, f.time, f.score, \(parts.columns)
            FROM (\(found)) f
            JOIN \(parts.shape.table) ON x.row = f.place
            \(Conditions().from(parts.shape, and: [.session, .agent, .call]))
            ORDER BY \(parts.foundOrdering)
            """,
            values + [.integer(Int64(limit)), .integer(Int64(offset))]
        ) { row in
            Found(
                hit: SearchHit(
                    id: row.int(3),
                    session: row.optionalInt(4),
                    sessionID: row.optionalText(5),
                    project: row.optionalText(6),
                    branch: row.optionalText(7),
                    machine: row.optionalText(8),
                    tool: row.text(9),
                    role: row.text(10),
                    kind: row.text(11),
                    name: row.optionalText(12),
                    model: row.optionalText(13),
                    timestamp: row.optionalTime(14),
                    call: row.optionalInt(15)
                ),
                cursor: SearchCursor(
                    order: parts.order,
                    score: row.double(2),
                    time: row.int(1),
                    row: row.int(0)
                )
            )
        }
    }

    /// Adds what is costly, so only for what is shown: the snippet, and the session's short name.
    private func complete(
        _ found: [Found],
        _ parts: SearchParts
    ) throws(OperatorError) -> [SearchHit] {
        var names: [Int64: (short: String, title: String?)] = [:]
        var hits: [SearchHit] = []
        for var hit in found.map({ ($0.hit, $0.cursor.row) }) {
            hit.0.snippet = try snippet(parts, row: hit.1)
            if let session = hit.0.session {
                if names[session] == nil { names[session] = try name(ofSession: session) }
                hit.0.short = names[session]?.short
                hit.0.title = names[session]?.title
            }
            hits.append(hit.0)
        }
        return hits
    }

    private func snippet(_ parts: SearchParts, row: Int64) throws(OperatorError) -> String {
        if let index = parts.index?.rawValue, let expression = parts.expression {
            return try rows(
                """
                SELECT snippet(\(index), -1, char(2), char(3), '…', \(parts.snippetTokens))
                FROM \(index) WHERE \(index) MATCH ? AND rowid = ?
                """,
                [.text(expression), .integer(row)]
            ) { $0.text(0) }.first ?? ""
        }
        let text =
            parts.shape == .calls
            ? "COALESCE(command, file_path, query, target_directory, '')" : "substr(text, 1, 300)"
        let table = parts.shape == .calls ? "tool_usage" : "messages"
        return try rows("SELECT \(text) FROM \(table) WHERE row = ?", [.integer(row)]) {
            $0.text(0)
        }.first ?? ""
    }
}
