import Catalog
import Core

/// `tailship-receiver search`: what was said, thought, called and answered.
enum SearchCommand {
    /// Matches of a session that `--group` shows.
    private static let few = 3

    static func run(_ context: QueryContext) throws(OperatorError) {
        let request = try request(context)
        if context.flag("--group") { return try groups(request, context) }
        let page = try context.catalog.snapshot { () throws(OperatorError) in
            try context.catalog.search(request)
        }
        if context.isJSON { return SearchJSON.write(page, request, context.output) }
        guard !page.hits.isEmpty else { return try nothing(page.total, request, context) }
        let view = SearchView(output: context.output)
        for group in SearchView.neighbours(page.hits) { view.show(group) }
        let shown = AmountText.grouped(Int64(page.hits.count)) + " of "
        let next = page.next.map { "; the next: --after \($0.text)" } ?? ""
        let zone = context.zone.name(at: context.now)
        view.foot(
            "\(page.next == nil && request.after == nil && request.offset == 0 ? "" : shown)"
                + AmountText.counted(page.total, "match")
                + ", times in \(zone)\(next)"
        )
    }

    private static func groups(
        _ request: SearchRequest,
        _ context: QueryContext
    ) throws(OperatorError) {
        guard request.after == nil else {
            throw OperatorError(
                .usage,
                "--group has no --after",
                remedy: "The next sessions: --offset N"
            )
        }
        let found = try context.catalog.snapshot { () throws(OperatorError) in
            try context.catalog.searchGroups(request, few: few)
        }
        if context.isJSON { return SearchJSON.write(found, request, context.output) }
        guard !found.groups.isEmpty else { return try nothing(found.total, request, context) }
        let view = SearchView(output: context.output)
        for group in found.groups { view.show(group) }
        let last = Int64(request.offset + found.groups.count)
        view.foot(
            "\(request.offset + 1) to \(last) of \(AmountText.counted(found.sessions, "session")) with "
                + AmountText.counted(found.total, "match")
                + (last < found.sessions ? "; the next: --offset \(last)" : "")
        )
    }

    private static func request(_ context: QueryContext) throws(OperatorError) -> SearchRequest {
        let query = try context.query()
        guard query.words.expression != nil || !query.filter.isEmpty else {
            throw OperatorError(
                .usage,
                "there is no word to search for",
                remedy: "For example: tailship-receiver search connection refused -docker; "
                    + "search --help has more."
            )
        }
        var request = SearchRequest(query)
        if context.arguments.values["--sort"] != nil {
            request.order = try context.choice("--sort", or: SearchRequest.Order.rank)
        }
        request.limit = try context.number("--limit", or: 20, from: 1)
        request.offset = try context.number("--offset", or: 0, from: 0)
        if let text = context.arguments.values["--after"] {
            guard let cursor = SearchCursor(text: text) else {
                throw OperatorError(
                    .usage,
                    "--after \(TerminalText.line(text)) is no cursor",
                    remedy: "It is what the search before said; the filter for dates is after:DATE."
                )
            }
            request.after = cursor
        }
        return request
    }

    /// Says why there is nothing, and what may be done about it.
    private static func nothing(
        _ total: Int64,
        _ request: SearchRequest,
        _ context: QueryContext
    ) throws(OperatorError) {
        let output = context.output
        if total > 0 {
            return output.say("no more: there are \(AmountText.counted(total, "match"))")
        }
        output.line("nothing found")
        let query = request.query
        if let unknown = query.unknownFields.first {
            let known = FilterField.allCases.map(\.rawValue).joined(separator: ", ")
            output.line(
                "  → \(TerminalText.line(unknown)): is no filter and was searched; they are \(known)"
            )
        }
        let free = query.filter.isEmpty ? 0 : try context.catalog.countWithoutFilters(query)
        if free > 0 {
            output.line("  → without the filters there are \(AmountText.counted(free, "match"))")
        } else if query.words.isEmpty {
            output.line("  → fewer filters, or parts of names with *: project:*ship*")
        } else {
            output.line(
                "  → fewer words, word* for beginnings, or path:PART for a part of a path or command"
            )
        }
    }
}
