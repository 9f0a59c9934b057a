import Core
import SQL
import Transcripts

/// Writes what follows from all rows of a session: `context_analysis`, patterns of access, health.
///
/// It takes the session as a whole, so it is done when a session is quiet, or now and then; what it writes does
/// not depend on how often it was done before.
final class Settler {
    let table: RowTable
    let store: CatalogStore
    let reader: SettlingReader
    private let sessions: SessionTable
    var pricing: any Pricing
    private let accesses: AccessSettler
    private let unmark: Statement

    init(
        _ store: CatalogStore,
        _ sessions: SessionTable,
        _ pricing: any Pricing
    ) throws(SQLError) {
        self.store = store
        self.sessions = sessions
        self.pricing = pricing
        let database = store.database
        reader = try SettlingReader(database)
        accesses = try AccessSettler(store)
        table = try RowTable(
            database,
            "context_analysis",
            ["id"] + Attribution.columns + [
                "context_tokens", "context_bytes", "window", "pressure", "compactions",
                "redundancy", "efficiency",
            ]
        )
        unmark = try database.prepare("DELETE FROM unsettled WHERE session = ?")
    }

    /// Settles one session.
    func settle(_ id: Int64) throws(SQLError) { try settle(id, try reader.facts(of: id)) }

    /// Settles one session, of which these are the facts: nothing was written to it since they were read.
    func settle(_ id: Int64, _ facts: SettlingFacts) throws(SQLError) {
        try unmark.run(values: [.integer(id)])
        sessions.settled(id)
        let walk = facts.walk
        let pressure = try store(walk, facts.contexts)
        guard let record = try sessions.record(id) else { return }
        note(walk.signals(facts.outcome, peakPressure: pressure), in: record)
        record[.peakContext] = walk.peak > 0 ? .integer(walk.peak) : .null
        record[.activeTime] = SQLValue(facts.activeTime)
        let oneShot = walk.oneShot
        record[.editTurns] = .integer(Int64(oneShot.editTurns))
        record[.oneShotTurns] = .integer(Int64(oneShot.oneShot))
        let sums = try accesses.settle(facts.accesses)
        record[.filesTouched] = .integer(sums.files)
        record[.reads] = .integer(sums.reads)
        record[.rereads] = .integer(sums.rereads)
        record[.integrity] = .text(facts.integrity)
        if record.winners[SessionRecord.Field.lineage.rawValue] == nil {
            record[.lineage] = SQLValue(facts.lineage?.rawValue)
        }
    }

    private func note(_ signals: SessionSignals, in record: SessionRecord) {
        record[.retries] = .integer(Int64(signals.retries))
        record[.churn] = .integer(Int64(signals.churn))
        record[.failureStreak] = .integer(Int64(signals.longestFailureStreak))
        record[.looping] = SQLValue(signals.isLooping)
        record[.midTaskCompactions] = .integer(Int64(signals.midTaskCompactions))
        record[.health] = .integer(Int64(signals.healthScore))
        record[.grade] = .text(signals.grade)
        record[.outcome] = .text(signals.outcome.rawValue)
    }

    /// Writes a row for each response of the main chain; the greatest pressure, nil where no window is known.
    ///
    /// `known`: the rows that the session has.
    private func store(_ walk: SessionWalk, _ known: Set<Int64>) throws(SQLError) -> Double? {
        let windows = walk.windows(pricing)
        var greatest: Double?
        var stale = known
        for (response, window) in zip(walk.responses, windows) {
            let pressure = window.map { Double(response.tokens) / Double($0) }
            if let pressure { greatest = max(greatest ?? 0, pressure) }
            let id = store.identity.of(.context, response.id)
            let row: [SQLValue] =
                [.integer(id)] + response.who.values + [
                    .integer(response.tokens), .integer(response.bytes), SQLValue(window),
                    SQLValue(pressure), .integer(response.compactions),
                    SQLValue(response.redundancy), SQLValue(response.efficiency),
                ]
            stale.remove(id)
            // Another session may have it, which the response was of before.
            if store.mayHave(id), let former = try table.load(id) {
                if former != row { try store.update(row, in: table) }
            } else if try !store.isRetired(id, table) {
                try store.insert(row, into: table)
            }
        }
        for id in stale.sorted() { try store.bury(id, in: table) }
        return greatest
    }
}
