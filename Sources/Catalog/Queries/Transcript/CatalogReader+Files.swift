import Core
import SQL

extension CatalogReader {
    /// The files with records of a session, of each the latest generation that has some.
    package func files(ofSession session: Int64) throws(OperatorError) -> [ArchivedFile] {
        try archived(
            """
            SELECT file, MAX(generation), source, path, held FROM files
            WHERE id IN (SELECT file FROM entries WHERE session = ?) AND expired = 0
            GROUP BY file ORDER BY path, file
            """,
            [.integer(session)]
        )
    }

    /// The files of an agent, of each path the one that is there, or was the last there, in its latest generation.
    ///
    /// - Throws: `.input` for an agent without files.
    package func files(ofAgent name: String) throws(OperatorError) -> [ArchivedFile] {
        let found = try archived(
            """
            SELECT file, generation, source, path, held FROM files f
            WHERE agent IN (SELECT agent FROM agents WHERE name = ?1 OR identity = ?1)
                AND expired = 0
            ORDER BY source, path, deleted, changed DESC, generation DESC
            """,
            [.text(name)]
        )
        guard !found.isEmpty else {
            let known = try rows("SELECT name FROM agents ORDER BY name") { $0.text(0) }
            throw OperatorError(
                .input,
                "no files of an agent \(TerminalText.line(name))",
                remedy: known.isEmpty
                    ? "Nothing was received yet."
                    : "There are files of: \(TerminalText.line(known.joined(separator: ", ")))"
            )
        }
        var files: [ArchivedFile] = []
        for file in found where file.source != files.last?.source || file.path != files.last?.path {
            files.append(file)
        }
        return files
    }

    private func archived(
        _ sql: String,
        _ values: [SQLValue]
    ) throws(OperatorError) -> [ArchivedFile] {
        try rows(sql, values) { row in
            FileID(row.uint64(0)).map {
                ArchivedFile(
                    stream: StreamID(
                        file: $0,
                        generation: Generation(truncatingIfNeeded: row.int(1))
                    ),
                    source: row.text(2),
                    path: row.text(3),
                    held: row.uint64(4)
                )
            }
        }.compactMap { $0 }
    }
}
