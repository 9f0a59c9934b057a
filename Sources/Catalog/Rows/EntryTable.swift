import Core
import SQL
import Transcripts

/// Writes `entries`: every record of every file, and which record of an event is its first.
final class EntryTable {
    /// What a batch adds to the counters of its file.
    struct Counts {
        var entries: Int64 = 0
        var malformed: Int64 = 0
        var recovered: Int64 = 0
        var unknown: Int64 = 0

        mutating func add(_ status: EntryStatus, _ change: Int64 = 1) {
            entries += change
            switch status {
            case .ok: break
            case .malformed: malformed += change
            case .recovered: recovered += change
            case .unknown: unknown += change
            }
        }
    }

    private struct Copy {
        var entry: Int64
        var first: Int64
        var session: Int64?

        init(_ row: Statement) {
            entry = row.int(0)
            first = row.int(1)
            session = row.optionalInt(2)
        }
    }

    let table: RowTable
    private let store: CatalogStore
    private let sessions: SessionTable
    private let titles: TitleTable
    private let known: Statement
    private let first: Statement
    private let copies: Statement
    private let setFirst: Statement
    private let insertion: Statement

    init(_ store: CatalogStore, _ sessions: SessionTable, _ titles: TitleTable) throws(SQLError) {
        self.store = store
        self.sessions = sessions
        self.titles = titles
        let database = store.database
        table = try RowTable(database, "entries", ["seq", "id"])
        known = try database.prepare(
            "SELECT seq FROM entries WHERE file = ? AND offset = ? AND ordinal = ?"
        )
        // An event may have hundreds of copies, which all name the same first one.
        first = try database.prepare(
            """
            SELECT e.first, e.first, f.session FROM entries e LEFT JOIN entries f ON f.seq = e.first
            WHERE e.event = ? LIMIT 1
            """
        )
        copies = try database.prepare("SELECT seq, first, session FROM entries WHERE event = ?")
        setFirst = try database.prepare("UPDATE entries SET first = ?, rev = ? WHERE seq = ?")
        insertion = try database.prepare(
            """
            INSERT INTO entries (seq, id, rev, agent, owner, file, offset, length, ordinal,
                tool_word, kind_word, event, first, uuid_key, parent_key, session, timestamp, received, status, reason,
                sidechain)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
    }

    /// Whether the record was taken out for its age.
    func isRetired(_ entry: Entry, of file: FileRecord) throws(SQLError) -> Bool {
        guard store.hasRetired else { return false }
        return try store.isRetired(identifier(entry.position, in: file), table)
    }

    private func identifier(_ position: RecordPosition, in file: FileRecord) -> Int64 {
        store.identity.of(
            .position,
            file.id,
            Int64(bitPattern: position.offset),
            Int64(position.ordinal)
        )
    }

    /// Takes a record, and makes it the first of its event when it stands before all others.
    func take(
        _ entry: Entry,
        of file: FileRecord,
        received: Int64,
        counts: inout Counts
    ) throws(SQLError) -> Claim {
        let ordinal = Int64(entry.position.ordinal)
        let id = identifier(entry.position, in: file)
        let timestamp = entry.timestamp?.nanoseconds
        let known = try knownSeq(of: entry.position, in: file)
        var session: Int64?
        if let key = entry.session { session = try sessions.session(key, file) }
        var claim = Claim(
            entry: known ?? store.nextSeq(),
            position: file.position(
                timestamp: timestamp,
                offset: entry.position.offset,
                ordinal: ordinal
            ),
            event: entry.eventKey.map { store.identity.of(.event, file.scope, $0) } ?? id,
            isNewEvent: false,
            file: file,
            session: session,
            callScope: entry.callScope.map { store.identity.of(.callScope, file.scope, $0) }
                ?? session ?? file.id,
            timestamp: timestamp,
            isSidechain: entry.isSidechain
        )
        store.remember(claim.entry, claim.position)
        let isAlone = entry.eventKey == nil || !store.mayHave(claim.event)
        let former = isAlone ? nil : try first(of: claim)
        claim.isNewEvent = known == nil && former == nil
        var isFirst: Bool?
        if let former, former.entry != claim.entry {
            isFirst = try store.isFirst(claim, before: former.entry)
        }
        if known == nil {
            let first = isFirst == false ? former?.entry ?? claim.entry : claim.entry
            try insert(entry, id, claim, first: first, received)
            counts.add(entry.status)
            file.lastOffset = max(file.lastOffset ?? 0, entry.position.offset)
            if timestamp == nil, file.firstTimestamp == nil { file.hasTimelessRecords = true }
            if former == nil { try attribute(claim, former: nil) }
        }
        if let former, isFirst == true {
            try elect(claim)
            try attribute(claim, former: former)
        }
        return claim
    }

    private func knownSeq(
        of position: RecordPosition,
        in file: FileRecord
    ) throws(SQLError) -> Int64? {
        guard let last = file.lastOffset, position.offset <= last else { return nil }
        try store.need("entries_by_file")
        return try known.first(file.id, position.offset, position.ordinal) { $0.int(0) }
    }

    /// The first record of the claim's event so far.
    private func first(of claim: Claim) throws(SQLError) -> Copy? {
        defer { first.reset() }
        try first.bind(values: [.integer(claim.event)])
        guard try first.step() else { return nil }
        return Copy(first)
    }

    private func insert(
        _ entry: Entry,
        _ id: Int64,
        _ claim: Claim,
        first: Int64,
        _ received: Int64
    ) throws(SQLError) {
        let file = claim.file
        store.remember(claim.event)
        try insertion.run(values: [
            .integer(claim.entry), .integer(id), .integer(store.nextRev()), .integer(file.agent),
            .integer(file.owner), .integer(file.id),
            .integer(Int64(bitPattern: entry.position.offset)),
            .integer(Int64(bitPattern: entry.position.length)),
            .integer(Int64(entry.position.ordinal)), StoredWord.value(of: file.tool),
            StoredWord.value(of: entry.kind),
            .integer(claim.event), .integer(first), StoredUUID.value(of: entry.uuid),
            StoredUUID.value(of: entry.parent), SQLValue(claim.session), SQLValue(claim.timestamp),
            .integer(received), .text(entry.status.rawValue), SQLValue(entry.reason),
            SQLValue(entry.isSidechain),
        ])
        try store.exhume(id, table)
    }

    /// Takes back records of a file that tell nothing but a state of the file.
    func withdraw(_ kind: String, of file: FileRecord, counts: inout Counts) throws(SQLError) {
        try store.need("entries_by_file")
        let ofKind = try store.database.prepare(
            """
            SELECT seq, id, status FROM entries
            WHERE file = ? AND kind_word = ? AND session IS NULL AND first = seq
            """
        )
        try ofKind.bind(values: [.integer(file.id), StoredWord.value(of: kind)])
        var told: [(seq: Int64, id: Int64, status: String)] = []
        while try ofKind.step() { told.append((ofKind.int(0), ofKind.int(1), ofKind.text(2))) }
        for (seq, id, status) in told {
            try store.database.prepare("DELETE FROM entries WHERE seq = ?").run(seq)
            try store.leaveTombstone(id, table)
            counts.add(EntryStatus(rawValue: status) ?? .ok, -1)
        }
    }

    /// Makes the claim, which is written, the first of its event.
    private func elect(_ claim: Claim) throws(SQLError) {
        // Whether a session repeats another depends on whose the first records of its events are.
        let stale = try copies.all(claim.event) { Copy($0) }.filter { $0.first != claim.entry }
        for copy in stale {
            if copy.entry != claim.entry { try sessions.touch(copy.session) }
            try setFirst.run(values: [
                .integer(claim.entry), .integer(store.nextRev()), .integer(copy.entry),
            ])
        }
    }

    /// Counts the event for the session of its first record.
    private func attribute(_ claim: Claim, former: Copy?) throws(SQLError) {
        if let former { try sessions.subtract(SessionTotals(.entries), from: former.session) }
        try sessions.add(SessionTotals(.entries), to: claim.session)
        try sessions.attribute(
            event: claim.timestamp,
            to: claim.session,
            from: former?.session
        )
        for session in try titles.attribute(event: claim.event, to: claim.session) {
            try sessions.titlesChanged(of: session)
        }
    }

    /// Deletes a record, which may be the first of its event: `reelect` follows then.
    func delete(_ seq: Int64, _ id: Int64) throws(SQLError) {
        try table.delete(seq)
        try store.leaveTombstone(id, table)
    }

    /// Makes another record the first of an event whose first is gone; without any the event is not counted.
    func reelect(_ event: Int64, from session: Int64?) throws(SQLError) {
        let left = try copies.all(event) { Copy($0) }
        try sessions.subtract(SessionTotals(.entries), from: session)
        var best: (copy: Copy, position: ClaimPosition)?
        for copy in left {
            guard let position = try store.position(of: copy.entry) else { continue }
            if best.map({ position < $0.position }) ?? true { best = (copy, position) }
        }
        for copy in left {
            try sessions.touch(copy.session)
            guard let first = best?.copy.entry else { continue }
            try setFirst.run(values: [
                .integer(first), .integer(store.nextRev()), .integer(copy.entry),
            ])
        }
        if best != nil { try sessions.add(SessionTotals(.entries), to: best?.copy.session) }
        try sessions.attribute(
            event: best?.position.timestamp,
            to: best?.copy.session,
            from: session
        )
        for session in try titles.attribute(event: event, to: best?.copy.session) {
            try sessions.titlesChanged(of: session)
        }
    }
}
