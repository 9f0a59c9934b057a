import Core
import SQL

/// One block of a conversation, with its call where it belongs to one.
package struct TranscriptItem: Sendable, Hashable {
    /// A call of a tool and what came of it.
    package struct Call: Sendable, Hashable {
        package var id: Int64
        /// The tool's own identifier.
        package var callID: String?
        package var name: String
        package var argument: String?
        /// "success", "error", "denied", "interrupted"; nil while there is no result.
        package var outcome: String?
        package var error: String?
        package var exitCode: Int64?
        package var duration: Duration?
    }

    package var id: Int64
    package var role: String
    package var kind: String
    package var model: String?
    package var timestamp: WallTime?
    package var text: String
    /// Bytes that the text has in the archive; what is stored here may be its beginning.
    package var length: Int64
    package var call: Call?

    /// Where the message's row stands in `select`.
    static let rowColumn = 15

    static let select = """
        SELECT m.id, m.role, m.kind, m.model, m.timestamp, m.text, m.length, t.id, t.call, t.name,
            COALESCE(t.command, t.file_path, t.query, t.target_directory), t.outcome, t.error_text,
            t.exit_code, t.duration, m.row
        FROM messages m LEFT JOIN tool_usage t ON t.id = m.call
        """

    init(_ row: Statement) {
        id = row.int(0)
        role = row.text(1)
        kind = row.text(2)
        model = row.optionalText(3)
        timestamp = row.optionalTime(4)
        text = row.text(5)
        length = row.int(6)
        guard !row.isNull(7) else { return }
        call = Call(
            id: row.int(7),
            callID: row.optionalText(8),
            name: row.optionalText(9) ?? "(unknown tool)",
            argument: row.optionalText(10),
            outcome: row.optionalText(11),
            error: row.optionalText(12),
            exitCode: row.optionalInt(13),
            duration: row.optionalInt(14).map { .nanoseconds($0) }
        )
    }
}
