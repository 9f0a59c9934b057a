import Catalog

/// The tables at a PostgreSQL server.
///
/// Deletions are deleted. What was said in a text that the server cannot hold (NUL) comes with U+2400 in its place.
struct PostgresSchema {
    let prefix: String

    func name(_ table: FeedTable) -> String { "\"\(prefix)\(table.name)\"" }

    var cursors: String { "\"\(prefix)tailship_cursors\"" }

    func statements(_ tables: [FeedTable]) -> [String] {
        [
            """
            CREATE TABLE IF NOT EXISTS \(cursors) (
                consumer text PRIMARY KEY,
                epoch text NOT NULL,
                rev bigint NOT NULL
            )
            """
        ] + tables.flatMap { statements($0) }
    }

    private func statements(_ table: FeedTable) -> [String] {
        let columns = table.columns.map { column in
            "    \"\(column.name)\" \(PostgresSchema.type(of: column))"
                + (column.name == "id" ? " PRIMARY KEY" : column.name == "rev" ? " NOT NULL" : "")
        }
        var statements = [
            """
            CREATE TABLE IF NOT EXISTS \(name(table)) (
            \(columns.joined(separator: ",\n"))
            )
            """
        ]
        for column in table.columns where column.name != "id" {
            statements.append(
                "ALTER TABLE \(name(table)) ADD COLUMN IF NOT EXISTS \"\(column.name)\" "
                    + PostgresSchema.type(of: column)
            )
        }
        if table.index(of: "session") != nil {
            statements.append(
                "CREATE INDEX IF NOT EXISTS \"\(prefix)\(table.name)_by_session\" "
                    + "ON \(name(table)) (\"session\")"
            )
        }
        if let time = table.timeColumn {
            statements.append(
                "CREATE INDEX IF NOT EXISTS \"\(prefix)\(table.name)_by_time\" "
                    + "ON \(name(table)) (\"\(time)\")"
            )
        }
        return statements
    }

    static func type(of column: FeedColumn) -> String {
        switch column.kind {
        case .identifier, .integer: "bigint"
        case .real: "double precision"
        case .text, .hexadecimal: "text"
        case .boolean: "boolean"
        case .time: "timestamptz"
        }
    }
}
