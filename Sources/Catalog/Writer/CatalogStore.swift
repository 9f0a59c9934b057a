import Core
import Platform
import SQL

/// What the writers of all tables share: the database, its counters, tombstones and where records stand.
final class CatalogStore {
    let database: Connection
    private let functions: [TextFunction]
    var identity = RowIdentity()
    /// The greatest `rev` and `seq` that were given out.
    private(set) var rev: Int64 = 0
    private(set) var seq: Int64 = 0
    /// What secrets are hashed with.
    private(set) var findingKey: [UInt8] = []
    private var files: [Int64: FileRecord] = [:]
    /// Where records stand that the batch names which is being applied, by `seq`.
    private var recent: [Int64: ClaimPosition] = [:]
    /// Whether a batch is being applied: no record of before goes meanwhile.
    private var isApplying = false
    private let property: Statement
    private let setProperty: Statement
    private let whereabouts: Statement
    private let file: Statement
    private let lastOffset: Statement
    private let burial: Statement
    private let move: Statement
    private let exhumation: Statement
    private let claim: Statement
    private let retirement: Statement
    private let retired: Statement
    /// What was written; nil for a catalog that is not made anew.
    private var seen: SeenFilter?
    /// Of a catalog that is made anew, until they are there.
    var deferredIndexes: DeferredIndexes?
    /// Whether the day that a row leaves is remembered; not while nobody has seen the rows.
    var keepsMoves = true
    /// Whether rows were ever retired; none need be looked for otherwise.
    private(set) var hasRetired = false

    /// `functions`: those that generated columns are made with.
    init(_ database: Connection, _ functions: [TextFunction]) throws(SQLError) {
        self.database = database
        self.functions = functions
        property = try database.prepare("SELECT value FROM properties WHERE name = ?")
        setProperty = try database.prepare("INSERT OR REPLACE INTO properties VALUES (?, ?)")
        whereabouts = try database.prepare(
            "SELECT file, timestamp, offset, ordinal FROM entries WHERE seq = ?"
        )
        file = try database.prepare(
            """
            SELECT f.file, f.generation, f.agent, f.owner, f.tool, f.first_timestamp, o.name,
                f.entries
            FROM files f JOIN owners o ON o.owner = f.owner WHERE f.id = ?
            """
        )
        lastOffset = try database.prepare("SELECT max(offset) FROM entries WHERE file = ?")
        burial = try database.prepare("INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?, ?)")
        move = try database.prepare("INSERT INTO moves VALUES (?, ?, ?, ?)")
        exhumation = try database.prepare("DELETE FROM tombstones WHERE table_name = ? AND id = ?")
        claim = try database.prepare("INSERT OR IGNORE INTO claims VALUES (?, ?)")
        retirement = try database.prepare("INSERT OR IGNORE INTO retired VALUES (?, ?)")
        retired = try database.prepare("SELECT 1 FROM retired WHERE id = ? AND table_name = ?")
        try reload()
    }

    /// Reads the counters again and forgets everything that is remembered of rows.
    func reload() throws(SQLError) {
        rev = try value(of: "rev").integer ?? 0
        seq = try value(of: "seq").integer ?? 0
        try readFindingKey()
        hasRetired =
            try database.prepare("SELECT 1 FROM retired LIMIT 1").first { _ in true } ?? false
        files.removeAll()
        recent.removeAll()
    }

    /// Reads the key of findings.
    func readFindingKey() throws(SQLError) {
        if case .blob(let key) = try value(of: "finding_key") { findingKey = key }
    }

    /// Says that generated columns are not asked for, which are NULL meanwhile.
    func restTexts(_ rest: Bool) { for function in functions { function.rests = rest } }

    // MARK: Properties and counters

    func value(of name: String) throws(SQLError) -> SQLValue {
        defer { property.reset() }
        try property.bind(values: [.text(name)])
        return try property.step() ? property.value(0) : .null
    }

    func set(_ name: String, _ value: SQLValue) throws(SQLError) {
        try setProperty.run(values: [.text(name), value])
    }

    func storeCounters() throws(SQLError) {
        try set("rev", .integer(rev))
        try set("seq", .integer(seq))
    }

    /// Numbers changes from behind `rev` on.
    func begin(after rev: Int64) { self.rev = max(self.rev, rev) }

    func nextRev() -> Int64 {
        rev += 1
        return rev
    }

    func nextSeq() -> Int64 {
        seq += 1
        return seq
    }

    // MARK: A catalog that is made anew

    /// Remembers from now on what is written, in a catalog without rows.
    func beginRemembering() { if seq == 0 { seen = SeenFilter() } }

    /// Something with this identifier is written.
    func remember(_ id: Int64) { seen?.add(id) }

    /// Whether something with this identifier may have been written.
    func mayHave(_ id: Int64) -> Bool { seen?.mayHave(id) ?? true }

    /// Whether the index is still missing.
    func lacks(_ index: String) -> Bool { deferredIndexes?.lacks(index) ?? false }

    /// Makes the index, which something is looked for by, unless it is there.
    func need(_ index: String) throws(SQLError) {
        try deferredIndexes?.build(index, in: database)
    }

    // MARK: Rows that come and go

    func insert(_ values: [SQLValue], into table: RowTable) throws(SQLError) {
        if let id = values[0].integer { remember(id) }
        try table.insert(values, rev: nextRev())
        try exhume(values[0].integer ?? 0, table)
    }

    func update(_ values: [SQLValue], in table: RowTable) throws(SQLError) {
        if let id = values[0].integer, let time = table.time(in: values) {
            try noteMove(of: id, to: time, in: table)
        }
        try table.update(values, rev: nextRev())
    }

    /// Remembers the time that a row is leaving, before it does.
    func noteMove(of id: Int64, to time: SQLValue, in table: RowTable) throws(SQLError) {
        guard keepsMoves, let former = try table.time(of: id), former != time else { return }
        try leaveMove(id, table, from: former)
    }

    /// Remembers the day that a row has left.
    func leaveMove(_ id: Int64, _ table: RowTable, from time: SQLValue) throws(SQLError) {
        try move.run(values: [.integer(nextRev()), .text(table.name), .integer(id), time])
    }

    /// Deletes the row and leaves a tombstone.
    func bury(_ id: Int64, in table: RowTable) throws(SQLError) {
        let time = try table.time(of: id)
        try table.delete(id)
        try leaveTombstone(id, table, time: time)
    }

    func leaveTombstone(
        _ id: Int64,
        _ table: RowTable,
        time: SQLValue? = nil
    ) throws(SQLError) {
        try burial.run(
            values: [.integer(nextRev()), .text(table.name), .integer(id), time ?? .null]
        )
        table.tombstones += 1
    }

    /// Takes the tombstone away of a row that is there again.
    func exhume(_ id: Int64, _ table: RowTable) throws(SQLError) {
        guard table.tombstones > 0 else { return }
        try exhumation.run(values: [.text(table.name), .integer(id)])
    }

    /// Reads how many tombstones each table has.
    func countTombstones(of tables: [RowTable]) throws(SQLError) {
        let count = try database.prepare("SELECT count(*) FROM tombstones WHERE table_name = ?")
        for table in tables {
            table.tombstones = Int(try count.first(table.name) { $0.int(0) } ?? 0)
        }
    }

    // MARK: Rows that were retired

    /// The row was taken out for its age: it is not written again.
    func retire(_ id: Int64, _ table: RowTable) throws(SQLError) {
        hasRetired = true
        try retirement.run(values: [.integer(id), .text(table.name)])
    }

    /// Whether the row was taken out for its age.
    func isRetired(_ id: Int64, _ table: RowTable) throws(SQLError) -> Bool {
        guard hasRetired else { return false }
        return try retired.first(id, table.name) { _ in true } ?? false
    }

    // MARK: Records

    /// The file by its row's identifier; nil when there is none.
    func file(_ id: Int64) throws(SQLError) -> FileRecord? {
        if let known = files[id] { return known }
        guard let row = try file.row(for: id), let number = row[0].integer,
            let fileID = FileID(UInt64(bitPattern: number)), let tool = row[4].text
        else { return nil }
        let record = FileRecord(
            id: id,
            stream: StreamID(file: fileID, generation: Generation(row[1].integer ?? 0)),
            agent: row[2].integer ?? 0,
            owner: row[3].integer ?? 0,
            scope: identity.scope(owner: row[6].text ?? "", tool: tool),
            tool: tool,
            firstTimestamp: row[5].integer
        )
        if row[7].isTrue {
            try need("entries_by_file")
            record.lastOffset = try lastOffset.row(for: id)?[0].integer.map { UInt64($0) }
        }
        record.hasTimelessRecords = record.lastOffset != nil && record.firstTimestamp == nil
        // A bound, not a policy: far more files than are ever written to at once.
        if files.count >= 4096 { files.removeAll() }
        files[id] = record
        return record
    }

    func forgetFile(_ id: Int64) { files[id] = nil }

    /// Remembers where records stand until `endBatch`.
    func beginBatch() { isApplying = true }

    /// Remembers where a record of this batch stands.
    func remember(_ entry: Int64, _ position: ClaimPosition) { recent[entry] = position }

    func endBatch() {
        isApplying = false
        recent.removeAll(keepingCapacity: true)
    }

    /// Where a record stands; nil for one that is gone.
    func position(of entry: Int64) throws(SQLError) -> ClaimPosition? {
        if let known = recent[entry] { return known }
        let place = try whereabouts.first(entry) {
            (file: $0.int(0), time: $0.optionalInt(1), offset: $0.uint64(2), ordinal: $0.int(3))
        }
        guard let place, let file = try file(place.file) else { return nil }
        let position = file.position(
            timestamp: place.time,
            offset: place.offset,
            ordinal: place.ordinal
        )
        // A record with copies is asked for with each of their rows.
        if isApplying { recent[entry] = position }
        return position
    }

    /// Whether the claim stands before the record that tells a row so far.
    func isFirst(_ claim: Claim, before entry: Int64) throws(SQLError) -> Bool {
        if claim.entry == entry { return false }
        guard let other = try position(of: entry) else { return true }
        return claim.position < other
    }

    /// Notes that more files than that of `entry` tell the row, so that it can be told again without one.
    func note(_ id: Int64, told claim: Claim, andBy entry: Int64) throws(SQLError) {
        guard claim.entry != entry, let other = try position(of: entry) else { return }
        let stream = claim.file.stream
        if other.file == stream.file.rawValue, other.generation == stream.generation { return }
        try noteClaim(id, file: claim.file.id)
        try noteClaim(
            id,
            file: identity.of(.file, Int64(bitPattern: other.file), Int64(other.generation))
        )
    }

    func noteClaim(_ id: Int64, file: Int64) throws(SQLError) {
        try self.claim.run(values: [.integer(id), .integer(file)])
    }
}
