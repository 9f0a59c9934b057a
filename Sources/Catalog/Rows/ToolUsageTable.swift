import Core
import SQL
import Transcripts

/// Writes `tool_usage`: calls and their results, joined in whatever order they come; rows of a batch are kept in
/// memory until its end.
final class ToolUsageTable {
    private final class Work {
        let stored: ToolUsageRow?
        var current: ToolUsageRow
        /// What was found in the input that counts now; nil when the stored is still right.
        var findings: [Finding]?

        init(stored: ToolUsageRow?, current: ToolUsageRow) {
            self.stored = stored
            self.current = current
        }
    }

    let table: RowTable
    private let store: CatalogStore
    private let sessions: SessionTable
    private let findings: FindingTable
    private let rowOf: Statement
    private let search: SearchIndex
    private var work: [Int64: Work] = [:]

    init(
        _ store: CatalogStore,
        _ sessions: SessionTable,
        _ findings: FindingTable,
        _ search: SearchIndex
    ) throws(SQLError) {
        self.store = store
        self.search = search
        self.sessions = sessions
        self.findings = findings
        let database = store.database
        table = try RowTable(database, "tool_usage", ToolUsageRow.columns)
        rowOf = try database.prepare("SELECT row FROM tool_usage WHERE id = ?")
    }

    func reload() { work.removeAll() }

    /// Takes what a record tells of a call.
    func tell(
        _ fact: ToolCallFact,
        _ analysis: CallAnalysis?,
        _ claim: Claim
    ) throws(SQLError) {
        let id = identifier(fact.callID, fact.block, claim)
        let told = ToolUsageRow.Side(
            entry: claim.entry,
            contentEntry: nil,
            version: fact.version,
            content: values(fact, analysis, claim)
        )
        guard let item = try load(id, fact.callID, claim) else { return }
        guard var side = item.current.call else {
            item.current.call = told
            item.current.who = Attribution(claim)
            item.findings = analysis?.findings ?? []
            work[id] = item
            return
        }
        if try merge(told, into: &side, claim) { item.findings = analysis?.findings ?? [] }
        if side.entry == claim.entry { item.current.who = Attribution(claim) }
        item.current.call = side
        work[id] = item
    }

    /// Takes what a record tells of a result.
    func tell(_ fact: ToolResultFact, errorClass: String?, _ claim: Claim) throws(SQLError) {
        let id = identifier(fact.callID, fact.block, claim)
        let told = ToolUsageRow.Side(
            entry: claim.entry,
            contentEntry: nil,
            version: fact.version,
            content: values(fact, errorClass)
        )
        let measured = fact.durationMilliseconds.map { $0 &* 1_000_000 }
        guard let item = try load(id, fact.callID, claim) else { return }
        if var side = item.current.result {
            if try merge(told, into: &side, claim) { item.current.measured = measured }
            item.current.result = side
        } else {
            item.current.result = told
            item.current.measured = measured
        }
        if item.current.result?.entry == claim.entry {
            item.current.resultTimestamp = claim.timestamp
            if item.current.call == nil { item.current.who = Attribution(claim) }
        }
        work[id] = item
    }

    /// Takes the content with the greater version, of equal ones the first; true when it is the one told.
    private func merge(
        _ told: ToolUsageRow.Side,
        into side: inout ToolUsageRow.Side,
        _ claim: Claim
    ) throws(SQLError) -> Bool {
        let former = side.contentEntry ?? side.entry
        let brings =
            told.version == side.version
            ? try store.isFirst(claim, before: former) : told.version > side.version
        if brings {
            side.content = told.content
            side.version = told.version
        }
        let content = brings ? claim.entry : former
        if try store.isFirst(claim, before: side.entry) { side.entry = claim.entry }
        side.contentEntry = content == side.entry ? nil : content
        return brings
    }

    private func identifier(_ callID: String?, _ block: Int, _ claim: Claim) -> Int64 {
        callID.map { store.identity.call($0, claim) }
            ?? store.identity.of(.call, claim.event, Int64(block))
    }

    /// The row, or a new one; nil for one that was retired.
    private func load(
        _ id: Int64,
        _ callID: String?,
        _ claim: Claim
    ) throws(SQLError) -> Work? {
        let known: Work
        if let found = work[id] {
            known = found
        } else if callID == nil && claim.isNewEvent {
            return try new(id, callID, claim)
        } else if store.mayHave(id), let stored = try table.load(id).map({ ToolUsageRow($0) }) {
            known = Work(stored: stored, current: stored)
        } else {
            return try new(id, callID, claim)
        }
        try store.note(id, told: claim, andBy: known.current.who.entry)
        return known
    }

    private func new(_ id: Int64, _ callID: String?, _ claim: Claim) throws(SQLError) -> Work? {
        guard try !store.isRetired(id, table) else { return nil }
        let row = ToolUsageRow(
            id: id,
            tool: claim.file.tool,
            callID: callID,
            who: Attribution(claim)
        )
        return Work(stored: nil, current: row)
    }

    private func values(
        _ fact: ToolCallFact,
        _ analysis: CallAnalysis?,
        _ claim: Claim
    ) -> [SQLValue] {
        var input = fact.input
        let (size, hash) = input.withUTF8 {
            (Int64($0.count), Checksum.xxh3(UnsafeRawBufferPointer($0)))
        }
        let scope = claim.file.scope
        return [
            .text(fact.name), SQLValue(analysis?.category), SQLValue(fact.mcpServer),
            SQLValue(fact.model), SQLValue(fact.filePath), SQLValue(fact.command),
            SQLValue(fact.query), SQLValue(fact.targetDirectory), .integer(size),
            .integer(Int64(bitPattern: hash)),
            SQLValue(fact.response.map { store.identity.of(.messageKey, scope, $0.messageID) }),
            SQLValue(analysis?.isSensitive ?? false),
            SQLValue(analysis?.touchesSystemFiles ?? false),
            SQLValue(analysis?.usesNetwork ?? false), SQLValue(analysis?.danger),
            SQLValue(claim.isSidechain),
        ]
    }

    private func values(_ fact: ToolResultFact, _ errorClass: String?) -> [SQLValue] {
        [
            .text(fact.outcome.rawValue), SQLValue(fact.errorText), SQLValue(errorClass),
            SQLValue(fact.exitCode), SQLValue(fact.type), .integer(fact.size),
            SQLValue(fact.durationMilliseconds != nil), SQLValue(fact.agentID),
        ]
    }

    // MARK: Storing

    /// Stores what changed.
    func flush() throws(SQLError) {
        for (id, item) in work.sorted(by: {
            $0.value.current.who.entry < $1.value.current.who.entry
        })
        where item.current != item.stored {
            let row = item.current
            try sessions.touch(row.who.session)
            if let former = item.stored {
                try sessions.touch(former.who.session)
                try sessions.subtract(former.totals, from: former.who.session)
                try store.update(row.values, in: table)
                if former.fragments != row.fragments {
                    guard let number = try rowOf.row(for: id)?[0] else { continue }
                    if let old = former.fragments {
                        try search.change(.removeFragments, [number] + old)
                    }
                    if let new = row.fragments { try search.change(.addFragments, [number] + new) }
                }
                try findings.set(item.findings, of: .call(id), row.who)
            } else {
                try store.insert(row.values, into: table)
                if let new = row.fragments {
                    let number = store.database.lastInsertedRow
                    try search.change(.addFragments, [.integer(number)] + new)
                }
                try findings.add(item.findings ?? [], of: .call(id), row.who)
            }
            try sessions.add(row.totals, to: row.who.session)
        }
        work.removeAll(keepingCapacity: true)
    }

    /// Deletes a call with its result and what was found in it.
    func delete(_ id: Int64) throws(SQLError) {
        guard let row = try table.load(id).map({ ToolUsageRow($0) }),
            let number = try rowOf.row(for: id)?[0]
        else { return }
        try sessions.subtract(row.totals, from: row.who.session)
        if let old = row.fragments { try search.change(.removeFragments, [number] + old) }
        try findings.set([], of: .call(id), row.who)
        try store.bury(id, in: table)
    }
}
