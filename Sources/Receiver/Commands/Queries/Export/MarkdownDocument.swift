import Catalog
import Core

/// A conversation as Markdown (CommonMark).
struct MarkdownDocument {
    let zone: LocalZone

    func head(_ session: SessionSummary) -> String {
        let facts = [
            ("Session", session.session), ("Tool", session.tool), ("Project", session.project),
            ("Branch", session.branch), ("Machine", session.machine), ("Models", session.models),
            ("From", minute(session.started)), ("To", minute(session.ended)),
            ("Tokens", AmountText.grouped(session.tokens)),
            ("Cost", AmountText.cost(session.cost, unpriced: session.unpriced)),
        ]
        let lines = facts.compactMap { name, value in
            value.map { "- \(name): \(MarkdownText.escaped($0))\n" }
        }
        let title = (session.isSubagent ? "Subagent: " : "") + (session.title ?? "(no title)")
        return "# \(MarkdownText.escaped(title))\n\n\(lines.joined())\n"
    }

    func block(_ item: TranscriptItem) -> String {
        let time = item.timestamp.map(zone.minute) ?? "-"
        switch item.kind {
        case "text":
            return
                "## \(MarkdownText.escaped(item.model ?? item.role)) · \(time)\n\n\(item.text)\n\n"
        case "prompt", "subagent_prompt", "slash_command":
            return "## \(MarkdownText.escaped(item.kind)) · \(time)\n\n"
                + "\(MarkdownText.quoted(item.text))\n\n"
        case "tool_use":
            guard let call = item.call else { return MarkdownText.fenced(item.text) }
            let result = [
                call.outcome ?? "no result", call.duration.map(AmountText.duration),
            ].compactMap { $0 }.joined(separator: ", ")
            return "**\(MarkdownText.escaped(call.name))** (\(result))\n\n"
                + MarkdownText.fenced(call.argument ?? item.text)
        default:
            return "*\(MarkdownText.escaped(item.kind))*\n\n" + MarkdownText.fenced(item.text)
        }
    }

    private func minute(_ time: WallTime?) -> String? {
        time.map { zone.minute($0) + " " + zone.name(at: $0) }
    }
}
