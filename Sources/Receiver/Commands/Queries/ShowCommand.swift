import Catalog
import Core

/// `tailship-receiver show`: a conversation to read on a terminal.
enum ShowCommand {
    /// Lines of a tool's output that are shown.
    private static let foldedLines = 6

    static func run(_ context: QueryContext) throws(OperatorError) {
        let session = try context.catalog.session(matching: try context.word("SESSION"))
        let subagents = try context.catalog.subagents(of: session.id)
        let output = context.output
        head(session, output)
        let isWhole = context.arguments.flags.contains("--all")
        try context.catalog.transcript(of: session.id) { item in
            show(item, subagents, isWhole, output)
        }
        guard !subagents.isEmpty else { return }
        output.line(output.styled("Subagents", .bold))
        for agent in subagents { output.line("  " + name(agent)) }
    }

    private static func head(_ session: SessionSummary, _ output: CommandOutput) {
        output.line(output.styled(AmountText.short(session.title ?? "(no title)", 200), .bold))
        let facts = [
            session.session, session.tool, session.project, session.machine, session.models,
            session.isHeld ? "under legal hold" : nil,
        ].compactMap { $0 }.map(TerminalText.line)
        output.line(output.styled(facts.joined(separator: " · "), .dim))
        let numbers = [
            AmountText.minute(session.started) + " to " + AmountText.minute(session.ended) + " UTC",
            "\(AmountText.grouped(session.prompts)) prompts",
            "\(AmountText.grouped(session.calls)) tool calls",
            "\(AmountText.grouped(session.errors)) errors",
            "\(AmountText.grouped(session.tokens)) tokens",
            AmountText.cost(session.cost, unpriced: session.unpriced),
        ]
        output.line(output.styled(numbers.joined(separator: " · "), .dim) + "\n")
    }

    private static func show(
        _ item: TranscriptItem,
        _ subagents: [SessionSummary],
        _ isWhole: Bool,
        _ output: CommandOutput
    ) {
        let time = (item.timestamp?.iso8601).map { String($0.dropFirst(11).prefix(8)) } ?? "-"
        switch item.kind {
        case "prompt", "subagent_prompt", "slash_command":
            output.line(output.styled("▌ \(time) \(who(item))", .cyan))
            output.line(TerminalText.lines(item.text) + "\n")
        case "text":
            output.line(output.styled("▌ \(time) \(who(item))", .green))
            output.line(TerminalText.lines(item.text) + "\n")
        case "thinking":
            output.line(output.styled(indented(TerminalText.lines(item.text)), .dim) + "\n")
        case "tool_use":
            output.line(call(item, output))
            for agent in subagents
            where agent.parentCall != nil
                && agent.parentCall == item.call?.callID
            {
                output.line("  → " + name(agent))
            }
        case "tool_result": folded(item.text, isWhole, output)
        default:
            output.line(output.styled("▌ \(time) \(TerminalText.line(item.kind))", .dim))
            folded(item.text, isWhole, output)
        }
    }

    private static func who(_ item: TranscriptItem) -> String {
        switch item.kind {
        case "prompt": "prompt"
        case "text": TerminalText.line(item.model ?? item.role)
        default: TerminalText.line(item.kind)
        }
    }

    static func name(_ agent: SessionSummary) -> String {
        let title = agent.title.map { ": " + AmountText.short($0, 80) } ?? ""
        return
            "subagent \(agent.short) (\(AmountText.short(agent.agentType ?? "agent", 40)))\(title)"
    }

    /// Name, main argument, outcome, duration on one line.
    private static func call(_ item: TranscriptItem, _ output: CommandOutput) -> String {
        guard let call = item.call else { return "● " + AmountText.short(item.text, 120) }
        let argument = AmountText.short(call.argument ?? item.text, 100)
        return "● " + output.styled(AmountText.short(call.name, 60), .bold) + "  \(argument)  "
            + outcome(call, output)
    }

    private static func outcome(_ call: TranscriptItem.Call, _ output: CommandOutput) -> String {
        let time = call.duration.map { " " + AmountText.duration($0) } ?? ""
        guard let outcome = call.outcome else { return output.styled("(no result)", .dim) }
        if outcome == "success" { return output.styled("ok" + time, .green) }
        let code = call.exitCode.map { " (exit \($0))" } ?? ""
        return output.styled(AmountText.short(outcome, 20) + code + time, .red)
    }

    private static func folded(_ text: String, _ isWhole: Bool, _ output: CommandOutput) {
        let lines = TerminalText.lines(text).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        let shown = isWhole ? lines[...] : lines.prefix(foldedLines)
        var folded = shown.map { line in
            isWhole || line.count <= 200 ? String(line) : line.prefix(199) + "…"
        }
        if lines.count > shown.count { folded.append("… \(lines.count - shown.count) lines") }
        output.line(output.styled(indented(folded.joined(separator: "\n")), .dim) + "\n")
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
            .joined(separator: "\n")
    }
}
