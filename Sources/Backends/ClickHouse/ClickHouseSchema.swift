import Catalog
import Core

/// The tables at a ClickHouse server.
///
/// Of an `id` the row with the greatest `rev` counts (ReplacingMergeTree), a deletion among them. The order key is `id`
/// alone: nothing else is known of a row that is gone. Rows are kept by day; one that comes to be of another time is
/// deleted in the day that it leaves. Queries read `FINAL`.
struct ClickHouseSchema {
    let database: String
    let prefix: String
    /// Days that rows are kept; nil for ever.
    let days: Int64?

    func name(_ table: FeedTable) -> String { "`\(database)`.`\(prefix)\(table.name)`" }

    /// All statements, in their order.
    func statements(_ tables: [FeedTable]) -> [String] {
        ["CREATE DATABASE IF NOT EXISTS `\(database)`"] + tables.map { create($0) } + [dailySummary]
    }

    func create(_ table: FeedTable) -> String {
        let columns = table.columns.map { column in
            "    `\(column.name)` \(type(of: column, in: table)) COMMENT \(ClickHouseSchema.quoted(column.summary))"
        }
        var text = """
            CREATE TABLE IF NOT EXISTS \(name(table)) (
            \(columns.joined(separator: ",\n")),
                `is_deleted` UInt8 DEFAULT 0 COMMENT '1 for a row that is there no more'\(index(table))
            ) ENGINE = ReplacingMergeTree(rev, is_deleted)
            """
        if let time = table.timeColumn { text += "\nPARTITION BY toYYYYMMDD(`\(time)`)" }
        text += "\nORDER BY `id`"
        if let days, let time = table.timeColumn {
            text += "\nTTL toDateTime(`\(time)`) + INTERVAL \(days) DAY"
        }
        text += "\nSETTINGS non_replicated_deduplication_window = 1000"
        return text + "\nCOMMENT \(ClickHouseSchema.quoted(table.summary))"
    }

    /// A text as SQL.
    static func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "'"
    }

    /// Rows are not in the order of sessions, which most questions are about.
    private func index(_ table: FeedTable) -> String {
        guard table.index(of: "session") != nil else { return "" }
        return ",\n    INDEX `by_session` `session` TYPE bloom_filter GRANULARITY 1"
    }

    /// The type of a column; what people tell apart from 0 may be NULL.
    func type(of column: FeedColumn, in table: FeedTable) -> String {
        let isKey = !column.isOptional || column.name == table.timeColumn
        func nullable(_ type: String) -> String { isKey ? type : "Nullable(\(type))" }
        switch column.kind {
        case .identifier: return nullable("Int64")
        case .integer: return nullable("Int64")
        case .real: return nullable("Float64")
        case .boolean: return nullable("Bool")
        case .time: return nullable("DateTime64(3, 'UTC')")
        case .hexadecimal: return "String"
        case .text:
            return column.isWord ? "LowCardinality(String)" : "String"
        }
    }

    /// The sessions of each day, from the latest rows: a materialized view would count every version of a row.
    private var dailySummary: String {
        """
        CREATE OR REPLACE VIEW `\(database)`.`\(prefix)daily_sessions` AS
        SELECT toDate(started) AS day, owner, machine, tool, project, count() AS sessions,
            sum(prompts) AS prompts, sum(messages) AS messages, sum(tool_calls) AS tool_calls,
            sum(tool_errors) AS tool_errors, sum(input_tokens) AS input_tokens,
            sum(output_tokens) AS output_tokens, sum(cache_write_tokens) AS cache_write_tokens,
            sum(cache_read_tokens) AS cache_read_tokens, sum(cost) / 1000000 AS dollars
        FROM `\(database)`.`\(prefix)sessions` FINAL
        WHERE started IS NOT NULL
        GROUP BY day, owner, machine, tool, project
        """
    }
}
