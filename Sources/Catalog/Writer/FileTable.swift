import Core
import SQL
import Transcripts

/// Writes `files`, `agents` and `owners`.
final class FileTable {
    private static let factColumns = [
        "file", "generation", "agent", "owner", "source", "path", "tool", "held", "digest_state",
        "deleted", "closed", "began", "changed", "changes",
    ]

    let table: RowTable
    private let store: CatalogStore
    private let owner: Statement
    private let addOwner: Statement
    private let agent: Statement
    private let setAgent: Statement
    private let advance: Statement
    private let position: Statement
    private let reset: Statement
    private let resetErased: Statement
    private let uncount: Statement

    init(_ store: CatalogStore) throws(SQLError) {
        self.store = store
        let database = store.database
        table = try RowTable(database, "files", ["id"] + FileTable.factColumns)
        owner = try database.prepare("SELECT owner FROM owners WHERE name = ?")
        addOwner = try database.prepare("INSERT INTO owners (name) VALUES (?)")
        agent = try database.prepare("SELECT agent, name, owner FROM agents WHERE identity = ?")
        setAgent = try database.prepare(
            """
            INSERT INTO agents (identity, name, owner) VALUES (?, ?, ?)
            ON CONFLICT (identity) DO UPDATE SET name = excluded.name, owner = excluded.owner
            """
        )
        advance = try database.prepare(
            """
            UPDATE files SET rev = ?, parsed_offset = ?, lines = ?, state = ?,
                entries = entries + ?, malformed = malformed + ?, recovered = recovered + ?,
                unknown = unknown + ?, first_timestamp = ? WHERE id = ?
            """
        )
        position = try database.prepare(
            "SELECT parsed_offset, state, lines FROM files WHERE id = ?"
        )
        reset = try database.prepare(
            "UPDATE files SET rev = ?, parsed_offset = 0, lines = 0, state = NULL WHERE id = ?"
        )
        uncount = try database.prepare(
            """
            UPDATE files SET rev = ?1, entries = entries - 1, malformed = malformed - (?2 = 'malformed'),
                recovered = recovered - (?2 = 'recovered'), unknown = unknown - (?2 = 'unknown')
            WHERE id = ?3
            """
        )
        resetErased = try database.prepare("DELETE FROM erased_records WHERE file = ?")
    }

    /// The identifier of the row of a file's generation.
    func identifier(_ stream: StreamID) -> Int64 {
        store.identity.of(
            .file,
            Int64(bitPattern: stream.file.rawValue),
            Int64(stream.generation)
        )
    }

    /// Brings the row up to what is known of the file.
    func upsert(_ facts: FileFacts) throws(SQLError) -> Int64 {
        let owner = try number(ofOwner: facts.owner)
        let agent = try number(of: facts.agent, named: facts.agentName, owner)
        let id = identifier(facts.stream)
        let row: [SQLValue] = [
            .integer(id), .integer(Int64(bitPattern: facts.stream.file.rawValue)),
            .integer(Int64(facts.stream.generation)), .integer(agent), .integer(owner),
            .text(facts.source), .text(facts.path), .text(facts.tool.rawValue),
            .integer(Int64(bitPattern: facts.held)), .text(facts.digestState),
            SQLValue(facts.isDeleted), SQLValue(facts.isClosed),
            .integer(facts.began.nanoseconds), .integer(facts.changed.nanoseconds),
            .integer(facts.changes),
        ]
        guard let former = try table.load(id) else {
            try store.insert(row, into: table)
            return id
        }
        guard row != former else { return id }
        try store.update(row, in: table)
        if former[3] != row[3] || former[4] != row[4] || former[7] != row[7] {
            store.forgetFile(id)
        }
        return id
    }

    private func number(ofOwner name: String) throws(SQLError) -> Int64 {
        if let known = try owner.first(name, row: { $0.int(0) }) { return known }
        try addOwner.run(name)
        return store.database.lastInsertedRow
    }

    private func number(
        of agent: AgentID,
        named name: String,
        _ owner: Int64
    ) throws(SQLError) -> Int64 {
        let identity = agent.description
        let known = try self.agent.first(identity) { ($0.int(0), $0.text(1), $0.int(2)) }
        if let known, known.1 == name, known.2 == owner { return known.0 }
        try setAgent.run(identity, name, owner)
        return try self.agent.first(identity) { $0.int(0) } ?? 0
    }

    /// How far the file's records are in the rows, and what its reader has to remember.
    func position(_ stream: StreamID) throws(SQLError) -> FilePosition? {
        try position.first(identifier(stream)) {
            FilePosition(parsedOffset: $0.uint64(0), state: $0.blob(1), lines: $0.uint64(2))
        }
    }

    /// Notes how far the file was read and what was found.
    func advance(
        _ file: FileRecord,
        _ batch: FileBatch,
        _ counts: EntryTable.Counts
    ) throws(SQLError) {
        try advance.run(values: [
            .integer(store.nextRev()), .integer(Int64(bitPattern: batch.parsedOffset)),
            .integer(Int64(bitPattern: batch.lines)), .blob(batch.readerState),
            .integer(counts.entries), .integer(counts.malformed), .integer(counts.recovered),
            .integer(counts.unknown), SQLValue(file.firstTimestamp), .integer(file.id),
        ])
    }

    /// Lets the file be read again from its start.
    func rewind(_ id: Int64) throws(SQLError) {
        try reset.run(values: [.integer(store.nextRev()), .integer(id)])
        try resetErased.run(values: [.integer(id)])
    }

    /// Counts a record of a status less.
    func uncount(_ status: String, in id: Int64) throws(SQLError) {
        try uncount.run(values: [.integer(store.nextRev()), .text(status), .integer(id)])
    }
}
