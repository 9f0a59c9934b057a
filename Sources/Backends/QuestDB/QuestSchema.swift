import Catalog

/// The tables at a QuestDB server: time series with `timestamp` (or of rows without one 1970) as designated timestamp.
///
/// A row is known by (timestamp, id), of which the last write counts. QuestDB deletes no rows: one that is gone, or that
/// came to be of another time, stays with `is_deleted` true. Queries say `WHERE NOT is_deleted`.
struct QuestSchema {
    /// The tables that are delivered: those that are series in time.
    static let tables = ["messages", "tool_usage", "responses"]

    let prefix: String
    /// Days that rows are kept; nil for ever.
    let days: Int64?

    func name(_ table: FeedTable) -> String { prefix + table.name }

    func create(_ table: FeedTable) -> String {
        let columns = table.columns.filter { $0.name != table.timeColumn }
            .map { "\"\($0.name)\" \(QuestSchema.type(of: $0))" }
        let ttl = days.map { " TTL \($0) DAYS" } ?? ""
        return """
            CREATE TABLE IF NOT EXISTS "\(name(table))" ("timestamp" TIMESTAMP, \
            \(columns.joined(separator: ", ")), "is_deleted" BOOLEAN) \
            TIMESTAMP(timestamp) PARTITION BY DAY\(ttl) WAL DEDUP UPSERT KEYS(timestamp, id)
            """
    }

    func add(_ column: FeedColumn, to table: FeedTable) -> String {
        "ALTER TABLE \"\(name(table))\" ADD COLUMN \"\(column.name)\" \(QuestSchema.type(of: column))"
    }

    static func type(of column: FeedColumn) -> String {
        switch column.kind {
        case .identifier, .integer: "LONG"
        case .real: "DOUBLE"
        case .boolean: "BOOLEAN"
        case .time: "TIMESTAMP"
        case .hexadecimal: "VARCHAR"
        case .text: column.isWord ? "SYMBOL" : "VARCHAR"
        }
    }
}
