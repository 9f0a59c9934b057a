import SQL

extension CatalogWriter {
    /// Keeps what a reader found in sessions (`CatalogReader.unstoredAnswers`), of those that did not change since.
    ///
    /// No row that consumers follow changes. Call it inside a transaction.
    package func keep(_ answers: [SessionAnswers]) throws(SQLError) {
        let insert = try store.database.prepare(
            """
            INSERT OR REPLACE INTO session_answers SELECT ?1, ?2, ?3, ?4
            WHERE EXISTS (SELECT 1 FROM session_changes WHERE session = ?1 AND rev = ?2)
            """
        )
        for found in answers {
            try insert.run(found.session, found.stamp, found.form, found.bytes)
        }
    }
}
