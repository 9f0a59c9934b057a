import Catalog
import Core

/// `tailship-receiver sessions`: the sessions, newest activity first.
enum SessionsCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        var filter = SessionFilter()
        filter.query = try context.query()
        filter.order = try context.choice("--sort", or: filter.order)
        filter.limit = try context.number("--limit", or: 20, from: 1)
        filter.offset = try context.number("--offset", or: 0, from: 0)
        filter.withSubagents = context.flag("--all")
        let catalog = context.catalog
        let (sessions, total) = try catalog.snapshot { () throws(OperatorError) in
            (try catalog.sessions(filter), try catalog.sessionCount(filter))
        }
        if context.isJSON { return json(sessions, total, context.output) }
        guard !sessions.isEmpty else { return try empty(total, filter, context) }
        table(sessions, context.output)
        let last = Int64(filter.offset + sessions.count)
        let zone = context.zone.name(at: context.now)
        context.output.line(
            context.output.styled(
                "\(filter.offset + 1) to \(last) of \(AmountText.counted(total, "session")), times in \(zone)"
                    + (last < total ? "; the next: --offset \(last)" : ""),
                .dim
            )
        )
    }

    private static func empty(
        _ total: Int64,
        _ filter: SessionFilter,
        _ context: QueryContext
    ) throws(OperatorError) {
        if total > 0 {
            return context.output.say("no more: there are \(AmountText.counted(total, "session"))")
        }
        let all = try context.catalog.sessionCount(SessionFilter())
        context.output.line(
            all == 0
                ? "nothing yet: no session was received; tailship-receiver status shows the agents"
                : "nothing found: none of \(AmountText.counted(all, "session")) is like this"
        )
    }

    private static func table(_ sessions: [SessionSummary], _ output: CommandOutput) {
        let isOfOneMachine = Set(sessions.map(\.machine)).count == 1
        var table = TextTable(columns: [
            TextTable.Column("SESSION"),
            TextTable.Column("LAST"),
            TextTable.Column("PROJECT", least: 10),
            TextTable.Column("MACHINE", least: 10, spare: isOfOneMachine ? 9 : 1),
            TextTable.Column("PROMPTS", isNumber: true, spare: 4),
            TextTable.Column("CALLS", isNumber: true, spare: 6),
            TextTable.Column("ERRORS", isNumber: true, spare: 5),
            TextTable.Column("TOKENS", isNumber: true, spare: 3),
            TextTable.Column("COST", isNumber: true, spare: 2),
            TextTable.Column("GRADE", spare: 7),
            TextTable.Column("TITLE", least: 24),
        ])
        for session in sessions {
            let title = session.title.map { AmountText.short($0, 100) } ?? "-"
            let agent = session.isSubagent ? "(\(session.agentType ?? "subagent")) " : ""
            table.add([
                TerminalText.line(session.short) + (session.isHeld ? " (hold)" : ""),
                output.minute(session.ended),
                AmountText.short(session.project ?? "-", 24),
                AmountText.short(session.machine ?? "-", 20),
                AmountText.grouped(session.prompts), AmountText.grouped(session.calls),
                AmountText.grouped(session.errors), AmountText.brief(session.tokens),
                AmountText.cost(session.cost, unpriced: session.unpriced), session.grade ?? "-",
                AmountText.short(agent, 30) + title,
            ])
        }
        output.table(table)
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
        json.string("owner", session.owner)
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
        json.string("outcome", session.outcome)
        json.bool("hold", session.isHeld)
    }
}
