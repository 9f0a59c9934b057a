import Catalog
import Core
import Settings

/// `tailship-receiver report`: the numbers of a time, and how they changed.
enum ReportCommand {
    static func run(_ context: QueryContext) throws(OperatorError) {
        let format = context.isJSON ? .json : try context.choice("--format", or: ReportFormat.md)
        var filter = try context.filter()
        let until = filter.span.until ?? context.now
        let since =
            filter.span.since
            ?? WallTime(nanoseconds: until.nanoseconds &- Duration.days(7).nanoseconds)
        guard since < until else {
            throw OperatorError(
                .usage,
                "--since lies behind the end of the report, \(context.output.minute(until))"
            )
        }
        filter.span = TimeSpan(since: since, until: until)
        let report = try context.catalog.snapshot { () throws(OperatorError) in
            try Report(context.catalog, filter, zone: context.zone)
        }
        let text = ReportCommand.text(report, format, context.zone)
        guard let target = context.arguments.values["--to"] else {
            return print(text, format, context.output)
        }
        let file = try ExportFile(BytePath(target), replace: context.flag("--force"))
        _ = file.write(text: text)
        try file.finish()
        context.output.line("\(BytePath(target)) is written")
    }

    static func text(_ report: Report, _ format: ReportFormat, _ zone: LocalZone) -> String {
        switch format {
        case .md: ReportMarkdown(report: report, zone: zone).text
        case .json: ReportJSON(report: report, zone: zone).text
        }
    }

    private static func print(_ text: String, _ format: ReportFormat, _ output: CommandOutput) {
        guard format == .md, output.hasColours else {
            _ = output.write(text)
            return
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            output.line(line.hasPrefix("#") ? output.styled(String(line), .bold) : String(line))
        }
    }
}
