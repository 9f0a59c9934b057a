import Core
import SQL

extension CatalogReader {
    /// A table for people who ask with SQL.
    package struct Table: Sendable, Hashable {
        /// One of its columns.
        package struct Column: Sendable, Hashable {
            package var name: String
            package var type: String
            /// Nil where the name says it all.
            package var explanation: String?
        }

        package var name: String
        package var explanation: String?
        package var columns: [Column]
    }

    /// The tables in the order of their explanations, then those without one, by name.
    package func tables() throws(OperatorError) -> [Table] {
        let names = try rows(
            """
            SELECT name FROM sqlite_schema s WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
                AND NOT EXISTS (
                    SELECT 1 FROM sqlite_schema v WHERE v.sql LIKE 'CREATE VIRTUAL%'
                        AND s.name LIKE v.name || '\\_%' ESCAPE '\\')
            ORDER BY name
            """
        ) { $0.text(0) }
        let known = CatalogDescription.tables.map(\.name)
        let order = known.filter(names.contains) + names.filter { !known.contains($0) }
        var tables: [Table] = []
        for name in order {
            let columns = try rows(
                "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid",
                [.text(name)]
            ) { ($0.text(0), $0.text(1)) }
            tables.append(
                Table(
                    name: name,
                    explanation: CatalogDescription.tables.first { $0.name == name }?.text,
                    columns: columns.filter { !CatalogDescription.packed.contains($0.0) }.map {
                        column in
                        Table.Column(
                            name: column.0,
                            type: column.1,
                            explanation: CatalogDescription.columns["\(name).\(column.0)"]
                                ?? CatalogDescription.columns[column.0]
                        )
                    }
                )
            )
        }
        return tables
    }
}
