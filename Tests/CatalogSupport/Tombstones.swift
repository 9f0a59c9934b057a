import SQL

/// What tombstones say.
package enum Tombstones {
    /// The tombstones whose rows are there.
    package static func ofLivingRows(_ database: Connection) throws -> [String] {
        let tables = try database.prepare("SELECT DISTINCT table_name FROM tombstones").all {
            $0.text(0)
        }
        return try tables.flatMap { table in
            try database.prepare(
                """
                SELECT id FROM tombstones
                WHERE table_name = '\(table)' AND id IN (SELECT id FROM \(table))
                """
            ).all { "\(table) \($0.int(0))" }
        }
    }

    /// The identifiers of a table's tombstones.
    package static func of(_ table: String, _ database: Connection) throws -> [Int64] {
        try database.prepare("SELECT id FROM tombstones WHERE table_name = ?").all(table) {
            $0.int(0)
        }
    }
}
