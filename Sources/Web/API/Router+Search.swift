import Catalog
import Core

/// Searches: match by match, and by session.
extension Router {
    static var searchRoutes: [Route] {
        [
            .get(
                "/api/search",
                .viewerOwn,
                Parameters.query.union(Parameters.page).union(["order"]),
                .catalog,
                search
            ),
            .get(
                "/api/search/sessions",
                .viewerOwn,
                Parameters.query.union(Parameters.page).union(["order", "few"]),
                .catalog,
                groups
            ),
        ]
    }

    private static func request(_ context: RequestContext) throws(APIError) -> SearchRequest {
        let query = try context.query()
        guard !query.words.isEmpty || !query.filter.isEmpty else {
            throw .usage("there is nothing to search for", remedy: "q=words, or a filter")
        }
        var request = SearchRequest(query)
        if context.parameters["order"] != nil {
            request.order = try context.parameters.choice("order", or: SearchRequest.Order.rank)
        }
        request.limit = Int(try context.parameters.number("limit", or: 20, 1...500))
        return request
    }

    private static func search(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var request = try request(context)
        if let text = context.parameters["cursor"] {
            guard let cursor = SearchCursor(text: text) else {
                throw .usage("the cursor is not of this list in this order")
            }
            request.after = cursor
        }
        let asked = request
        let page = try context.reading { (catalog) throws(OperatorError) in
            try catalog.search(asked)
        }
        json.array("matches") { json in
            for hit in page.hits { json.object { MatchRows.write(hit, &$0) } }
        }
        json.number("total", page.total)
        json.string("next", page.next?.text)
        unknown(request.query, &json)
    }

    private static func groups(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var request = try request(context)
        let few = Int(try context.parameters.number("few", or: 3, 1...50))
        if let text = context.parameters["cursor"] {
            request.offset = Int(clamping: try Cursor(text, "g").numbers(1)[0])
        }
        let asked = request
        let found = try context.reading { (catalog) throws(OperatorError) in
            try catalog.searchGroups(asked, few: few)
        }
        let rows = SessionRows(context)
        try json.array("groups") { (json) throws(APIError) in
            for group in found.groups {
                try json.object(nil) { (json) throws(APIError) in
                    if let session = group.session {
                        try rows.writeOne("session", session, &json)
                    } else {
                        json.null("session")
                    }
                    json.number("count", group.count)
                    json.array("matches") { json in
                        for hit in group.hits { json.object { MatchRows.write(hit, &$0) } }
                    }
                }
            }
        }
        json.number("sessions", found.sessions)
        json.number("total", found.total)
        let end = request.offset + found.groups.count
        json.string("next", Int64(end) < found.sessions ? Cursor("g", [Int64(end)]).text : nil)
        try json.array("hints") { (json) throws(APIError) in
            if found.total == 0 { try hints(context, request.query, &json) }
        }
        unknown(request.query, &json)
    }

    private static func unknown(_ query: SearchQuery, _ json: inout JSONBuffer) {
        json.array("unknown_fields") { json in
            for field in query.unknownFields { json.string(nil, field) }
        }
    }

    // MARK: Hints

    /// What would be found with one filter less, or at any time.
    private static func hints(
        _ context: RequestContext,
        _ query: SearchQuery,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let words = context.parameters["q"] ?? ""
        var tries: [(text: String, query: SearchQuery)] = []
        for (index, term) in query.filter.terms.enumerated().prefix(6)
        where term.field != .owner || context.identity.scope == nil {
            var free = query
            free.filter.terms.remove(at: index)
            tries.append(("without \(term.text)", free))
        }
        if query.filter.span != TimeSpan() {
            var free = query
            free.filter.span = TimeSpan()
            tries.append(("at any time", free))
        }
        for (text, query) in tries where !query.words.isEmpty || !query.filter.isEmpty {
            var request = SearchRequest(query)
            request.limit = 1
            let asked = request
            let page = try context.reading { (catalog) throws(OperatorError) in
                try catalog.search(asked)
            }
            guard page.total > 0 else { continue }
            json.object { json in
                json.string("text", text)
                let terms = query.filter.terms.map(\.text).joined(separator: " ")
                let typed = query.words.isEmpty ? "" : plain(words)
                json.string(
                    "q",
                    typed.isEmpty ? terms : terms.isEmpty ? typed : "\(typed) \(terms)"
                )
                json.number("total", page.total)
            }
        }
    }

    /// What was typed without its filters.
    private static func plain(_ typed: String) -> String {
        typed.split(separator: " ").filter { word in
            let name = word.drop { $0 == "-" }.prefix { $0 != ":" }
            return !word.contains(":")
                || FilterField.named(name.lowercased()) == nil
                    && !["since", "after", "until", "before", "on"].contains(name.lowercased())
        }.joined(separator: " ")
    }
}
