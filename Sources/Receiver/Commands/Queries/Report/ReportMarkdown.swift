import Catalog
import Core

/// A report as Markdown.
struct ReportMarkdown {
    let report: Report
    let zone: LocalZone

    var text: String {
        var parts = [head]
        guard !report.isEmpty else {
            return head + "\nNothing yet: nothing was said in this time.\n"
        }
        parts.append(numbers)
        parts.append(costs("Top sessions", Array(report.sessions.prefix(10))))
        parts.append(costs("Cost by model", report.models))
        parts.append(
            costs(
                "Cost by project",
                Array(report.projects.prefix(15)),
                more: report.projects.count - 15
            )
        )
        let days = Array(report.days.suffix(31))
        parts.append(
            report.days.count > 1 ? costs("Cost by day", days, more: report.days.count - 31) : ""
        )
        parts.append(tools)
        parts.append(errors)
        parts.append(findings)
        parts.append(quality)
        parts.append(conversations)
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var head: String {
        let (since, until) = (report.span.since, report.span.until)
        let ask = report.terms.map { MarkdownText.escaped($0.text) }.joined(separator: " ")
        let zones = until.map { " " + zone.name(at: $0) } ?? ""
        return
            "# Report: \(since.map(zone.minute) ?? "-") to \(until.map(zone.minute) ?? "-")\(zones)\n"
            + (ask.isEmpty ? "" : "\nOnly \(ask)\n")
    }

    // MARK: Numbers

    private var numbers: String {
        var table = MarkdownTable(["", "Now", "Before", "Change"])
        for total in report.totals where (total.now ?? 0) != 0 || (total.before ?? 0) != 0 {
            table.add([
                ReportMarkdown.heading(total), ReportMarkdown.text(total.now, total.kind),
                ReportMarkdown.text(total.before, total.kind), ReportMarkdown.change(total),
            ])
        }
        return table.text
    }

    private static func heading(_ total: Report.Total) -> String {
        let words = total.name.split(separator: "_")
        let isUnit = ["microdollars", "nanoseconds"].contains(words.last ?? "")
        return (isUnit ? words.dropLast() : words[...]).joined(separator: " ")
    }

    private static func text(_ value: Int64?, _ kind: Report.Total.Kind) -> String {
        guard let value else { return "-" }
        return switch kind {
        case .count: AmountText.grouped(value)
        case .money: AmountText.dollars(value)
        case .time: AmountText.duration(.nanoseconds(value))
        case .share: AmountText.percent(Double(value) / 1_000_000)
        }
    }

    /// In percent, of shares in percentage points.
    private static func change(_ total: Report.Total) -> String {
        guard let now = total.now, let before = total.before else { return "" }
        if total.kind == .share {
            let points = Double(now - before) / 10_000
            return (points > 0 ? "+" : "") + AmountText.decimal(points, 1) + " points"
        }
        guard before > 0 else { return now > 0 ? "new" : "" }
        let percent = (Double(now - before) / Double(before) * 100).rounded()
        return (percent > 0 ? "+" : "") + AmountText.grouped(Int64(percent)) + " %"
    }

    // MARK: Costs

    private func costs(_ heading: String, _ rows: [CostRow], more count: Int = 0) -> String {
        guard !rows.isEmpty else { return "" }
        let isOfSessions = rows.contains { $0.title != nil }
        var table = MarkdownTable(
            [isOfSessions ? "Session" : ""] + (isOfSessions ? ["Title"] : [])
                + ["Cost", "Responses", "Tokens", "Cache hits"],
            texts: isOfSessions ? 2 : 1
        )
        for row in rows {
            let usage = row.usage
            let cost =
                usage.unpriced == usage.responses
                ? "unpriced" : AmountText.cost(usage.cost, unpriced: usage.unpriced)
            table.add(
                [cell(row.key, 40)] + (isOfSessions ? [cell(row.title ?? "-", 60)] : []) + [
                    cost, AmountText.grouped(usage.responses), AmountText.grouped(usage.tokens),
                    AmountText.percent(usage.cacheHitRate),
                ]
            )
        }
        return "## \(heading)\n\n" + table.text + more(count)
    }

    private func more(_ count: Int) -> String {
        count > 0 ? "\n\(AmountText.grouped(Int64(count))) more.\n" : ""
    }

    // MARK: Tools

    private var tools: String {
        guard !report.tools.isEmpty else { return "" }
        let shown = report.tools.prefix(20)
        var table = MarkdownTable([
            "Tool", "Calls", "Success", "Errors", "Denied", "No result", "p50", "p95",
            "Over 10 min",
        ])
        func time(_ value: Int64?) -> String {
            value.map { AmountText.duration(.nanoseconds($0)) } ?? "-"
        }
        for tool in shown {
            table.add([
                cell(tool.name, 40), AmountText.grouped(tool.calls),
                AmountText.percent(tool.successRate), AmountText.grouped(tool.errors),
                AmountText.grouped(tool.denied), AmountText.grouped(tool.calls - tool.paired),
                time(tool.median), time(tool.p95), AmountText.grouped(tool.waiting),
            ])
        }
        return "## Tools\n\n" + table.text + more(report.tools.count - shown.count)
            + "\nCalls of more than ten minutes include waiting for a person.\n"
    }

    private var errors: String {
        guard !report.errors.isEmpty else { return "" }
        var table = MarkdownTable(["Error", "Tools", "Count"], texts: 2)
        for row in report.errors.prefix(20) {
            table.add([
                cell(row.name, 40), cell(row.detail ?? "", 60), AmountText.grouped(row.count),
            ])
        }
        return "## Errors\n\n" + table.text + more(report.errors.count - 20)
    }

    private var findings: String {
        guard !report.findings.isEmpty else { return "" }
        var table = MarkdownTable(
            ["Finding", "Severity", "Example", "Count", "Sessions"],
            texts: 3
        )
        for row in report.findings.prefix(25) {
            table.add([
                cell("\(row.kind): \(row.rule)", 50), cell(row.severity, 20), cell(row.example, 60),
                AmountText.grouped(row.count), AmountText.grouped(row.sessions),
            ])
        }
        return "## Findings\n\n" + table.text + more(report.findings.count - 25)
    }

    // MARK: Quality and conversations

    private var quality: String {
        let quality = report.quality
        var lines: [String] = []
        func share(_ name: String, _ value: Double?, _ part: Int, _ whole: Int, _ what: String) {
            guard value != nil else { return }
            lines.append(
                "- \(name): \(AmountText.percent(value)) (\(part) of \(whole) \(what))"
            )
        }
        share(
            "One-shot rate",
            quality.oneShotRate,
            quality.oneShotTurns,
            quality.editTurns,
            "turns with edits"
        )
        share(
            "Interruption rate",
            quality.interruptionRate,
            quality.interruptions,
            quality.prompts,
            "prompts"
        )
        share("Re-read rate", quality.rereadRate, quality.rereads, quality.reads, "reads")
        for name in ["grades", "outcomes", "integrity"] {
            if let text = list(name, 10) {
                lines.append("- \(name.prefix(1).uppercased() + name.dropFirst()): \(text)")
            }
        }
        return lines.isEmpty ? "" : "## Quality\n\n" + lines.joined(separator: "\n") + "\n"
    }

    private var conversations: String {
        let all = report.conversations
        guard all.messages > 0 else { return "" }
        var lines = [
            "- Collaboration score: \(AmountText.decimal(all.collaboration, 2)) of 100, over "
                + AmountText.counted(all.messages, "message"),
            "- Conversations: \(all.threads) (completed \(all.completed), ready \(all.ready), "
                + "blocked \(all.blocked)), \(all.shifts) context shifts",
        ]
        let names = [
            ("Speakers", "speakers"), ("Domains", "domains"), ("ACE tiers", "tiers"),
            ("Tasks", "tasks"), ("Status tags", "status_tags"), ("Keywords", "keywords"),
        ]
        for (heading, name) in names {
            if let text = list(name, 15) { lines.append("- \(heading): \(text)") }
        }
        return "## Conversations (classic)\n\n" + lines.joined(separator: "\n") + "\n"
    }

    private func list(_ name: String, _ most: Int) -> String? {
        let rows = report.counts.first { $0.name == name }?.rows ?? []
        guard !rows.isEmpty else { return nil }
        return rows.prefix(most).map { "\(cell($0.name, 40)) \(AmountText.grouped($0.count))" }
            .joined(separator: ", ") + (rows.count > most ? ", …" : "")
    }

    private func cell(_ text: String, _ width: Int) -> String {
        MarkdownText.escaped(AmountText.short(text, width))
    }
}
