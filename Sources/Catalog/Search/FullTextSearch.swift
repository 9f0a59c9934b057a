import SQL

/// The two indexes of words and fragments as a whole.
enum FullTextSearch {
    static let tables = ["words", "fragments"]

    /// What makes the indexes, without what they index.
    static func definitions(in database: Connection) throws(SQLError) -> [String] {
        let definition = try database.prepare("SELECT sql FROM sqlite_schema WHERE name = ?")
        var found: [String] = []
        for table in tables {
            if let sql = try definition.first(table, row: { $0.text(0) }) { found.append(sql) }
        }
        return found
    }

    /// Replaces the indexes of a database that is attached by those of this one.
    static func copyTables(to other: String, in database: Connection) throws(SQLError) {
        for table in tables {
            for part in ["data", "idx", "docsize", "config"] {
                let name = "\(table)_\(part)"
                let isThere = try database.prepare(
                    "SELECT 1 FROM main.sqlite_schema WHERE name = ?"
                )
                .first(name) { _ in true }
                guard isThere == true else { continue }
                try database.execute(
                    """
                    DELETE FROM \(other).\(name);
                    INSERT INTO \(other).\(name) SELECT * FROM main.\(name);
                    """
                )
            }
        }
    }

    /// Lets much be collected in memory before it is written, for a catalog that is made anew.
    static func collectMuch(in database: Connection) throws(SQLError) {
        for table in tables {
            try database.execute(
                """
                INSERT INTO \(table) (\(table), rank) VALUES ('hashsize', 8388608);
                INSERT INTO \(table) (\(table), rank) VALUES ('automerge', 0);
                INSERT INTO \(table) (\(table), rank) VALUES ('crisismerge', 64);
                """
            )
        }
    }

    /// Sets what is right for small changes; what was collected is merged by and by.
    static func settle(_ database: Connection) throws(SQLError) {
        for table in tables {
            try database.execute(
                """
                INSERT INTO \(table) (\(table), rank) VALUES ('hashsize', 1048576);
                INSERT INTO \(table) (\(table), rank) VALUES ('automerge', 4);
                INSERT INTO \(table) (\(table), rank) VALUES ('crisismerge', 16);
                """
            )
        }
    }

    /// What is wrong between the indexes and their tables; empty when they agree.
    static func check(_ database: Connection) -> [String] {
        tables.compactMap { table in
            do throws(SQLError) {
                try database.execute(
                    "INSERT INTO \(table) (\(table), rank) VALUES ('integrity-check', 1)"
                )
                return nil
            } catch {
                return "\(table): \(error.message)"
            }
        }
    }
}
