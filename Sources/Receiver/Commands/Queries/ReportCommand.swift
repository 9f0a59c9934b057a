import Catalog
import Core

/// `tailship-receiver report`: the numbers of a time, and how they changed.
enum ReportCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let format = try context.choice("--format", or: ReportFormat.md)
        let span = try context.span()
        let until = span.until ?? context.now
        let since =
            span.since
            ?? WallTime(
                nanoseconds: until.nanoseconds &- Duration.days(7).nanoseconds
            )
        guard since < until else {
            throw OperatorError(.usage, "--since lies behind the end of the report")
        }
        let report = try Report(context.catalog, from: since, to: until)
        switch format {
        case .md: markdown(report, since, until, context.output)
        case .json: json(report, since, until, context.output)
        }
    }

    // MARK: Markdown

    private static func markdown(
        _ report: Report,
        _ since: WallTime,
        _ until: WallTime,
        _ output: CommandOutput
    ) {
        output.line("# \(AmountText.minute(since)) to \(AmountText.minute(until)) UTC\n")
        guard report.numbers.messages + report.numbers.usage.responses > 0 else {
            return output.line("Nothing yet: nothing was said in this time.")
        }
        output.line("| | Now | Before | Change |\n|---|--:|--:|--:|")
        for total in report.totals {
            let isMoney = total.name == "cost_microdollars"
            let text = isMoney ? AmountText.dollars : AmountText.grouped
            let name = isMoney ? "cost" : total.name.split(separator: "_").joined(separator: " ")
            output.line(
                "| \(name) | \(text(total.now)) | \(text(total.before)) | "
                    + "\(change(total.now, total.before)) |"
            )
        }
        costs("Top sessions", report.sessions, output)
        costs("Cost by model", report.models, output)
        costs("Cost by project", report.projects, output)
        for table in report.tables where !table.rows.isEmpty { counts(table, output) }
    }

    private static func change(_ now: Int64, _ before: Int64) -> String {
        guard before > 0 else { return now > 0 ? "new" : "" }
        let percent = (Double(now - before) / Double(before) * 100).rounded()
        return (percent > 0 ? "+" : "") + AmountText.grouped(Int64(percent)) + " %"
    }

    private static func costs(_ heading: String, _ rows: [CostRow], _ output: CommandOutput) {
        guard !rows.isEmpty else { return }
        output.line("\n## \(heading)\n\n| | Responses | Tokens | Cost |\n|---|--:|--:|--:|")
        for row in rows {
            let name = [row.key, row.title].compactMap { $0 }.joined(separator: " ")
            let usage = row.usage
            let cost =
                usage.unpriced == usage.responses
                ? "unpriced" : AmountText.cost(usage.cost, unpriced: usage.unpriced)
            output.line(
                "| \(cell(name)) | \(AmountText.grouped(usage.responses)) | "
                    + "\(AmountText.grouped(usage.tokens)) | \(cost) |"
            )
        }
    }

    private static func counts(
        _ table: (name: String, rows: [ReportCount]),
        _ output: CommandOutput
    ) {
        let heading = table.name.prefix(1).uppercased() + table.name.dropFirst()
        let isTools = table.name == "tools"
        output.line(
            isTools
                ? "\n## \(heading)\n\n| | Calls | Success | Slowest |\n|---|--:|--:|--:|"
                : "\n## \(heading)\n\n| | Count |\n|---|--:|"
        )
        for row in table.rows {
            var line = "| \(cell(row.name))"
            if let example = row.example { line += ": \(cell(example))" }
            line += " | \(AmountText.grouped(row.count)) |"
            if isTools {
                let slowest = row.slowest.map { AmountText.duration(.nanoseconds($0)) } ?? ""
                line += " \((row.count - row.errors) * 100 / max(1, row.count)) % | \(slowest) |"
            }
            output.line(line)
        }
    }

    private static func cell(_ text: String) -> String {
        MarkdownDocument.escaped(AmountText.short(text, 80))
    }

    // MARK: JSON

    private static func json(
        _ report: Report,
        _ since: WallTime,
        _ until: WallTime,
        _ output: CommandOutput
    ) {
        var writer = JSONWriter()
        writer.object { json in
            json.string("since", since.iso8601)
            json.string("until", until.iso8601)
            for (name, isNow) in [("numbers", true), ("before", false)] {
                json.object(name) {
                    for total in report.totals {
                        $0.number(total.name, isNow ? total.now : total.before)
                    }
                }
            }
            let costs = [
                ("sessions", report.sessions), ("models", report.models),
                ("projects", report.projects),
            ]
            for (name, rows) in costs {
                json.array(name) { json in
                    for row in rows {
                        json.object {
                            $0.string("key", row.key)
                            $0.string("title", row.title)
                            CostCommand.write(row.usage, &$0)
                        }
                    }
                }
            }
            for (name, rows) in report.tables {
                json.array(name) { json in
                    for row in rows { json.object { describe(row, &$0) } }
                }
            }
        }
        output.line(writer.result)
    }

    private static func describe(_ row: ReportCount, _ json: inout JSONWriter) {
        json.string("name", row.name)
        json.number("count", row.count)
        json.number("errors", row.errors)
        if let slowest = row.slowest { json.number("slowest_nanoseconds", slowest) }
        if let example = row.example { json.string("masked", example) }
    }
}
