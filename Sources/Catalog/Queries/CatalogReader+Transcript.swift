import Core
import SQL

extension CatalogReader {
    /// Gives the blocks of a session to `body`, in the order of time; what was withdrawn is left out.
    package func transcript(
        of session: Int64,
        _ body: (TranscriptItem) -> Void
    ) throws(OperatorError) {
        try forEach(
            """
            \(TranscriptItem.select) WHERE m.session = ? AND m.retracted = 0
            ORDER BY m.timestamp IS NULL, m.timestamp, m.entry, m.block, m.id
            """,
            [.integer(session)]
        ) { body(TranscriptItem($0)) }
    }

    /// The tables with rows of a session, for an export of all of them.
    package static let sessionTables = [
        "messages", "responses", "tool_usage", "file_access", "findings", "attachments", "turns",
        "compactions", "context_analysis", "tags",
    ]

    /// Gives the columns and values of each row of a table that belongs to a session to `body`.
    package func forEachRow(
        of table: String,
        session: Int64,
        _ body: ([(String, SQLValue)]) -> Void
    ) throws(OperatorError) {
        let column = table == "sessions" ? "id" : "session"
        try forEach(
            "SELECT * FROM \(table) WHERE \(column) = ? ORDER BY entry, id",
            [.integer(session)]
        ) { row in
            body((0..<row.columnCount).map { (row.columnName($0), row.value($0)) })
        }
    }
}
