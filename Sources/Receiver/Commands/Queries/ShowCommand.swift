import Catalog
import Core

/// `tailship-receiver show`: a conversation to read on a terminal.
enum ShowCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let session = try context.catalog.session(matching: try context.word("a SESSION"))
        let last =
            context.arguments.values["--last"] == nil
            ? nil : try context.number("--last", or: 1, from: 1)
        let subagents = try context.catalog.subagents(of: session.id)
        var view = TranscriptView(
            output: context.output,
            isWhole: context.flag("--all"),
            subagents: subagents
        )
        view.head(session)
        let skipped = try context.catalog.transcript(of: session.id, last: last) { view.show($0) }
        if skipped > 0 {
            view.note(
                "\(AmountText.counted(skipped, "earlier block")): show without --last has them"
            )
        }
        guard !subagents.isEmpty else { return }
        if context.flag("--subagents") {
            for agent in subagents { try show(agent, context) }
        } else {
            view.list(subagents)
        }
    }

    private static func show(
        _ agent: SessionSummary,
        _ context: QueryContext
    ) throws(OperatorError) {
        let subagents = try context.catalog.subagents(of: agent.id)
        var view = TranscriptView(
            output: context.output,
            isWhole: context.flag("--all"),
            subagents: subagents
        )
        view.head(agent)
        _ = try context.catalog.transcript(of: agent.id) { view.show($0) }
        for deeper in subagents { try show(deeper, context) }
    }
}
