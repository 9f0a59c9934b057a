import SQL

/// Writes what follows from all rows of a session.
final class Settler {
    let table: RowTable
    private let store: CatalogStore
    private let sessions: SessionTable

    init(_ store: CatalogStore, _ sessions: SessionTable) throws(SQLError) {
        self.store = store
        self.sessions = sessions
        table = try RowTable(store.database, "context_analysis", ["id", "entry"])
    }
}
