import Catalog
import Core
import SQL

/// What a route works with: the request, who asks, and the catalog.
struct RequestContext: Sendable {
    let request: HTTPRequest
    /// The values of the route's placeholders.
    let path: [String: String]
    let parameters: Parameters
    let identity: Identity
    /// Whether it is known who asks.
    let isKnown: Bool
    let now: WallTime
    let site: Site
    /// Unsafe because a reader belongs to one thread: the context is made on the reader's and used there only; nil
    /// where nothing is read.
    nonisolated(unsafe) let reader: CatalogReader?
    /// The catalog's state before anything was read.
    let head: CatalogHead

    /// The catalog.
    var catalog: CatalogReader {
        get throws(APIError) {
            guard let reader else { throw APIError(500, "internal", "nothing can be read here") }
            return reader
        }
    }

    /// The value of a placeholder.
    func segment(_ name: String) -> String { path[name] ?? "" }

    /// Reads, with errors as the API tells them.
    func reading<Value>(
        _ body: (CatalogReader) throws(OperatorError) -> Value
    ) throws(APIError) -> Value {
        let catalog = try catalog
        do throws(OperatorError) { return try body(catalog) } catch { throw APIError(error) }
    }

    func rows<Value>(
        _ sql: String,
        _ values: [SQLValue] = [],
        _ make: (Statement) -> Value
    ) throws(APIError) -> [Value] {
        try reading { (catalog) throws(OperatorError) in try catalog.rows(sql, values, make) }
    }

    func forEach(
        _ sql: String,
        _ values: [SQLValue] = [],
        _ body: (Statement) -> Void
    ) throws(APIError) {
        try reading { (catalog) throws(OperatorError) in try catalog.forEach(sql, values, body) }
    }

    /// Gives each row that the question finds in a session to `body`.
    func forEach(
        _ question: SessionQuestion,
        _ filter: RowFilter,
        _ body: (SessionRow) -> Void
    ) throws(APIError) {
        try reading { (catalog) throws(OperatorError) in
            try catalog.forEach(question, filter, body)
        }
    }

    /// The first row's first column; 0 without one.
    func count(_ sql: String, _ values: [SQLValue] = []) throws(APIError) -> Int64 {
        try rows(sql, values) { $0.int(0) }.first ?? 0
    }

    // MARK: What may be seen

    /// What the parameters ask, restricted to what may be seen.
    func query() throws(APIError) -> SearchQuery { try restricted(try parameters.query()) }

    func restricted(_ query: SearchQuery) throws(APIError) -> SearchQuery {
        var query = query
        for index in query.filter.terms.indices
        where query.filter.terms[index].field == .session {
            let id = try session(query.filter.terms[index].value)
            query.filter.terms[index].value = CatalogReader.hex(id)
        }
        if let owner = identity.scope {
            query.filter.terms.append(FilterTerm(.owner, FilterTerm.exactly(owner)))
        }
        return query
    }

    /// The same of a list that words ask nothing of.
    func filter() throws(APIError) -> RowFilter {
        let query = try query()
        guard query.words.isEmpty else {
            throw .usage("words are for searches; here only fields filter")
        }
        return query.filter
    }

    /// The same with a time: the last 30 days unless it is told.
    func span() throws(APIError) -> RowFilter {
        var filter = try filter()
        if filter.span.since == nil {
            let zone = try parameters.zone()
            filter.span.since = zone.start(ofDay: zone.day(of: filter.span.until ?? now) - 29)
        }
        if filter.span.until == nil { filter.span.until = now + .seconds(1) }
        return filter
    }

    /// A condition that the column is the number of the owner that everything is restricted to.
    func scope(_ column: String) -> Conditions {
        guard let owner = identity.scope else { return Conditions() }
        return Conditions(
            "\(column) = (SELECT owner FROM owners WHERE name = ?)",
            [.text(owner)]
        )
    }

    /// Whether what is set for an owner may be seen; what is set for nobody in particular may.
    func maySee(_ scope: [String: String]) -> Bool {
        guard let owner = identity.scope, let other = scope["owner"] else { return true }
        return owner == other
    }

    /// The agents that may be seen.
    func agents(_ facts: ReceiverFacts) -> [AgentFacts] {
        facts.agents.filter { agent in identity.scope.map { $0 == agent.owner } ?? true }
    }

    /// The session that the text is a unique beginning of, among those that may be seen.
    ///
    /// - Throws: 404; other people's sessions are as if they were not there.
    func session(_ text: String) throws(APIError) -> Int64 {
        let scope = scope("owner")
        func find(_ condition: String, _ values: [SQLValue]) throws(APIError) -> [Int64] {
            var conditions = Conditions(condition, values)
            conditions.add(scope)
            return try rows(
                "SELECT id FROM sessions \(conditions.sql) ORDER BY lineage IS 'subagent' LIMIT 2",
                conditions.values
            ) { $0.int(0) }
        }
        if text.utf8.count == 16, let number = UInt64(text, radix: 16) {
            let found = try find("id = ?", [.integer(Int64(bitPattern: number))])
            if let id = found.first { return id }
        }
        let exact = try find("session = ?", [.text(text)])
        if let id = exact.first { return id }
        guard text.utf8.count >= 4 else { throw RequestContext.noSession(text) }
        let beginning = "session >= ?1 AND session < ?1 || char(1114111)"
        let main = try find(beginning + " AND lineage IS NOT 'subagent'", [.text(text)])
        let found = main.isEmpty ? try find(beginning, [.text(text)]) : main
        guard let id = found.first else { throw RequestContext.noSession(text) }
        guard found.count == 1 else {
            throw APIError(
                409,
                "conflict",
                "several sessions begin with \(TerminalText.line(text))",
                remedy: "Give more of it."
            )
        }
        return id
    }

    /// The session in the path.
    func session() throws(APIError) -> Int64 { try session(segment("id")) }

    private static func noSession(_ text: String) -> APIError {
        .missing(
            "no session begins with \(TerminalText.line(text))",
            remedy: "GET /api/sessions lists them."
        )
    }

    /// A place in the stream; nil without the parameter.
    func position(_ name: String) throws(APIError) -> StreamPosition? {
        guard let text = parameters[name] else { return nil }
        guard let position = StreamPosition(text) else {
            throw .usage("\(name) is the id of an event, or a seq")
        }
        return position
    }

    /// The row in the path, of sixteen hexadecimal digits, or of decimal digits for a `seq`.
    func row(_ name: String = "id") throws(APIError) -> Int64 {
        let text = segment(name)
        if name == "seq", let number = Int64(text), number > 0 { return number }
        guard name != "seq", text.utf8.count == 16, let number = UInt64(text, radix: 16) else {
            throw .missing("\(TerminalText.line(text)) is no identifier of a row")
        }
        return Int64(bitPattern: number)
    }
}
