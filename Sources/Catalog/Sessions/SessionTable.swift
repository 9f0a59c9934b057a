import SQL
import Transcripts

/// Writes `sessions`: what records say of them, and the totals of their rows.
///
/// Rows are kept in memory while they are written to and stored once for each batch.
final class SessionTable {
    let table: RowTable
    private static let spanIndex = "entries_by_session"

    private let store: CatalogStore
    private let titles: TitleTable
    private let winners: Statement
    private let setWinners: Statement
    private let models: Statement
    private let span: Statement
    private let mark: Statement
    private let noteChange: Statement
    private let exists: Statement
    private var records: [Int64: SessionRecord] = [:]
    private var touched: Set<Int64> = []
    /// Sessions of a catalog that is made anew whose first and last time are to be looked up.
    private var staleSpans: Set<Int64> = []
    /// Sessions whose derived rows are not up to date, with the first and the last time they were written to.
    private(set) var unsettled: [Int64: (since: Int64, last: Int64)] = [:]

    init(_ store: CatalogStore, _ titles: TitleTable) throws(SQLError) {
        self.store = store
        self.titles = titles
        let database = store.database
        table = try RowTable(database, "sessions", SessionRecord.columns)
        let fields = SessionRecord.fields.joined(separator: ", ")
        winners = try database.prepare("SELECT \(fields) FROM session_claims WHERE session = ?")
        let marks = SessionRecord.fields.map { _ in "?" }.joined(separator: ", ")
        setWinners = try database.prepare(
            "INSERT OR REPLACE INTO session_claims (session, \(fields)) VALUES (?, \(marks))"
        )
        models = try database.prepare(
            """
            SELECT model, count(*) FROM responses
            WHERE session = ? AND error = 0 AND model IS NOT NULL GROUP BY model
            """
        )
        span = try database.prepare(
            """
            SELECT min(timestamp), max(timestamp) FROM entries
            WHERE session = ? AND timestamp IS NOT NULL AND first = seq
            """
        )
        exists = try database.prepare("SELECT 1 FROM entries WHERE seq = ?")
        mark = try database.prepare("INSERT OR IGNORE INTO unsettled VALUES (?)")
        noteChange = try database.prepare("INSERT OR REPLACE INTO session_changes VALUES (?, ?)")
        try reload()
    }

    /// Forgets what is in memory.
    func reload() throws(SQLError) {
        records.removeAll()
        touched.removeAll()
        unsettled.removeAll()
        let marked = try store.database.prepare("SELECT session FROM unsettled")
        for id in try marked.all(row: { $0.int(0) }) { unsettled[id] = (.min, .min) }
    }

    // MARK: Finding

    /// The session of a record that says which it belongs to; made when it is new.
    func session(_ key: String, _ file: FileRecord) throws(SQLError) -> Int64 {
        let id = store.identity.of(.session, file.scope, key)
        if records[id] == nil, try load(id) == nil {
            records[id] = SessionRecord(id: id, owner: file.owner, tool: file.tool, key: key)
        }
        return id
    }

    /// The session, to be changed; nil when there is none.
    func record(_ id: Int64) throws(SQLError) -> SessionRecord? {
        var known = records[id]
        if known == nil { known = try load(id) }
        guard let record = known else { return nil }
        touched.insert(id)
        return record
    }

    private func load(_ id: Int64) throws(SQLError) -> SessionRecord? {
        guard let stored = try table.load(id) else { return nil }
        let record = SessionRecord(id: id, stored: stored)
        if let entries = try winners.row(for: id) {
            for (index, entry) in entries.enumerated() {
                guard let entry = entry.integer, let position = try store.position(of: entry)
                else { continue }
                record.winners[index] = SessionRecord.Winner(entry: entry, position: position)
            }
        }
        try models.query(id) { (row) throws(SQLError) in record.models[row.text(0)] = row.int(1) }
        records[id] = record
        return record
    }

    // MARK: Changing

    /// Takes the record as one of its session.
    func tell(_ claim: Claim, received: Int64) throws(SQLError) {
        guard let id = claim.session, let record = try record(id) else { return }
        record[.received] = .integer(max(record[.received].integer ?? .min, received))
        if record.takes(.origin, claim) {
            record[.entry] = .integer(claim.entry)
            record[.agent] = .integer(claim.file.agent)
        }
    }

    /// Takes what a record says of its session.
    func tell(_ fact: SessionFact, _ claim: Claim) throws(SQLError) {
        guard let id = claim.session, let record = try record(id) else { return }
        func take(_ field: SessionRecord.Field, _ column: SessionRecord.Column, _ text: String?) {
            if let text, record.takes(field, claim) { record[column] = .text(text) }
        }
        take(.cwd, .cwd, fact.workingDirectory)
        take(.gitRemote, .gitRemote, fact.gitRemote)
        take(.entrypoint, .entrypoint, fact.entrypoint)
        take(.lineage, .lineage, fact.lineage?.rawValue)
        take(.parentCall, .parentCall, fact.parentCallID)
        take(.agentType, .agentType, fact.agentType)
        take(.gitBranch, .gitBranch, fact.gitBranch)
        take(.version, .version, fact.version)
        take(.link, .link, fact.link)
        if let parent = fact.parent, record.takes(.parent, claim) {
            record[.parent] = .integer(store.identity.of(.session, claim.file.scope, parent))
        }
    }

    /// Adds to a session's totals.
    func add(_ totals: SessionTotals, to session: Int64?) throws(SQLError) {
        guard let session, !totals.isZero, let record = try record(session) else { return }
        record.totals = record.totals + totals
    }

    /// Takes from a session's totals.
    func subtract(_ totals: SessionTotals, from session: Int64?) throws(SQLError) {
        guard let session, !totals.isZero, let record = try record(session) else { return }
        record.totals = record.totals - totals
    }

    /// Counts a response of a model more, or less.
    func count(_ model: String, _ change: Int64, in session: Int64?) throws(SQLError) {
        guard let session, let record = try record(session) else { return }
        let count = (record.models[model] ?? 0) + change
        record.models[model] = count > 0 ? count : nil
    }

    /// A record became the first of its event, or ceased to be it.
    func attribute(
        event timestamp: Int64?,
        to session: Int64?,
        from former: Int64?
    ) throws(SQLError) {
        if let former, let record = try record(former) { record.isSpanStale = true }
        guard let timestamp, let session, let record = try record(session) else { return }
        record.extend(to: timestamp)
    }

    /// Something of a session changed that no total tells.
    func touch(_ session: Int64?) throws(SQLError) {
        if let session { _ = try record(session) }
    }

    func titlesChanged(of session: Int64?) throws(SQLError) {
        guard let session, let record = try record(session) else { return }
        record.isTitleStale = true
    }

    // MARK: Storing

    /// Stores what changed.
    ///
    /// `time`: when it changed, by which it is settled later; nil when it is being settled.
    func flush(at time: Int64?) throws(SQLError) {
        for id in touched.sorted() {
            guard let record = records[id] else { continue }
            if record.isSpanStale {
                // All at once when there is an index to find a session's records by.
                if store.lacks(SessionTable.spanIndex) {
                    staleSpans.insert(id)
                } else {
                    try measure(record)
                }
            }
            if record.isTitleStale { try titles.choose(for: record) }
            try write(record)
            if let time { try mark(id, time) }
            try noteChange.run(values: [.integer(id), .integer(store.rev)])
        }
        touched.removeAll(keepingCapacity: true)
        if records.count > 1024 { records.removeAll() }
    }

    /// Has the times looked up that waited for an index.
    func measureSpans() throws(SQLError) {
        for id in staleSpans.sorted() { try record(id)?.isSpanStale = true }
        staleSpans.removeAll()
        try flush(at: nil)
    }

    private func measure(_ record: SessionRecord) throws(SQLError) {
        record.isSpanStale = false
        let row = try span.row(for: record.id)
        record[.started] = row?[0] ?? .null
        record[.ended] = row?[1] ?? .null
    }

    private func write(_ record: SessionRecord) throws(SQLError) {
        record[.project] = SQLValue(
            ProjectName.of(remote: record[.gitRemote].text, folder: record[.cwd].text)
        )
        let row = record.row()
        if record.stored == nil {
            try store.insert(row, into: table)
        } else if record.stored != row {
            try store.update(row, in: table)
        }
        record.stored = row
        guard record.haveWinnersChanged else { return }
        record.haveWinnersChanged = false
        try setWinners.run(
            values: [.integer(record.id)] + record.winners.map { SQLValue($0?.entry) }
        )
    }

    private func mark(_ id: Int64, _ time: Int64) throws(SQLError) {
        if let known = unsettled[id] {
            unsettled[id] = (known.since, max(known.last, time))
            return
        }
        unsettled[id] = (time, time)
        try mark.run(values: [.integer(id)])
    }

    /// The session's derived rows are up to date.
    func settled(_ id: Int64) { unsettled[id] = nil }

    // MARK: Forgetting

    /// Forgets what a session was told by records that are gone; true when there was anything.
    func forgetWinners(of id: Int64) throws(SQLError) -> Bool {
        guard let record = try record(id) else { return false }
        var isAny = false
        for field in SessionRecord.Field.allCases {
            guard let winner = record.winners[field.rawValue],
                try exists.row(for: winner.entry) == nil
            else { continue }
            record.winners[field.rawValue] = nil
            record.haveWinnersChanged = true
            for column in field.columns { record[column] = .null }
            isAny = true
        }
        return isAny
    }

    /// Deletes a session.
    func delete(_ id: Int64) throws(SQLError) {
        records[id] = nil
        touched.remove(id)
        unsettled[id] = nil
        try store.bury(id, in: table)
        for name in ["session_claims", "unsettled", "session_changes"] {
            try store.database.prepare("DELETE FROM \(name) WHERE session = ?").run(id)
        }
    }
}
