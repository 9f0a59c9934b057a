import Core
import SQL
import Transcripts

/// Writes what follows from all rows of a session: `context_analysis`, patterns of access, health.
///
/// It reads the session as a whole, so it is done when a session is quiet, or now and then; what it writes does
/// not depend on how often it was done before.
final class Settler {
    let table: RowTable
    let store: CatalogStore
    private let sessions: SessionTable
    var pricing: any Pricing
    private let accesses: AccessSettler
    private let events: Statement
    private let edits: Statement
    private let known: Statement
    private let activeTime: Statement
    private let ending: Statement
    private let statuses: Statement
    private let origins: Statement
    private let firstMessage: Statement
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
        edits = try database.prepare(SettlingQueries.edits)
        known = try database.prepare("SELECT id FROM context_analysis WHERE session = ?")
        activeTime = try database.prepare(SettlingQueries.activeTime)
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
        let walk = try walk(id)
        let pressure = try store(walk, of: id)
        guard let record else { return }
        let signals = walk.signals(try outcome(of: id), peakPressure: pressure)
        note(signals, in: record)
        record[.peakContext] = walk.peak > 0 ? .integer(walk.peak) : .null
        record[.activeTime] = SQLValue(try activeTime.first(id) { $0.int(0) })
        let oneShot = walk.oneShot
        record[.editTurns] = .integer(Int64(oneShot.editTurns))
        record[.oneShotTurns] = .integer(Int64(oneShot.oneShot))
        let sums = try accesses.settle(id)
        record[.filesTouched] = .integer(sums.files)
        record[.reads] = .integer(sums.reads)
        record[.rereads] = .integer(sums.rereads)
        record[.integrity] = .text(try integrity(of: id))
        if record.winners[SessionRecord.Field.lineage.rawValue] == nil {
            record[.lineage] = SQLValue(try lineage(of: id)?.rawValue)
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

    // MARK: Walking

    private func walk(_ session: Int64) throws(SQLError) -> SessionWalk {
        var edited: [Int64: [String]] = [:]
        try edits.query(session) { (row) throws(SQLError) in
            edited[row.int(0), default: []].append(row.text(1))
        }
        var walk = SessionWalk()
        try events.query(session) { (event) throws(SQLError) in
            switch event.int(0) {
            case 0: walk.compact()
            case 1: walk.take(Settler.message(event))
            case 2: walk.take(Settler.call(event, edited))
            default: walk.take(Settler.response(event, session))
            }
        }
        return walk
    }

    private static func message(_ event: Statement) -> SessionWalk.Message {
        SessionWalk.Message(
            kind: MessageKind(rawValue: event.text(4)) ?? .meta,
            bytes: event.int(5),
            hash: event.optionalInt(6),
            call: event.optionalInt(7),
            group: event.int(8),
            hasFailed: event.bool(9),
            path: event.optionalText(10)
        )
    }

    private static func call(
        _ event: Statement,
        _ edited: [Int64: [String]]
    ) -> SessionWalk.Call {
        let id = event.int(3)
        return SessionWalk.Call(
            id: id,
            name: event.text(4),
            input: event.int(5),
            category: event.optionalText(6),
            command: event.optionalText(7),
            hasFailed: event.bool(8),
            edits: edited[id] ?? []
        )
    }

    private static func response(_ event: Statement, _ session: Int64) -> SessionWalk.Response {
        SessionWalk.Response(
            id: event.int(3),
            who: Attribution([
                event.value(7), event.value(8), event.value(9), .integer(session), event.value(1),
            ]),
            tokens: event.int(4),
            model: event.optionalText(6),
            window: event.optionalInt(5)
        )
    }

    // MARK: Storing

    /// Writes a row for each response of the main chain; the greatest pressure, nil where no window is known.
    private func store(_ walk: SessionWalk, of session: Int64) throws(SQLError) -> Double? {
        let windows = walk.windows(pricing)
        var greatest: Double?
        var stale = Set(try known.all(session) { $0.int(0) })
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
            if let former = try table.load(id) {
                if former != row { try store.update(row, in: table) }
            } else if try !store.isRetired(id, table) {
                try store.insert(row, into: table)
            }
        }
        for id in stale.sorted() { try store.bury(id, in: table) }
        return greatest
    }

    // MARK: Of a whole session

    private func outcome(of session: Int64) throws(SQLError) -> SessionSignals.Outcome {
        let kind = try ending.first(session) { $0.text(0) }
        return switch kind.flatMap(MessageKind.init(rawValue:)) {
        case .prompt, .interruption: .abandoned
        case .apiError: .errored
        case nil: .unknown
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
