import Catalog
import Core

/// A conversation as one page of HTML that asks for nothing else: no scripts, no styles or images from elsewhere,
/// and a policy that forbids them.
enum HTMLDocument {
    static func head(_ session: SessionSummary) -> String {
        let title = escaped(session.title ?? session.session)
        let facts = [
            session.session, session.tool, session.project, session.machine, session.models,
            AmountText.minute(session.started) + " to " + AmountText.minute(session.ended) + " UTC",
            AmountText.grouped(session.tokens) + " tokens",
            AmountText.cost(session.cost, unpriced: session.unpriced),
        ].compactMap { $0 }.map(escaped).joined(separator: " · ")
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width"><title>\(title)</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
            pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 0.3em 0 1em; }
            .prompt pre { border-left: 4px solid #37c; padding-left: 1em; }
            .thinking, .facts, time { color: #777; }
            .tool pre { font: 13px/1.4 monospace; background: #f4f4f4; padding: 0.6em; }
            </style></head><body>
            <h1>\(title)</h1><p class="facts">\(facts)</p>

            """
    }

    static let end = "</body></html>\n"

    static func block(_ item: TranscriptItem) -> String {
        let time = "<time>\(AmountText.minute(item.timestamp))</time>"
        switch item.kind {
        case "prompt", "subagent_prompt", "slash_command":
            return section("prompt", "\(escaped(item.kind)) \(time)", item.text)
        case "text":
            return section("text", "\(escaped(item.model ?? item.role)) \(time)", item.text)
        case "tool_use":
            let call = item.call
            let outcome = escaped(call?.outcome ?? "no result")
            let duration = call?.duration.map { ", " + AmountText.duration($0) } ?? ""
            return section(
                "tool",
                "\(escaped(call?.name ?? "tool")) (\(outcome)\(duration)) \(time)",
                call?.argument ?? item.text
            )
        case "tool_result":
            return "<details class=\"tool\"><summary>output</summary><pre>\(escaped(item.text))"
                + "</pre></details>\n"
        case "thinking":
            return "<details class=\"thinking\"><summary>thinking</summary>"
                + "<pre>\(escaped(item.text))</pre></details>\n"
        default: return section("tool", "\(escaped(item.kind)) \(time)", item.text)
        }
    }

    private static func section(_ style: String, _ head: String, _ text: String) -> String {
        "<section class=\"\(style)\"><b>\(head)</b><pre>\(escaped(text))</pre></section>\n"
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
