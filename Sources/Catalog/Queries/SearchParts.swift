import SQL

/// The pieces of the statements for a search.
struct SearchParts {
    let index: String
    let expression: String
    let kind: String
    let order: String
    let from: String
    let values: [SQLValue]
    /// Tokens of a snippet: words, or three characters that overlap.
    let snippetTokens: Int

    init(_ request: SearchRequest) {
        let table: String
        switch request.subject {
        case .words(let words):
            (index, table, kind) = ("words", "messages", "x.kind")
            expression = words.expression
            snippetTokens = 24
        case .fragment(let text):
            (index, table, kind) = ("fragments", "tool_usage", "COALESCE(x.name, '')")
            expression = SearchWords.quoted(text)
            snippetTokens = 64
        }
        var conditions = Conditions("\(index) MATCH ?", [.text(expression)])
        if table == "messages" { conditions.equal("x.retracted", 0) }
        conditions.match("s.project", request.project)
        conditions.match("x.tool", request.tool)
        conditions.match("a.name", request.machine)
        conditions.match("x.model", request.model)
        conditions.match(kind, request.kind)
        conditions.equal("x.session", request.session)
        conditions.within(request.span, "x.timestamp")
        from = """
            FROM \(index) JOIN \(table) x ON x.row = \(index).rowid
            LEFT JOIN sessions s ON s.id = x.session
            LEFT JOIN agents a ON a.agent = x.agent
            \(conditions.sql)
            """
        values = conditions.values
        order =
            request.order == .rank
            ? "\(index).rank, x.timestamp DESC, x.id" : "x.timestamp DESC, x.id"
    }
}
