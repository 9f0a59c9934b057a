import Catalog
import Core

/// A conversation as one page of HTML that asks for nothing else: no scripts, no styles or images from elsewhere,
/// and a policy that forbids them.
struct HTMLDocument {
    let zone: LocalZone

    func head(_ session: SessionSummary) -> String {
        let title = HTMLDocument.escaped(session.title ?? session.session)
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
            <meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1"><title>\(title)</title>
            <style>
            :root { color-scheme: light dark; --line: #37c; --soft: #767676; --shade: #8881; }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
            pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 0.3em 0 1em; }
            .prompt pre { border-left: 4px solid var(--line); padding-left: 1em; }
            .thinking, .facts, time { color: var(--soft); }
            .tool pre { font: 13px/1.4 ui-monospace, monospace; background: var(--shade); padding: 0.6em; }
            .failed b { color: #c33; }
            .subagent { border-left: 1px solid var(--soft); padding-left: 1em; margin: 2em 0 2em 0.5em; }
            </style></head><body>
            <h1>\(title)</h1><p class="facts">\(facts(session))</p>

            """
    }

    private func facts(_ session: SessionSummary) -> String {
        [
            session.session, session.tool, session.project, session.branch, session.machine,
            session.models,
            "\(minute(session.started)) to \(minute(session.ended))"
                + (session.ended.map { " " + zone.name(at: $0) } ?? ""),
            AmountText.grouped(session.tokens) + " tokens",
            AmountText.cost(session.cost, unpriced: session.unpriced),
        ].compactMap { $0 }.map(HTMLDocument.escaped).joined(separator: " · ")
    }

    private func minute(_ time: WallTime?) -> String { time.map(zone.minute) ?? "-" }

    /// Begins what a subagent said, which `endOfSubagent` ends.
    func subagent(_ session: SessionSummary) -> String {
        let title = HTMLDocument.escaped(session.title ?? session.agentType ?? session.session)
        return "<div class=\"subagent\"><h2>Subagent: \(title)</h2>"
            + "<p class=\"facts\">\(facts(session))</p>\n"
    }

    static let endOfSubagent = "</div>\n"

    static let end = "</body></html>\n"

    func block(_ item: TranscriptItem) -> String {
        let time = "<time>\(minute(item.timestamp))</time>"
        switch item.kind {
        case "prompt", "subagent_prompt", "slash_command":
            return section("prompt", item.kind, time, item.text)
        case "text": return section("text", item.model ?? item.role, time, item.text)
        case "tool_use":
            let call = item.call
            let outcome = call?.outcome ?? "no result"
            let duration = call?.duration.map { ", " + AmountText.duration($0) } ?? ""
            let isGood = outcome == "success" || call?.outcome == nil
            return section(
                isGood ? "tool" : "tool failed",
                "\(call?.name ?? "tool") (\(outcome)\(duration))",
                time,
                call?.argument ?? item.text
            )
        case "tool_result": return details("tool", "output", item.text)
        case "api_error": return section("tool failed", "error", time, item.text)
        case "thinking": return details("thinking", "thinking", item.text)
        default: return details("tool", item.kind, item.text)
        }
    }

    private func details(_ style: String, _ head: String, _ text: String) -> String {
        "<details class=\"\(style)\"><summary>\(HTMLDocument.escaped(head))</summary>"
            + "<pre>\(HTMLDocument.escaped(text))</pre></details>\n"
    }

    private func section(_ style: String, _ head: String, _ time: String, _ text: String) -> String
    {
        "<section class=\"\(style)\"><b>\(HTMLDocument.escaped(head))</b> \(time)"
            + "<pre>\(HTMLDocument.escaped(text))</pre></section>\n"
    }

    /// Text in which nothing is markup.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in TerminalText.lines(text).unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
