import Catalog
import Core
import SQL

/// A table of earlier loggers, made from the catalog's.
struct ClassicTable: Sendable {
    /// How a column is told.
    enum Kind: Sendable {
        case text
        case number
        case real
        case flag
        /// Nanoseconds since 1970.
        case time
        /// Nanoseconds, told as milliseconds.
        case milliseconds
        /// Millionths of a dollar, told as dollars.
        case dollars
    }

    struct Column: Sendable {
        var name: StaticString
        var sql: String
        var kind: Kind
    }

    let name: String
    /// With its alias.
    let table: String
    /// What it is ordered by, newest first: nanoseconds, then a row's number.
    let time: String
    let row: String
    let condition: String
    let columns: [Column]

    static let all = [sessions, toolUsage, fileAccess, contextTrends]

    private var alias: String { String(table.split(separator: " ").last ?? "") }

    func write(_ context: RequestContext, _ json: inout JSONBuffer) throws(APIError) {
        let limit = try context.parameters.number("limit", or: 100, 1...500)
        let counted = try conditions(context, condition, isCount: true)
        let join = alias == "s" ? "" : "LEFT JOIN sessions s ON s.id = \(alias).session"
        let from = """
            FROM \(table) \(join) LEFT JOIN agents a ON a.agent = \(alias).agent
            LEFT JOIN owners o ON o.owner = \(alias).owner
            """
        let total = try context.count(
            "SELECT COUNT(*) FROM \(table) \(counted.sql)",
            counted.values
        )
        let newest = NewestRows(
            time: "\(alias).\(time)",
            row: "\(alias).\(row)",
            cursor: try context.parameters["cursor"].map { (text) throws(APIError) in
                try Cursor(text, "t").numbers(2)
            }
        )
        let list = columns.map(\.sql).joined(separator: ", ")
        var all: [([UInt8], [Int64])] = []
        try newest.forEach(
            context,
            "SELECT \(alias).\(time), \(alias).\(row), \(list) \(from)",
            // The order decides which index is used.
            try conditions(context, "+\(condition)"),
            limit: limit + 1
        ) { row in
            var json = JSONBuffer(capacity: 500)
            json.object { json in
                for (index, column) in columns.enumerated() {
                    ClassicTable.write(column, row, index + 2, &json)
                }
            }
            all.append((json.bytes, [row.int(0), row.int(1)]))
        }
        let shown = all.prefix(Int(limit))
        json.array("data") { json in for row in shown { json.raw(nil, row.0) } }
        json.number("total", total)
        let last = all.count > shown.count ? shown.last : nil
        json.string("next", last.map { Cursor("t", $0.1).text })
    }

    private func conditions(
        _ context: RequestContext,
        _ condition: String,
        isCount: Bool = false
    ) throws(APIError) -> Conditions {
        let filter = try context.filter()
        var conditions = Conditions(condition)
        // Calls are counted in the index by name, which has all that is asked; by time each would be looked up.
        let isByName = isCount && alias == "u"
        conditions.within(filter.span, "\(isByName ? "+" : "")\(alias).\(time)")
        let column = alias == "s" ? "s.id" : "\(alias).session"
        conditions.add(
            try context.reading { (catalog) throws(OperatorError) in
                try catalog.scope(RowFilter(filter.terms), column)
            }
        )
        return conditions
    }

    private static func write(
        _ column: Column,
        _ row: Statement,
        _ index: Int,
        _ json: inout JSONBuffer
    ) {
        guard !row.isNull(index) else { return json.null(column.name) }
        switch column.kind {
        case .text: json.string(column.name, row.text(index))
        case .number: json.number(column.name, row.int(index))
        case .real: json.number(column.name, row.double(index))
        case .flag: json.bool(column.name, row.bool(index))
        case .time: json.time(column.name, row.optionalTime(index))
        case .milliseconds: json.milliseconds(column.name, row.int(index))
        case .dollars: json.number(column.name, Double(row.int(index)) / 1_000_000)
        }
    }

    private static func column(
        _ name: StaticString,
        _ sql: String,
        _ kind: Kind = .text
    ) -> Column {
        Column(name: name, sql: sql, kind: kind)
    }

    // MARK: The tables

    private static let sessions = ClassicTable(
        name: "claude-sessions",
        table: "sessions s",
        time: "ended",
        row: "id",
        condition: "(s.entries > 0 OR s.messages > 0)",
        columns: [
            column("session_id", "s.session"), column("tool", "s.tool"),
            column("project", "s.project"), column("title", "s.title"),
            column("user", "o.name"), column("machine", "a.name"),
            column("model", "s.models"), column("start_time", "s.started", .time),
            column("end_time", "s.ended", .time),
            column("duration_seconds", "(s.ended - s.started) / 1e9", .real),
            column("message_count", "s.messages", .number),
            column("tool_count", "s.tool_calls", .number),
            column("error_count", "s.tool_errors", .number),
            column("files_touched", "s.files_touched", .number),
            column(
                "total_tokens",
                "s.input_tokens + s.output_tokens + s.cache_write_tokens + s.cache_read_tokens",
                .number
            ),
            column("input_tokens", "s.input_tokens", .number),
            column("output_tokens", "s.output_tokens", .number),
            column("cache_read_tokens", "s.cache_read_tokens", .number),
            column("cache_write_tokens", "s.cache_write_tokens", .number),
            column("cost_usd", "s.cost", .dollars), column("status", "s.outcome"),
        ]
    )

    private static let toolUsage = ClassicTable(
        name: "claude-tool-usage",
        table: "tool_usage u",
        time: "timestamp",
        row: "row",
        condition: "u.name IS NOT NULL",
        columns: [
            column("timestamp", "u.timestamp", .time), column("session_id", "s.session"),
            column("tool_name", "u.name"), column("category", "u.category"),
            column("file_path", "u.file_path"), column("command", "u.command"),
            column("query", "u.query"), column("target_directory", "u.target_directory"),
            column("success", "u.success", .flag), column("error", "u.error_text"),
            column("duration_ms", "u.duration", .milliseconds),
            column("input_size", "u.input_size", .number),
            column("output_size", "u.result_size", .number),
            column("sensitive_file", "u.sensitive", .flag),
            column("system_file", "u.system_files", .flag), column("network", "u.network", .flag),
            column("dangerous", "u.danger"),
        ]
    )

    private static let fileAccess = ClassicTable(
        name: "claude-file-access",
        table: "file_access f",
        time: "timestamp",
        row: "id",
        condition: "TRUE",
        columns: [
            column("timestamp", "f.timestamp", .time), column("session_id", "s.session"),
            column("file_path", "f.path"), column("operation", "f.operation"),
            column("file_size", "f.size", .number), column("extension", "f.extension"),
            column("content_type", "f.content_type"), column("sensitive", "f.sensitive", .flag),
            column("access_pattern", "f.pattern"),
            column("lines_added", "f.lines_added", .number),
            column("lines_removed", "f.lines_removed", .number), column("tool", "f.tool"),
        ]
    )

    private static let contextTrends = ClassicTable(
        name: "claude-context-trends",
        table: "context_analysis k",
        time: "timestamp",
        row: "id",
        condition: "TRUE",
        columns: [
            column("timestamp", "k.timestamp", .time), column("session_id", "s.session"),
            column("context_tokens", "k.context_tokens", .number),
            column("context_bytes", "k.context_bytes", .number),
            column("window", "k.window", .number), column("pressure", "k.pressure", .real),
            column("compactions", "k.compactions", .number),
            column("redundancy", "k.redundancy / 100", .real),
            column("efficiency", "k.efficiency / 100", .real),
        ]
    )
}
