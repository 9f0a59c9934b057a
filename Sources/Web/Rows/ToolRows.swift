import Catalog

/// A tool's figures as the API tells them.
enum ToolRows {
    static func write(_ tool: ReportTool, _ json: inout JSONBuffer) {
        json.string("name", tool.name)
        json.number("calls", tool.calls)
        json.number("paired", tool.paired)
        json.number("unpaired", tool.calls - tool.paired)
        json.number("errors", tool.errors)
        json.number("denied", tool.denied)
        json.number("success_rate", tool.successRate)
        let completion = tool.calls > 0 ? Double(tool.paired) / Double(tool.calls) : nil
        json.number("completion_rate", completion)
        json.milliseconds("p50_ms", tool.median)
        json.milliseconds("p95_ms", tool.p95)
        json.milliseconds("p99_ms", tool.p99)
        json.number("over_10_minutes", tool.waiting)
    }
}
