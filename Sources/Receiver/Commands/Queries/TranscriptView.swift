import Catalog
import Core

/// A conversation as lines of a terminal.
struct TranscriptView {
    let output: CommandOutput
    /// Nothing is folded.
    let isWhole: Bool
    let subagents: [SessionSummary]

    /// Lines of a tool's output, and of a notice, that are shown.
    private static let foldedLines = 6
    /// Of a day the date is told once.
    private var day: Int64?

    init(output: CommandOutput, isWhole: Bool, subagents: [SessionSummary]) {
        self.output = output
        self.isWhole = isWhole
        self.subagents = subagents
    }

    func head(_ session: SessionSummary) {
        output.line(output.styled(AmountText.short(session.title ?? "(no title)", 200), .bold))
        let facts = [
            session.session, session.tool, session.project, session.branch, session.machine,
            session.models, session.isHeld ? "under legal hold" : nil,
        ].compactMap { $0 }.map(TerminalText.line)
        let numbers =
            [
                output.span(session.started, session.ended),
                AmountText.counted(session.prompts, "prompt"),
                AmountText.counted(session.calls, "tool call"),
                AmountText.counted(session.errors, "error"),
                AmountText.brief(session.tokens) + " tokens",
                AmountText.cost(session.cost, unpriced: session.unpriced),
            ] + (session.grade.map { ["grade " + $0] } ?? [])
        for line in [facts, numbers] {
            let text = line.joined(separator: " · ")
            for part in WrappedText.lines(text, width: output.width) {
                output.line(output.styled(part, .dim))
            }
        }
        output.line("")
    }

    /// The subagents with how they are found.
    func list(_ agents: [SessionSummary]) {
        output.line(
            output.styled("Subagents", .bold) + output.styled("  (--subagents shows them)", .dim)
        )
        for agent in agents { output.line("  " + TranscriptView.name(agent)) }
    }

    func note(_ text: String) { output.line(output.styled(text, .dim)) }

    mutating func show(_ item: TranscriptItem) {
        switch item.kind {
        case "prompt", "subagent_prompt", "slash_command":
            mark(item, item.kind == "prompt" ? "prompt" : spaced(item.kind), .cyan)
            said(item)
        case "text":
            mark(item, TerminalText.line(item.model ?? item.role), .green)
            said(item)
        case "thinking": folded(item.text, most: 12)
        case "tool_use":
            call(item)
            for agent in subagents
            where agent.parentCall != nil && agent.parentCall == item.call?.callID {
                output.line("  → " + TranscriptView.name(agent))
            }
        case "tool_result": folded(item.text, most: TranscriptView.foldedLines)
        case "api_error":
            mark(item, "error", .red)
            said(item)
        default:
            mark(item, spaced(item.kind), .dim)
            folded(item.text, most: TranscriptView.foldedLines)
        }
    }

    /// What people say of a subagent.
    static func name(_ agent: SessionSummary) -> String {
        let title = agent.title.map { ": " + AmountText.short($0, 80) } ?? ""
        return
            "subagent \(agent.short) (\(AmountText.short(agent.agentType ?? "agent", 40)))\(title)"
    }

    private func spaced(_ kind: String) -> String {
        TerminalText.line(kind).split(separator: "_").joined(separator: " ")
    }

    /// "▌ 06:42:10 prompt", with the date where it is another than before.
    private mutating func mark(_ item: TranscriptItem, _ who: String, _ style: CommandOutput.Style)
    {
        var when = "-"
        if let time = item.timestamp {
            let today = output.zone.day(of: time)
            when = (today == day ? "" : output.zone.date(time) + " ") + output.zone.second(time)
            day = today
        }
        output.line(output.styled("▌ \(when) \(who)", style))
    }

    private func said(_ item: TranscriptItem) {
        let text = TerminalText.lines(item.text)
        for line in WrappedText.lines(text, width: output.width) { output.line(line) }
        output.line("")
    }

    /// Name, main argument, outcome and duration on one line.
    private func call(_ item: TranscriptItem) {
        guard let call = item.call else {
            return note("● " + AmountText.short(item.text, (output.width ?? 122) - 2))
        }
        let name = AmountText.short(call.name, 60)
        let outcome = outcome(call)
        let room = (output.width ?? 160) - DisplayWidth.of(name) - DisplayWidth.of(outcome.text) - 6
        let argument = AmountText.short(call.argument ?? item.text, max(20, room))
        output.line(
            "● " + output.styled(name, .bold) + "  \(argument)  "
                + output.styled(outcome.text, outcome.style)
        )
    }

    private func outcome(_ call: TranscriptItem.Call) -> (text: String, style: CommandOutput.Style)
    {
        let time = call.duration.map { " " + AmountText.duration($0) } ?? ""
        guard let outcome = call.outcome else { return ("(no result)", .dim) }
        if outcome == "success" { return ("ok" + time, .green) }
        let code = call.exitCode.map { " (exit \($0))" } ?? ""
        return (AmountText.short(outcome, 20) + code + time, .red)
    }

    private func folded(_ text: String, most: Int) {
        let lines = TerminalText.lines(text).split(
            separator: "\n",
            omittingEmptySubsequences: false
        ).trimmed
        let width = (output.width ?? 204) - 4
        for line in isWhole ? lines : lines.prefix(most) {
            let shown =
                isWhole ? String(line) : DisplayWidth.cut(String(line.prefix(4000)), to: width)
            note("    " + shown)
        }
        if !isWhole, lines.count > most {
            note("    … \(AmountText.counted(Int64(lines.count - most), "more line")): --all")
        }
        output.line("")
    }
}

extension [Substring] {
    /// Without blank lines at the end.
    fileprivate var trimmed: ArraySlice<Substring> {
        let end = lastIndex { line in line.contains { !$0.isWhitespace } }
        return prefix((end ?? -1) + 1)
    }
}
