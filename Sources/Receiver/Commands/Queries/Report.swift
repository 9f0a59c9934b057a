import Catalog
import Core

/// What a report says, as it was read.
struct Report {
    var span: TimeSpan
    var numbers: ReportNumbers
    /// Of the span of the same length before.
    var before: ReportNumbers
    var sessions: [CostRow]
    var models: [CostRow]
    var projects: [CostRow]
    /// Each with its heading.
    var tables: [(name: String, rows: [ReportCount])]

    init(_ catalog: CatalogReader, from since: WallTime, to until: WallTime) throws(OperatorError) {
        span = TimeSpan(since: since, until: until)
        numbers = try catalog.numbers(in: span)
        let start = WallTime(
            nanoseconds: since.nanoseconds &- (until.nanoseconds &- since.nanoseconds)
        )
        before = try catalog.numbers(in: TimeSpan(since: start, until: since))
        sessions = Array(try catalog.costs(by: .session, in: span).prefix(10))
        models = try catalog.costs(by: .model, in: span)
        projects = Array(try catalog.costs(by: .project, in: span).prefix(20))
        tables = [
            ("tools", try catalog.tools(in: span, limit: 20)),
            ("errors", try catalog.errors(in: span, limit: 10)),
            ("findings", try catalog.findings(in: span, limit: 20)),
            ("grades", try catalog.grades(in: span)),
            ("speakers", try catalog.speakers(in: span)),
            ("domains", try catalog.domains(in: span, limit: 15)),
        ]
    }

    /// The numbers with those before, by name.
    var totals: [(name: String, now: Int64, before: Int64)] {
        let (a, b) = (numbers, before)
        return [
            ("sessions", a.sessions, b.sessions), ("prompts", a.prompts, b.prompts),
            ("messages", a.messages, b.messages),
            ("responses", a.usage.responses, b.usage.responses),
            ("tokens", a.usage.tokens, b.usage.tokens),
            ("cost_microdollars", a.usage.cost, b.usage.cost),
            ("unpriced_responses", a.usage.unpriced, b.usage.unpriced),
            ("tool_calls", a.calls, b.calls), ("tool_errors", a.errors, b.errors),
            ("findings", a.findings, b.findings),
        ]
    }
}
