import Core
import Platform
import SQL

/// Takes rows of sessions out of the tables, a few at a time, so that nobody waits long for the writer.
///
/// Totals, findings, tags and the search indexes go with them, and a tombstone stays.
struct RowRemoval {
    /// Why rows go.
    enum Purpose {
        /// Nothing of the session is to be there; what other files tell of its rows counts for others then.
        case erasure
        /// They are too old, and are not written again whoever tells them.
        case retirement
    }

    /// Rows that are looked up at a time.
    private static let step = 64

    private let writer: CatalogWriter
    private let store: CatalogStore
    private let database: Connection
    private let purpose: Purpose
    private let deadline: Instant
    private var forgetting: Forgetting
    private(set) var count: Int64 = 0

    /// A removal by `writer` that begins no further row after `deadline`.
    init(_ writer: CatalogWriter, _ purpose: Purpose, until deadline: Instant) {
        self.writer = writer
        self.purpose = purpose
        self.deadline = deadline
        store = writer.store
        database = writer.store.database
        forgetting = Forgetting(writer)
    }

    /// The files that are to be read again.
    var others: Set<Int64> { forgetting.others }

    /// Removes a session's rows of a table that are older than `time` (nanoseconds); false when some are left.
    mutating func remove(
        _ table: AgingTable,
        of session: Int64?,
        before time: Int64
    ) throws(SQLError) -> Bool {
        let isRecords = table == .entries
        if isRecords, purpose == .erasure { try removeAside(session) }
        let select = try database.prepare(
            """
            SELECT \(isRecords ? "seq" : "id") FROM \(table.rawValue)
            WHERE session IS ? AND \(table.time) < ? LIMIT \(RowRemoval.step)
            """
        )
        while true {
            let ids = try select.all(session, time) { $0.int(0) }
            var isInTime = true
            for id in ids where isInTime {
                try isRecords ? removeRecord(id) : remove(id, from: table)
                count += 1
                isInTime = Clock.monotonic() < deadline
            }
            // Rows that are kept in memory until then would be found again.
            try writer.responses.flush()
            guard isInTime else { return false }
            guard ids.count == RowRemoval.step else { return true }
        }
    }

    // MARK: Rows

    private mutating func remove(_ id: Int64, from table: AgingTable) throws(SQLError) {
        if purpose == .erasure { try forgetting.readAgain(claimantsOf: id) }
        switch table {
        case .messages: try writer.messages.delete(id)
        case .responses: return try removeResponse(id)
        case .toolUsage: try writer.tools.delete(id)
        case .fileAccess: try writer.accesses.delete(id)
        case .contextAnalysis: try store.bury(id, in: writer.settler.table)
        case .attachments: try writer.attachments.delete(id)
        case .turns: try writer.turns.delete(id)
        case .compactions: try writer.compactions.delete(id)
        case .findings: try writer.findings.delete(id)
        case .tags: try store.bury(id, in: writer.tags.table)
        case .entries: break
        }
        if purpose == .retirement { try store.retire(id, writer.table(table)) }
    }

    private mutating func removeResponse(_ id: Int64) throws(SQLError) {
        if purpose == .retirement { return try writer.responses.retire(id) }
        if let key = try writer.responses.delete(id) {
            try forgetting.readAgain(claimantsOf: key)
        }
    }

    private func removeRecord(_ seq: Int64) throws(SQLError) {
        let found = try database.prepare(
            "SELECT id, event, first = seq, session, file, status FROM entries WHERE seq = ?"
        ).first(seq) {
            ($0.int(0), $0.int(1), $0.bool(2), $0.optionalInt(3), $0.int(4), $0.text(5))
        }
        guard let (id, event, isFirst, session, file, status) = found else { return }
        try writer.sessions.touch(session)
        try writer.entries.delete(seq, id)
        if purpose == .erasure { try writer.files.uncount(status, in: file) }
        if isFirst { try writer.entries.reelect(event, from: session) }
        if purpose == .retirement { try store.retire(id, writer.entries.table) }
    }

    /// Titles and withdrawals that a session's records tell of other sessions.
    private mutating func removeAside(_ session: Int64?) throws(SQLError) {
        func told(_ table: String) throws(SQLError) -> [Int64] {
            try database.prepare(
                "SELECT id FROM \(table) WHERE entry IN (SELECT seq FROM entries WHERE session IS ?)"
            ).all(session) { $0.int(0) }
        }
        for id in try told("titles") {
            try forgetting.readAgain(claimantsOf: id)
            try writer.sessions.titlesChanged(of: writer.titles.delete(id))
        }
        let retractions = try told("retractions")
        for id in retractions {
            try forgetting.readAgain(claimantsOf: writer.retractions.claimed(id))
        }
        try writer.messages.review(writer.retractions.delete(retractions))
    }

    // MARK: Sessions

    /// Deletes a session of which no record is left; false while some are.
    mutating func endSession(_ id: Int64) throws(SQLError) -> Bool {
        let isThere = try database.prepare("SELECT 1 FROM entries WHERE session = ? LIMIT 1")
            .first(id) { _ in true }
        guard isThere == nil else { return false }
        // What is kept in memory of it may not be written after it is gone.
        try writer.responses.flush()
        if purpose == .erasure { try forgetting.forgetTitles(of: id) }
        try forgetting.review(id)
        return true
    }
}

extension CatalogWriter {
    /// The rows of an aging table.
    func table(_ table: AgingTable) -> RowTable {
        switch table {
        case .messages: messages.table
        case .responses: responses.table
        case .toolUsage: tools.table
        case .fileAccess: accesses.table
        case .contextAnalysis: settler.table
        case .attachments: attachments.table
        case .turns: turns.table
        case .compactions: compactions.table
        case .findings: findings.table
        case .tags: tags.table
        case .entries: entries.table
        }
    }
}
