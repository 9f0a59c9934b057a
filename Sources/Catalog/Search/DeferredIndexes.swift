import SQL

/// Indexes that nothing, or hardly anything, asks for while records are written: a catalog that is made anew gets them
/// at the end, sorted, or when one is asked for.
struct DeferredIndexes {
    private static let names = [
        "files_by_rev", "sessions_by_rev", "entries_by_rev", "messages_by_rev", "responses_by_rev",
        "tool_usage_by_rev", "file_access_by_rev", "findings_by_rev", "attachments_by_rev",
        "tags_by_rev", "turns_by_rev", "compactions_by_rev", "responses_by_time",
        "tool_usage_by_session", "tool_usage_by_name", "file_access_by_session",
        "file_access_by_path", "findings_by_session", "findings_by_rule", "attachments_by_session",
        "tags_by_session", "turns_by_session", "compactions_by_session", "entries_by_file",
        "entries_by_session", "messages_by_session", "tool_usage_by_time", "file_access_by_time",
        "context_analysis_by_time", "findings_by_time", "entries_of_copies",
    ]

    /// What makes those that are missing, by name.
    private var definitions: [(name: String, sql: String)] = []

    /// Takes them away.
    init(_ database: Connection) throws(SQLError) {
        let known = try database.prepare(
            "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?"
        )
        for name in DeferredIndexes.names {
            if let sql = try known.first(name, row: { $0.text(0) }) {
                definitions.append((name, sql))
            }
        }
        for name in DeferredIndexes.names { try database.execute("DROP INDEX IF EXISTS \(name)") }
    }

    func lacks(_ name: String) -> Bool { definitions.contains { $0.name == name } }

    /// Makes one of them, unless it is there.
    mutating func build(_ name: String, in database: Connection) throws(SQLError) {
        guard let index = definitions.firstIndex(where: { $0.name == name }) else { return }
        try database.execute(definitions[index].sql)
        definitions.remove(at: index)
    }

    /// Makes all that are missing.
    func build(in database: Connection) throws(SQLError) {
        for definition in definitions { try database.execute(definition.sql) }
    }
}
