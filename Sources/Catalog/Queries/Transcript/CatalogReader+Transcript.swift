import Core
import SQL

extension CatalogReader {
    /// Gives the blocks of a session to `body`, in the order of time; what was withdrawn is left out.
    ///
    /// With `last` only so many, the last of them; the result is how many were passed over before.
    @discardableResult
    package func transcript(
        of session: Int64,
        last: Int? = nil,
        _ body: (TranscriptItem) -> Void
    ) throws(OperatorError) -> Int64 {
        let all = try rows(
            """
            SELECT m.row FROM messages m WHERE m.session = ? AND m.retracted = 0
            ORDER BY m.timestamp IS NULL, m.timestamp, m.entry, m.block, m.id
            """,
            [.integer(session)]
        ) { $0.int(0) }
        let wanted = all.suffix(last ?? all.count)
        // Piece by piece: who reads slowly must not hold the catalog's log.
        var start = wanted.startIndex
        while start < wanted.endIndex {
            let end = min(start + CatalogReader.piece, wanted.endIndex)
            let places = wanted[start..<end].map { String($0) }.joined(separator: ",")
            var items: [Int64: TranscriptItem] = [:]
            try forEach("\(TranscriptItem.select) WHERE m.row IN (\(places))", []) {
                items[$0.int(TranscriptItem.rowColumn)] = TranscriptItem($0)
            }
            for row in wanted[start..<end] {
                if let item = items[row] { body(item) }
            }
            start = end
        }
        return Int64(all.count - wanted.count)
    }

    /// Blocks that are read at once.
    private static let piece = 200

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
            let columns = (0..<row.columnCount).map { (row.columnName($0), row.value($0)) }
            body(columns.filter { !CatalogDescription.packed.contains($0.0) })
        }
    }
}
