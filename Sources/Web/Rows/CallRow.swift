import Catalog
import SQL

/// A tool call as the API tells it; `c` is the call.
enum CallRow {
    static let columns = """
        c.id, c.call, c.name, c.category, c.mcp_server, c.file_path, c.command, c.query,
        c.target_directory, c.timestamp, c.outcome, c.error_text, c.error_class, c.exit_code,
        c.result_type, c.result_size, c.duration, c.duration_measured, c.danger, c.sensitive,
        c.network, c.system_files, c.session
        """
    static let count = 23

    /// Bytes of an argument that are told in lists.
    private static let argument = 2000

    static func write(
        _ key: StaticString?,
        _ row: Statement,
        _ first: Int,
        _ subagents: [String: Int64],
        _ json: inout JSONBuffer
    ) {
        func text(_ offset: Int) -> String? {
            row.optionalText(first + offset).map { ItemRows.cut($0, argument).text }
        }
        let call = text(1)
        json.object(key) { json in
            json.identifier("id", row.int(first))
            json.string("call", call)
            json.string("name", text(2))
            json.string("category", text(3))
            json.string("mcp_server", text(4))
            json.string("argument", text(6) ?? text(5) ?? text(7) ?? text(8))
            json.string("file_path", text(5))
            json.string("command", text(6))
            json.string("query", text(7))
            json.string("directory", text(8))
            json.time("timestamp", row.optionalTime(first + 9))
            json.string("outcome", text(10))
            json.string("error", text(11))
            json.string("error_class", text(12))
            json.number("exit_code", row.optionalInt(first + 13))
            json.string("result_type", text(14))
            json.number("result_size", row.optionalInt(first + 15))
            json.milliseconds("duration_ms", row.optionalInt(first + 16))
            json.bool("measured", row.bool(first + 17))
            json.string("danger", text(18))
            json.bool("sensitive", row.bool(first + 19))
            json.bool("network", row.bool(first + 20))
            json.bool("system_files", row.bool(first + 21))
            json.identifier("subagent", call.flatMap { subagents[$0] })
            json.identifier("session", row.optionalInt(first + 22))
        }
    }
}
