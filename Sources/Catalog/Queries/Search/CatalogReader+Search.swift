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
        if let words = try WordSearch(self, request, parts) {
            let (found, total, next) = try words.page(self)
            return SearchPage(
                hits: try complete(try hits(parts, at: found), parts),
                total: total,
                next: next
            )
        }
        let total = try count(parts)
        var found = try hits(parts, nil, request.limit + 1, request.offset, behind: request.after)
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
        if let words = try WordSearch(self, request, parts) {
            let found = try words.groups(self, few: few)
            var groups: [SearchGroup] = []
            for group in found.groups {
                var shown = SearchGroup(session: group.session, count: group.count)
                shown.hits = try complete(try hits(parts, at: group.places), parts)
                groups.append(shown)
            }
            return (groups, found.sessions, found.total)
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

    /// How many matches there are without the filters.
    package func countWithoutFilters(_ query: SearchQuery) throws(OperatorError) -> Int64 {
        var free = query
        free.filter = RowFilter()
        guard free.words.expression != nil else { return 0 }
        let request = SearchRequest(free)
        let parts = try parts(request)
        if let words = try WordSearch(self, request, parts) { return words.total }
        return try count(parts)
    }

    // MARK: Parts

    private func parts(_ request: SearchRequest) throws(OperatorError) -> SearchParts {
        let query = request.query
        let terms = query.filter.terms
        let isOfCalls =
            query.words.isEmpty && terms.contains { $0.asksCalls }
            && !terms.contains { $0.asksMessages }
        let shape: RowShape = isOfCalls ? .calls : .messages
        return SearchParts(request, try conditions(query.filter, shape), shape)
    }

    private func count(_ parts: SearchParts) throws(OperatorError) -> Int64 {
        let (from, values) = parts.from([])
        return try rows("SELECT COUNT(*) \(from)", values) { $0.int(0) }.first ?? 0
    }

    private struct Found {
        var hit: SearchHit
        var cursor: SearchCursor
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
                hit: SearchHit(row, from: 3),
                cursor: SearchCursor(
                    order: parts.order,
                    score: row.double(2),
                    time: row.int(1),
                    row: row.int(0)
                )
            )
        }
    }

    /// What stands at these places, in their order.
    private func hits(
        _ parts: SearchParts,
        at places: [SearchCursor]
    ) throws(OperatorError) -> [Found] {
        let list = "[" + places.map { String($0.row) }.joined(separator: ",") + "]"
        let pairs = try rows(
            """
            SELECT x.row, \(parts.columns)
            FROM json_each(?) j CROSS JOIN \(parts.shape.table) ON x.row = j.value
            \(Conditions().from(parts.shape, and: [.session, .agent, .call]))
            """,
            [.text(list)]
        ) { ($0.int(0), SearchHit($0, from: 1)) }
        let hits = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        return places.compactMap { place in
            hits[place.row].map { Found(hit: $0, cursor: place) }
        }
    }

    /// Adds what is costly, so only for what is shown: the snippet, and the session's short name.
    private func complete(
        _ found: [Found],
        _ parts: SearchParts
    ) throws(OperatorError) -> [SearchHit] {
        var names: [Int64: (short: String, title: String?)] = [:]
        var hits: [SearchHit] = []
        var snippets: [Int64: String]?
        if let words = parts.expression {
            snippets = try self.snippets(words, of: found.map(\.cursor.row))
        }
        for var hit in found.map({ ($0.hit, $0.cursor.row) }) {
            let row = hit.1
            if let snippets {
                hit.0.snippet = snippets[row] ?? ""
            } else {
                hit.0.snippet = try snippet(parts, row: row)
            }
            if let session = hit.0.session {
                if names[session] == nil { names[session] = try name(ofSession: session) }
                hit.0.short = names[session]?.short
                hit.0.title = names[session]?.title
            }
            hits.append(hit.0)
        }
        return hits
    }

    /// What stands around the words in these messages, by their rows; a word between U+0002 and U+0003.
    ///
    /// Asked for one message alone, the index reads all places of frequent words up to it.
    package func snippets(
        _ expression: String,
        of messages: [Int64]
    ) throws(OperatorError) -> [Int64: String] {
        guard let first = messages.min(), let last = messages.max() else { return [:] }
        let wanted = Set(messages).map(String.init).joined(separator: ",")
        let found = try rows(
            // The plus keeps the index from being asked anew for each.
            """
            SELECT rowid, snippet(words, -1, char(2), char(3), '…', 24) FROM words
            WHERE words MATCH ? AND rowid BETWEEN ? AND ? AND +rowid IN (\(wanted))
            """,
            [.text(expression), .integer(first), .integer(last)]
        ) { ($0.int(0), $0.text(1)) }
        return Dictionary(found) { first, _ in first }
    }

    private func snippet(_ parts: SearchParts, row: Int64) throws(OperatorError) -> String {
        if let fragment = parts.fragment {
            let columns = CallFilter.columns(fragment)
            let texts = try rows(
                "SELECT \(columns.joined(separator: ", ")) FROM tool_usage WHERE row = ?",
                [.integer(row)]
            ) { row in columns.indices.map { row.text($0) } }
            let shown = texts.first?.lazy.compactMap { FragmentSnippet.of($0, fragment.value) }
            if let snippet = shown?.first { return snippet }
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

extension SearchHit {
    /// Reads the columns of `SearchParts.columns`, which begin at `first`.
    fileprivate init(_ row: Statement, from first: Int) {
        self.init(
            id: row.int(first),
            session: row.optionalInt(first + 1),
            sessionID: row.optionalText(first + 2),
            project: row.optionalText(first + 3),
            branch: row.optionalText(first + 4),
            machine: row.optionalText(first + 5),
            tool: row.text(first + 6),
            role: row.text(first + 7),
            kind: row.text(first + 8),
            name: row.optionalText(first + 9),
            model: row.optionalText(first + 10),
            timestamp: row.optionalTime(first + 11),
            call: row.optionalInt(first + 12)
        )
    }
}
