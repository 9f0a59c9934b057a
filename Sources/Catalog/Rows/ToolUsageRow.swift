import SQL
import Transcripts

/// A row of `tool_usage`: a call, what came of it, or both.
struct ToolUsageRow: Equatable {
    static let columns =
        ["id"] + Attribution.columns + ["tool", "call"] + pointerColumns + callColumns
        + resultColumns + ["success", "duration"]

    private static let pointerColumns = [
        "call_entry", "content_entry", "version", "result_entry", "result_content_entry",
        "result_version", "result_timestamp",
    ]
    private static let callColumns = [
        "name", "category", "mcp_server", "model", "file_path", "command", "query",
        "target_directory", "input_size", "input_hash", "message_key", "sensitive", "system_files",
        "network", "danger", "sidechain",
    ]
    private static let resultColumns = [
        "outcome", "error_text", "error_class", "exit_code", "result_type", "result_size",
        "duration_measured", "subagent",
    ]

    /// One side of a row: who tells it first, and who tells what counts.
    struct Side: Equatable {
        var entry: Int64
        /// The record that the content is from, when it is not the first that tells it.
        var contentEntry: Int64?
        var version: UInt64
        var content: [SQLValue]
    }

    var id: Int64
    /// Of the call, or of the result where there is no call.
    var who: Attribution
    var tool: String
    var callID: String?
    var call: Side?
    /// The values of `resultColumns`; of the duration only one that was measured.
    var result: Side?
    var resultTimestamp: Int64?
    /// As the tool measured it, in nanoseconds.
    var measured: Int64?

    init(id: Int64, tool: String, callID: String?, who: Attribution) {
        self.id = id
        self.tool = tool
        self.callID = callID
        self.who = who
    }

    init(_ values: [SQLValue]) {
        id = values[0].integer ?? 0
        who = Attribution(Array(values[1...]))
        tool = values[6].text ?? ""
        callID = values[7].text
        let calls = 15
        let results = calls + ToolUsageRow.callColumns.count
        let end = results + ToolUsageRow.resultColumns.count
        if let entry = values[8].integer {
            call = Side(
                entry: entry,
                contentEntry: values[9].integer,
                version: UInt64(bitPattern: values[10].integer ?? 0),
                content: Array(values[calls..<results])
            )
        }
        if let entry = values[11].integer {
            result = Side(
                entry: entry,
                contentEntry: values[12].integer,
                version: UInt64(bitPattern: values[13].integer ?? 0),
                content: Array(values[results..<end])
            )
        }
        resultTimestamp = values[14].integer
        if result?.content[6].isTrue == true { measured = values[end + 1].integer }
    }

    var values: [SQLValue] {
        let blankCall = ToolUsageRow.blankCall
        let blankResult = ToolUsageRow.blankResult
        return [.integer(id)] + who.values + [
            .text(tool), SQLValue(callID), SQLValue(call?.entry), SQLValue(call?.contentEntry),
            .integer(Int64(bitPattern: call?.version ?? 0)), SQLValue(result?.entry),
            SQLValue(result?.contentEntry),
            .integer(Int64(bitPattern: result?.version ?? 0)), SQLValue(resultTimestamp),
        ] + (call?.content ?? blankCall) + (result?.content ?? blankResult) + [
            result.map { SQLValue($0.content[0] == .text(ToolOutcome.success.rawValue)) }
                ?? .null, SQLValue(duration),
        ]
    }

    private static let blankCall: [SQLValue] =
        Array(repeating: .null, count: 11)
        + [.integer(0), .integer(0), .integer(0), .null, .integer(0)]
    private static let blankResult: [SQLValue] =
        Array(repeating: .null, count: 6) + [.integer(0), .null]

    /// As the tool measured it, else the time between the two records; nil while one is missing.
    private var duration: Int64? {
        if let measured { return measured }
        guard call != nil, result != nil, let start = who.timestamp, let end = resultTimestamp
        else { return nil }
        return end &- start
    }

    /// What it adds to its session.
    var totals: SessionTotals {
        var totals = SessionTotals()
        guard call != nil else { return totals }
        totals[.toolCalls] = 1
        let failures: [ToolOutcome] = [.error, .interrupted]
        if failures.contains(where: { result?.content[0] == .text($0.rawValue) }) {
            totals[.toolErrors] = 1
        }
        return totals
    }

    /// What the index of fragments has of it: path, command and query; nil when it has none of them.
    var fragments: [SQLValue]? {
        guard let content = call?.content[4...6], content.contains(where: { $0 != .null }) else {
            return nil
        }
        return Array(content)
    }
}
