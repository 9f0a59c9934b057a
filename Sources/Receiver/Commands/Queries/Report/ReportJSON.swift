import Catalog
import Core

/// A report as JSON: one object, all of what it was made of.
///
/// Times are UTC, shares are 0 to 1 or null.
struct ReportJSON {
    /// Grows when something means something else; what is added does not count.
    static let schema = 1

    let report: Report
    let zone: LocalZone

    var text: String {
        var writer = JSONWriter()
        writer.object { json in
            json.number("schema", ReportJSON.schema)
            span("span", report.span, &json)
            span("former", report.former, &json)
            if let until = report.span.until { json.string("zone", zone.name(at: until)) }
            json.array("filters") { json in
                for term in report.terms { json.string(nil, term.text) }
            }
            totals("numbers", \.now, &json)
            totals("before", \.before, &json)
            costs("sessions", report.sessions, &json)
            costs("models", report.models, &json)
            costs("projects", report.projects, &json)
            costs("days", report.days, &json)
            json.array("tools") { json in
                for tool in report.tools { json.object { describe(tool, &$0) } }
            }
            counts("errors", report.errors, &json)
            json.array("findings") { json in
                for finding in report.findings { json.object { describe(finding, &$0) } }
            }
            json.object("quality") { quality(&$0) }
            json.object("classic") { classic(&$0) }
            for (name, rows) in report.counts { counts(name, rows, &json) }
        }
        return writer.result + "\n"
    }

    private func span(_ name: String, _ span: TimeSpan, _ json: inout JSONWriter) {
        json.object(name) {
            $0.string("since", span.since?.iso8601)
            $0.string("until", span.until?.iso8601)
        }
    }

    private func totals(
        _ name: String,
        _ value: KeyPath<Report.Total, Int64?>,
        _ json: inout JSONWriter
    ) {
        json.object(name) { json in
            for total in report.totals {
                let number = total[keyPath: value]
                if total.kind == .share {
                    share(total.name, number.map { Double($0) / 1_000_000 }, &json)
                } else if let number {
                    json.number(total.name, number)
                } else {
                    json.string(total.name, nil)
                }
            }
        }
    }

    private func share(_ name: String, _ value: Double?, _ json: inout JSONWriter) {
        if let value { json.number(name, value) } else { json.string(name, nil) }
    }

    private func costs(_ name: String, _ rows: [CostRow], _ json: inout JSONWriter) {
        json.array(name) { json in
            for row in rows {
                json.object {
                    $0.string("key", row.key)
                    if name == "sessions" { $0.string("title", row.title) }
                    CostCommand.write(row.usage, &$0)
                }
            }
        }
    }

    private func describe(_ tool: ReportTool, _ json: inout JSONWriter) {
        json.string("name", tool.name)
        json.number("calls", tool.calls)
        json.number("paired", tool.paired)
        json.number("errors", tool.errors)
        json.number("denied", tool.denied)
        share("success_rate", tool.successRate, &json)
        for (name, value) in [("p50", tool.median), ("p95", tool.p95)] {
            if let value {
                json.number(name + "_nanoseconds", value)
            } else {
                json.string(name + "_nanoseconds", nil)
            }
        }
        json.number("over_10_minutes", tool.waiting)
    }

    private func describe(_ finding: ReportFinding, _ json: inout JSONWriter) {
        json.string("kind", finding.kind)
        json.string("rule", finding.rule)
        json.string("severity", finding.severity)
        json.number("count", finding.count)
        json.number("sessions", finding.sessions)
        json.string("masked", finding.example)
    }

    private func counts(_ name: String, _ rows: [ReportCount], _ json: inout JSONWriter) {
        json.array(name) { json in
            for row in rows {
                json.object {
                    $0.string("name", row.name)
                    $0.number("count", row.count)
                    if let detail = row.detail { $0.string("tools", detail) }
                }
            }
        }
    }

    private func quality(_ json: inout JSONWriter) {
        let quality = report.quality
        json.number("edit_turns", quality.editTurns)
        json.number("one_shot_turns", quality.oneShotTurns)
        share("one_shot_rate", quality.oneShotRate, &json)
        json.number("prompts", quality.prompts)
        json.number("interruptions", quality.interruptions)
        share("interruption_rate", quality.interruptionRate, &json)
        json.number("reads", quality.reads)
        json.number("rereads", quality.rereads)
        share("reread_rate", quality.rereadRate, &json)
    }

    private func classic(_ json: inout JSONWriter) {
        let classic = report.conversations
        json.number("collaboration_score", classic.collaboration)
        json.number("messages", classic.messages)
        json.number("conversations", classic.threads)
        json.number("completed", classic.completed)
        json.number("ready", classic.ready)
        json.number("blocked", classic.blocked)
        json.number("context_shifts", classic.shifts)
    }
}
