import Catalog
import Core

/// `tailship-receiver sessions`: the sessions, newest activity first.
enum SessionsCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        var filter = SessionFilter()
        filter.project = context.arguments.values["--project"]
        filter.tool = context.arguments.values["--tool"]
        filter.machine = context.arguments.values["--machine"]
        filter.span = try context.span()
        filter.limit = try context.number("--limit", or: 20, from: 1)
        filter.offset = try context.number("--offset", or: 0, from: 0)
        filter.withSubagents = context.arguments.flags.contains("--all")
        let sessions = try context.catalog.sessions(filter)
        let total = try context.catalog.sessionCount(filter)
        if context.isJSON { return json(sessions, total, context.output) }
        guard !sessions.isEmpty else {
            return context.output.line(
                total > 0
                    ? "no more: there are \(total) sessions" : "nothing yet: no session like this"
            )
        }
        table(sessions, context.output)
        let last = Int64(filter.offset + sessions.count)
        if last < total {
            context.output.line(
                "\(filter.offset + 1) to \(last) of \(total) sessions; the next: --offset \(last)"
            )
        }
    }

    private static func table(_ sessions: [SessionSummary], _ output: CommandOutput) {
        var table = TextTable([
            "SESSION", "TITLE", "PROJECT", "MACHINE", "STARTED", "LAST", "PROMPTS", "MESSAGES",
            "TOOLS", "ERRORS", "TOKENS", "COST", "GRADE",
        ])
        for session in sessions {
            table.add([
                TerminalText.line(session.short) + (session.isHeld ? " (hold)" : ""),
                AmountText.short(session.title ?? "-", 44),
                AmountText.short(session.project ?? "-", 24),
                AmountText.short(session.machine ?? "-", 20), AmountText.minute(session.started),
                AmountText.minute(session.ended), AmountText.grouped(session.prompts),
                AmountText.grouped(session.messages), AmountText.grouped(session.calls),
                AmountText.grouped(session.errors), AmountText.grouped(session.tokens),
                AmountText.cost(session.cost, unpriced: session.unpriced), session.grade ?? "-",
            ])
        }
        _ = output.write(table.text)
    }

    private static func json(
        _ sessions: [SessionSummary],
        _ total: Int64,
        _ output: CommandOutput
    ) {
        var writer = JSONWriter()
        writer.object { json in
            json.number("total", total)
            json.array("sessions") { json in
                for session in sessions { json.object { describe(session, &$0) } }
            }
        }
        output.line(writer.result)
    }

    static func describe(_ session: SessionSummary, _ json: inout JSONWriter) {
        json.string("id", CatalogReader.hex(session.id))
        json.string("session", session.session)
        json.string("short", session.short)
        json.string("tool", session.tool)
        json.string("title", session.title)
        json.string("project", session.project)
        json.string("directory", session.directory)
        json.string("git_branch", session.branch)
        json.string("machine", session.machine)
        json.string("started", session.started?.iso8601)
        json.string("ended", session.ended?.iso8601)
        json.string("models", session.models)
        json.string("lineage", session.lineage)
        json.string("parent", session.parent.map { CatalogReader.hex($0) })
        json.string("agent_type", session.agentType)
        json.number("prompts", session.prompts)
        json.number("messages", session.messages)
        json.number("tool_calls", session.calls)
        json.number("tool_errors", session.errors)
        json.number("findings", session.findings)
        json.number("tokens", session.tokens)
        json.number("cost_microdollars", session.cost)
        json.number("unpriced_responses", session.unpriced)
        json.string("grade", session.grade)
        json.bool("hold", session.isHeld)
    }
}
