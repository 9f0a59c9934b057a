import Core
import Platform
import SQL
import Transcripts

/// The one writer of `catalog.db`; it belongs to one thread.
///
/// Everything between `begin` and `commit` is one transaction: after a crash, or after `rollBack`, none of it is
/// there, positions included, so that what was read is read again. The same records may be applied again and in
/// any order of files: the rows are the same, except for their `rev` and `seq`.
package final class CatalogWriter {
    let store: CatalogStore
    let files: FileTable
    let titles: TitleTable
    let sessions: SessionTable
    let entries: EntryTable
    let findings: FindingTable
    let tags: TagTable
    let retractions: RetractionTable
    let messages: MessageTable
    let responses: ResponseTable
    let tools: ToolUsageTable
    let accesses: FileAccessTable
    let attachments: FirstToldTable
    let turns: FirstToldTable
    let compactions: FirstToldTable
    let settler: Settler
    let erased: ErasedSessions
    let search: SearchIndex

    init(
        _ store: CatalogStore,
        _ pricing: any Pricing,
        builder: SearchBuilder? = nil
    ) throws(SQLError) {
        self.store = store
        search = try SearchIndex(store.database, builder: builder)
        files = try FileTable(store)
        titles = try TitleTable(store)
        sessions = try SessionTable(store, titles)
        entries = try EntryTable(store, sessions, titles)
        findings = try FindingTable(store, sessions)
        tags = try TagTable(store)
        retractions = try RetractionTable(store)
        messages = try MessageTable(store, sessions, findings, tags, retractions, search)
        responses = try ResponseTable(store, sessions, pricing)
        tools = try ToolUsageTable(store, sessions, findings, search)
        accesses = try FileAccessTable(store, sessions, findings)
        attachments = try FirstToldTable(
            store,
            sessions,
            "attachments",
            ["kind", "media_type", "size", "hash", "path", "call", "file", "offset", "length"]
        )
        turns = try FirstToldTable(store, sessions, "turns", ["timestamp", "duration"]) {
            SessionTotals(.turnTime, $0[1].integer ?? 0)
        }
        compactions = try FirstToldTable(
            store,
            sessions,
            "compactions",
            ["timestamp", "trigger", "tokens_before", "tokens_after", "partial"]
        ) { _ in SessionTotals(.compactions) }
        settler = try Settler(store, sessions, pricing)
        erased = try ErasedSessions(store)
        try store.countTombstones(of: tables)
    }

    /// The tables that leave tombstones.
    var tables: [RowTable] {
        [
            files.table, sessions.table, entries.table, findings.table, tags.table,
            messages.table, responses.table, tools.table, accesses.table, attachments.table,
            turns.table, compactions.table, settler.table,
        ]
    }

    // MARK: Transactions

    /// Begins a transaction; what follows is committed together.
    package func begin() throws(SQLError) { try store.database.execute("BEGIN IMMEDIATE") }

    /// Commits what was done since `begin`; on failure nothing of it is there.
    package func commit() throws(SQLError) {
        do throws(SQLError) {
            try store.storeCounters()
            try store.database.execute("COMMIT")
        } catch {
            try? rollBack()
            throw error
        }
    }

    /// Undoes what was done since `begin`, and forgets what is in memory of it.
    package func rollBack() throws(SQLError) {
        if store.database.isInTransaction { try store.database.execute("ROLLBACK") }
        responses.reload()
        tools.reload()
        accesses.reload()
        try store.reload()
        try titles.reload()
        try retractions.reload()
        try sessions.reload()
        try store.countTombstones(of: tables)
    }

    // MARK: Files

    /// Brings the row of a file up to what is known of it.
    ///
    /// - Returns: the row's `id`.
    @discardableResult
    package func upsert(_ facts: FileFacts) throws(SQLError) -> Int64 {
        if erased.isEmpty { return try files.upsert(facts) }
        let isNew = try files.position(facts.stream) == nil
        let id = try files.upsert(facts)
        if isNew, erased.owns(facts.path, owner: facts.owner) { try erased.note(id) }
        return id
    }

    /// Where the reader of a file goes on, with what it has to remember; nil for a file without a row.
    package func position(
        of stream: StreamID
    ) throws(SQLError) -> FilePosition? {
        try files.position(stream)
    }
}
