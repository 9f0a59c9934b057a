import Core
import SQL
import Transcripts

/// Writes what follows from all rows of a session: `context_analysis`, patterns of access, health.
///
/// It reads the session as a whole, so it is done when a session is quiet, or now and then.
final class Settler {
    let table: RowTable
    let store: CatalogStore
    private let sessions: SessionTable
    private let accesses: AccessSettler
    private let events: Statement
    private let calls: Statement
    private let known: Statement
    private let ending: Statement
    private let statuses: Statement
    private let origins: Statement
    private let firstMessage: Statement
    private let unmark: Statement

    init(_ store: CatalogStore, _ sessions: SessionTable) throws(SQLError) {
        self.store = store
        self.sessions = sessions
        let database = store.database
        accesses = try AccessSettler(store)
        table = try RowTable(
            database,
            "context_analysis",
            ["id"] + Attribution.columns + [
                "context_tokens", "context_bytes", "window", "pressure", "compactions",
                "redundancy", "efficiency",
            ]
        )
        events = try database.prepare(SettlingQueries.events)
        calls = try database.prepare(SettlingQueries.calls)
        known = try database.prepare("SELECT id FROM context_analysis WHERE session = ?")
        ending = try database.prepare(SettlingQueries.ending)
        statuses = try database.prepare(
            "SELECT status, count(*) FROM entries WHERE session = ? GROUP BY status"
        )
        origins = try database.prepare(SettlingQueries.origins)
        firstMessage = try database.prepare(SettlingQueries.firstMessage)
        unmark = try database.prepare("DELETE FROM unsettled WHERE session = ?")
    }

    /// Settles one session.
    func settle(_ id: Int64) throws(SQLError) {
        try unmark.run(values: [.integer(id)])
        sessions.settled(id)
        let record = try sessions.record(id)
        let meter = try measure(id)
        guard let record else { return }
        record[.peakContext] = meter.peak > 0 ? .integer(meter.peak) : .null
        record[.filesTouched] = .integer(try accesses.settle(id))
        var health = SessionHealth()
        health.compactions = meter.compactions
        health.greatestPressure = meter.greatestPressure
        try calls.query(id) { (row) throws(SQLError) in
            health.add(
                SessionHealth.Call(
                    name: row.text(0),
                    input: row.int(1),
                    path: row.isNull(2) ? nil : row.text(2),
                    hasFailed: row.bool(3)
                )
            )
        }
        health.outcome = try outcome(of: id)
        record[.health] = .integer(health.score)
        record[.grade] = .text(SessionHealth.grade(health.score))
        record[.outcome] = .text(health.outcome.rawValue)
        record[.integrity] = .text(try integrity(of: id))
        if record.winners[SessionRecord.Field.lineage.rawValue] == nil {
            record[.lineage] = SQLValue(try lineage(of: id)?.rawValue)
        }
    }

    /// Walks the session and writes a row for each response of its main chain.
    private func measure(_ session: Int64) throws(SQLError) -> ContextMeter {
        var meter = ContextMeter()
        var rows: [[SQLValue]] = []
        try events.query(session) { (event) throws(SQLError) in
            switch event.int(0) {
            case 0: meter.compact()
            case 1: meter.add(bytes: event.int(8))
            case 2:
                meter.add(
                    ContextMeter.ToolOutput(
                        bytes: event.int(8),
                        hash: event.blob(9),
                        hasFailed: event.bool(10)
                    )
                )
            default: rows.append(row(event, session, &meter))
            }
        }
        var stale = Set(try known.all(session) { $0.int(0) })
        for row in rows {
            guard let id = row[0].integer else { continue }
            stale.remove(id)
            if let former = try table.load(id) {
                if former != row { try store.update(row, in: table) }
            } else if try !store.isRetired(id, table) {
                try store.insert(row, into: table)
            }
        }
        for id in stale.sorted() { try store.bury(id, in: table) }
        return meter
    }

    private func row(
        _ event: Statement,
        _ session: Int64,
        _ meter: inout ContextMeter
    ) -> [SQLValue] {
        let reading = meter.read(
            tokens: event.int(8),
            window: event.isNull(9) ? nil : event.int(9),
            model: event.isNull(10) ? nil : event.text(10)
        )
        return [
            .integer(store.identity.of(.context, event.int(2))), event.value(3), event.value(4),
            event.value(5), .integer(session), event.value(6), .integer(reading.tokens),
            .integer(reading.bytes), SQLValue(reading.window), SQLValue(reading.pressure),
            .integer(reading.compactions), SQLValue(reading.redundancy),
            SQLValue(reading.efficiency),
        ]
    }

    private func outcome(of session: Int64) throws(SQLError) -> SessionHealth.Outcome {
        let kind = try ending.first(session) { $0.text(0) }
        return switch kind.flatMap(MessageKind.init(rawValue:)) {
        case .prompt: .abandoned
        case .apiError: .errored
        default: .completed
        }
    }

    /// The worst that its records are: "malformed", "recovered", "unknown" or "ok".
    private func integrity(of session: Int64) throws(SQLError) -> String {
        let found = Set(try statuses.all(session) { $0.text(0) })
        let order: [EntryStatus] = [.malformed, .recovered, .unknown]
        return (order.first { found.contains($0.rawValue) } ?? .ok).rawValue
    }

    /// What its rows show where no record tells: it repeats events of another, or begins with a summary.
    private func lineage(of session: Int64) throws(SQLError) -> Lineage? {
        if try origins.first(session, row: { $0.int(0) }) != nil { return .resumed }
        let kind = try firstMessage.first(session) { $0.text(0) }
        return kind == MessageKind.compactSummary.rawValue ? .compacted : nil
    }
}
