import SQL

/// The two indexes of words and fragments as a whole.
enum FullTextSearch {
    static let tables = ["words", "fragments"]

    /// Lets much be collected in memory before it is written, for a catalog that is made anew.
    static func collectMuch(in database: Connection) throws(SQLError) {
        for table in tables {
            try database.execute(
                """
                INSERT INTO \(table) (\(table), rank) VALUES ('hashsize', 16777216);
                INSERT INTO \(table) (\(table), rank) VALUES ('automerge', 0);
                INSERT INTO \(table) (\(table), rank) VALUES ('crisismerge', 64);
                """
            )
        }
    }

    /// Merges what was collected, and sets what is right for small changes.
    static func optimise(_ database: Connection) throws(SQLError) {
        for table in tables {
            try database.execute(
                """
                INSERT INTO \(table) (\(table)) VALUES ('optimize');
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
