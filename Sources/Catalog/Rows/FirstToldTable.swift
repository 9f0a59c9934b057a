import SQL

/// Writes a table whose rows are as their first record tells them: attachments, turns, compactions.
final class FirstToldTable {
    let table: RowTable
    private let store: CatalogStore
    private let sessions: SessionTable
    /// What a row adds to its session.
    private let totals: ([SQLValue]) -> SessionTotals

    /// `columns`: those behind identifier and attribution, with the timestamp where it has one.
    init(
        _ store: CatalogStore,
        _ sessions: SessionTable,
        _ name: String,
        _ columns: [String],
        totals: @escaping ([SQLValue]) -> SessionTotals = { _ in SessionTotals() }
    ) throws(SQLError) {
        self.store = store
        self.sessions = sessions
        self.totals = totals
        table = try RowTable(
            store.database,
            name,
            ["id"] + Attribution.columns.dropLast() + columns
        )
    }

    /// Takes what a record tells of a row.
    func tell(_ id: Int64, _ content: [SQLValue], _ claim: Claim) throws(SQLError) {
        let who = Attribution(claim)
        let row = [.integer(id)] + who.values.dropLast() + content
        guard !claim.isNewEvent, store.mayHave(id), let former = try table.load(id),
            let entry = former[1].integer
        else {
            guard try !store.isRetired(id, table) else { return }
            try store.insert(row, into: table)
            try sessions.add(totals(content), to: who.session)
            return
        }
        try store.note(id, told: claim, andBy: entry)
        guard try store.isFirst(claim, before: entry), row != former else { return }
        try sessions.subtract(totals(Array(former[5...])), from: former[4].integer)
        try sessions.add(totals(content), to: who.session)
        try store.update(row, in: table)
    }

    /// Deletes a row.
    func delete(_ id: Int64) throws(SQLError) {
        guard let former = try table.load(id) else { return }
        try sessions.subtract(totals(Array(former[5...])), from: former[4].integer)
        try store.bury(id, in: table)
    }
}
