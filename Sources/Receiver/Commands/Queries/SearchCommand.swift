import Catalog
import Core

/// `tailship-receiver search`: what was said, or the calls with a part of a path, a command or a pattern.
enum SearchCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let request = try request(context)
        let page = try context.catalog.search(request)
        if context.isJSON { return json(page, request, context.output) }
        guard !page.hits.isEmpty else {
            return context.output.line(
                page.total > 0 ? "no more: there are \(page.total) matches" : "nothing found"
            )
        }
        for group in grouped(page.hits) { show(group, context.output) }
        let last = Int64(request.offset + page.hits.count)
        context.output.line(
            "\(request.offset + 1) to \(last) of \(AmountText.grouped(page.total)) matches"
                + (last < page.total ? "; the next: --offset \(last)" : "")
        )
    }

    private static func request(_ context: QueryContext) throws(OperatorError) -> SearchRequest {
        let values = context.arguments.values
        let subject = try subject(context)
        var request = SearchRequest(subject)
        if case .fragment = subject { request.order = .newest }
        request.order = try context.choice("--sort", or: request.order)
        request.project = values["--project"]
        request.tool = values["--tool"]
        request.machine = values["--machine"]
        request.model = values["--model"]
        request.kind = values["--kind"]
        if let session = values["--session"] {
            request.session = try context.catalog.session(matching: session).id
        }
        request.span = try context.span()
        request.limit = try context.number("--limit", or: 20, from: 1)
        request.offset = try context.number("--offset", or: 0, from: 0)
        return request
    }

    private static func subject(
        _ context: QueryContext
    ) throws(OperatorError) -> SearchRequest.Subject {
        if let fragment = context.arguments.values["--path"] {
            guard context.words.isEmpty else {
                throw OperatorError(.usage, "search takes either words or --path")
            }
            guard fragment.unicodeScalars.count >= 3 else {
                throw OperatorError(.usage, "--path needs at least three characters")
            }
            return .fragment(fragment)
        }
        guard let words = SearchWords(context.words.joined(separator: " ")) else {
            throw OperatorError(
                .usage,
                "there is no word to search for",
                remedy: "For example: search connection refused -docker '\"exit code 1\"'"
            )
        }
        return .words(words)
    }

    // MARK: For people

    private static func grouped(_ hits: [SearchHit]) -> [[SearchHit]] {
        var order: [Int64?] = []
        var groups: [Int64?: [SearchHit]] = [:]
        for hit in hits {
            if groups[hit.session] == nil { order.append(hit.session) }
            groups[hit.session, default: []].append(hit)
        }
        return order.map { groups[$0] ?? [] }
    }

    private static func show(_ hits: [SearchHit], _ output: CommandOutput) {
        guard let first = hits.first else { return }
        let name = TerminalText.line(first.sessionID ?? "(no session)")
        let facts = [first.title, first.project, first.machine].compactMap { $0 }
            .map { AmountText.short($0, 60) }.joined(separator: " · ")
        output.line(output.styled(name, .bold) + "  " + facts)
        for hit in hits {
            let head = "  \(AmountText.minute(hit.timestamp))  \(AmountText.short(hit.kind, 30))  "
            output.line(output.styled(head, .dim) + highlighted(hit.snippet, output))
        }
        output.line("")
    }

    /// The snippet with what was found in a colour, on a terminal.
    private static func highlighted(_ snippet: String, _ output: CommandOutput) -> String {
        var out = ""
        for (index, piece) in snippet.split(
            separator: "\u{2}",
            omittingEmptySubsequences: false
        ).enumerated() {
            guard index > 0, let end = piece.firstIndex(of: "\u{3}") else {
                out += TerminalText.line(plain(piece))
                continue
            }
            out += output.styled(TerminalText.line(plain(piece[..<end])), .found)
            out += TerminalText.line(plain(piece[end...]))
        }
        return out
    }

    private static func plain(_ text: Substring) -> String {
        String(text.filter { $0 != "\u{2}" && $0 != "\u{3}" })
    }

    // MARK: For programs

    private static func json(
        _ page: SearchPage,
        _ request: SearchRequest,
        _ output: CommandOutput
    ) {
        var writer = JSONWriter()
        writer.object { json in
            json.number("total", page.total)
            json.number("offset", request.offset)
            json.array("matches") { json in
                for hit in page.hits { json.object { describe(hit, &$0) } }
            }
        }
        output.line(writer.result)
    }

    private static func describe(_ hit: SearchHit, _ json: inout JSONWriter) {
        json.string("id", CatalogReader.hex(hit.id))
        json.string("session", hit.sessionID)
        json.string("session_row", hit.session.map { CatalogReader.hex($0) })
        json.string("title", hit.title)
        json.string("project", hit.project)
        json.string("machine", hit.machine)
        json.string("tool", hit.tool)
        json.string("kind", hit.kind)
        json.string("model", hit.model)
        json.string("timestamp", hit.timestamp?.iso8601)
        json.string("snippet", plain(hit.snippet[...]))
    }
}
