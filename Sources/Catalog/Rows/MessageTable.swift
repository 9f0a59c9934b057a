import Core
import SQL
import Transcripts

/// Writes `messages`, the index of their words, and what was found in them.
final class MessageTable {
    let table: RowTable
    private let store: CatalogStore
    private let sessions: SessionTable
    private let findings: FindingTable
    private let tags: TagTable
    private let retractions: RetractionTable
    private let select: Statement
    private let tellers: Statement
    private let storedText: Statement
    private let insertion: Statement
    private let attribution: Statement
    private let relabelling: Statement
    private let content: Statement
    private let search: SearchIndex
    let preparer = EntryPreparer()
    private let unpacker = TextUnpacker()

    init(
        _ store: CatalogStore,
        _ sessions: SessionTable,
        _ findings: FindingTable,
        _ tags: TagTable,
        _ retractions: RetractionTable,
        _ search: SearchIndex
    ) throws(SQLError) {
        self.store = store
        self.search = search
        self.sessions = sessions
        self.findings = findings
        self.tags = tags
        self.retractions = retractions
        let database = store.database
        table = try RowTable(database, "messages", ["id", "row"], hasTime: true)
        let head = MessageRow.headColumns
        let columns = head + MessageRow.contentColumns
        select = try database.prepare(
            "SELECT row, \(columns.joined(separator: ", ")) FROM messages WHERE id = ?"
        )
        tellers = try database.prepare(
            "SELECT entry, coalesce(content_entry, entry), version FROM messages WHERE id = ?"
        )
        storedText = try database.prepare("SELECT body FROM messages WHERE row = ?")
        let all = columns + ["body", "rev", "id", "tool"]
        insertion = try database.prepare(
            """
            INSERT INTO messages (\(all.joined(separator: ", ")))
            VALUES (\(all.map { _ in "?" }.joined(separator: ", ")))
            """
        )
        attribution = try database.prepare(
            "UPDATE messages SET \(head.map { $0 + " = ?" }.joined(separator: ", ")), rev = ? "
                + "WHERE row = ?"
        )
        let settings = columns.map { $0 + " = ?" }.joined(separator: ", ")
        relabelling = try database.prepare(
            "UPDATE messages SET \(settings), rev = ? WHERE row = ?"
        )
        content = try database.prepare(
            "UPDATE messages SET \(settings), body = ?, rev = ? WHERE row = ?"
        )
    }

    /// Takes what a record tells of a message.
    func tell(
        _ fact: MessageFact,
        _ analysis: MessageAnalysis,
        _ stored: StoredMessage,
        _ claim: Claim
    ) throws(SQLError) {
        let scope = claim.file.scope
        let id =
            fact.key.map { store.identity.of(.message, scope, $0, "") }
            ?? store.identity.of(.message, claim.event, Int64(fact.block))
        let mayBeKnown = (fact.key != nil || !claim.isNewEvent) && store.mayHave(id)
        var isContent = true
        let known = mayBeKnown ? try standing(of: id) : nil
        if let known {
            try store.note(id, told: claim, andBy: known.entry)
            isContent = try known.yields(fact, claim, store)
            // Most copies neither come first nor tell anything new.
            if !isContent, try !store.isFirst(claim, before: known.entry) { return }
        }
        var told = MessageRow(
            id: id,
            claim: claim,
            isRetracted: false,
            version: fact.version,
            content: values(fact, analysis, stored, claim)
        )
        told.isRetracted = try retractions.withdraw(told)
        guard known != nil, let row = try select.row(for: id), let number = row[0].integer else {
            if try !store.isRetired(id, table) { try insert(told, stored, analysis, claim) }
            return
        }
        let former = MessageRow(id: id, values: Array(row[1...]))
        try merge(told, isContent, former, number, stored, analysis, claim)
    }

    /// Which records tell a message so far.
    private struct Standing {
        var entry: Int64
        var contentEntry: Int64
        var version: UInt64

        /// Whether the content of the claim counts from now on: the greater version, of equal ones the first.
        func yields(
            _ fact: MessageFact,
            _ claim: Claim,
            _ store: CatalogStore
        ) throws(SQLError) -> Bool {
            if fact.version != version { return fact.version > version }
            return try store.isFirst(claim, before: contentEntry)
        }
    }

    private func standing(of id: Int64) throws(SQLError) -> Standing? {
        try tellers.first(id) {
            Standing(entry: $0.int(0), contentEntry: $0.int(1), version: $0.uint64(2))
        }
    }

    private func insert(
        _ row: MessageRow,
        _ stored: StoredMessage,
        _ analysis: MessageAnalysis,
        _ claim: Claim
    ) throws(SQLError) {
        store.remember(row.id)
        try insertion.run(
            values: row.head + row.content + [
                stored.body, .integer(store.nextRev()), .integer(row.id),
                .text(claim.file.tool),
            ]
        )
        let number = store.database.lastInsertedRow
        try search.change(.addWords, [.integer(number), .text(stored.text)])
        try store.exhume(row.id, table)
        try sessions.add(row.totals, to: row.who.session)
        if !analysis.findings.isEmpty {
            try findings.add(analysis.findings, of: .message(row.id), row.who)
        }
        if let set = analysis.tags { try tags.add(set, of: row.id, row.who) }
    }

    /// `isContent`: whether the content of what is told counts.
    private func merge(
        _ told: MessageRow,
        _ isContent: Bool,
        _ former: MessageRow,
        _ row: Int64,
        _ stored: StoredMessage,
        _ analysis: MessageAnalysis,
        _ claim: Claim
    ) throws(SQLError) {
        var merged = former
        if try store.isFirst(claim, before: former.who.entry) {
            merged.who = told.who
            merged.isSidechain = told.isSidechain
        }
        if isContent {
            merged.version = told.version
            merged.content = told.content
        }
        let contentEntry = isContent ? claim.entry : former.contentEntry ?? former.who.entry
        merged.contentEntry = contentEntry == merged.who.entry ? nil : contentEntry
        merged.isRetracted = try retractions.withdraw(merged)
        guard merged.head != former.head || merged.content != former.content else { return }
        try sessions.subtract(former.totals, from: former.who.session)
        try sessions.add(merged.totals, to: merged.who.session)
        try store.noteMove(of: told.id, to: SQLValue(merged.who.timestamp), in: table)
        let rev = store.nextRev()
        if merged.content == former.content {
            try attribution.run(values: merged.head + [.integer(rev), .integer(row)])
        } else {
            try replace(merged, former, row, stored, rev)
        }
        try findings.set(isContent ? analysis.findings : nil, of: .message(told.id), merged.who)
        try tags.set(isContent ? .some(analysis.tags) : nil, of: told.id, merged.who)
    }

    private func replace(
        _ merged: MessageRow,
        _ former: MessageRow,
        _ row: Int64,
        _ stored: StoredMessage,
        _ rev: Int64
    ) throws(SQLError) {
        let values = merged.head + merged.content
        // Mostly only what is known of a text changes: an index writes all it has collected before it deletes.
        if merged.digest == former.digest {
            return try relabelling.run(values: values + [.integer(rev), .integer(row)])
        }
        try unindex(row)
        try content.run(values: values + [stored.body, .integer(rev), .integer(row)])
        try search.change(.addWords, [.integer(row), .text(stored.text)])
    }

    private func unindex(_ row: Int64) throws(SQLError) {
        guard let former = try storedText.row(for: row) else { return }
        try search.change(.removeWords, [.integer(row), unpacker.text(of: former[0])])
    }

    private func values(
        _ fact: MessageFact,
        _ analysis: MessageAnalysis,
        _ stored: StoredMessage,
        _ claim: Claim
    ) -> [SQLValue] {
        let scope = claim.file.scope
        return [
            .text(fact.role.rawValue), .text(fact.kind.rawValue), SQLValue(fact.model),
            .integer(Int64(fact.block)), .integer(stored.length), .blob(stored.digest),
            SQLValue(analysis.language), SQLValue(analysis.hasCode), SQLValue(analysis.hasPaths),
            SQLValue(analysis.findings.contains { $0.kind == .secret }),
            SQLValue(fact.isRepaired),
            SQLValue(fact.response.map { store.identity.of(.messageKey, scope, $0.messageID) }),
            SQLValue(fact.callID.map { store.identity.call($0, claim) }),
            SQLValue(stored.normalHash),
        ]
    }

    // MARK: Withdrawing and deleting

    /// Looks again whether messages are withdrawn.
    func review(_ messages: [Int64]) throws(SQLError) {
        for id in messages {
            guard let known = try select.row(for: id), let row = known[0].integer else { continue }
            let former = MessageRow(id: id, values: Array(known[1...]))
            var merged = former
            merged.isRetracted = try retractions.withdraw(merged)
            guard merged.isRetracted != former.isRetracted else { continue }
            try sessions.subtract(former.totals, from: former.who.session)
            try sessions.add(merged.totals, to: merged.who.session)
            try attribution.run(values: merged.head + [.integer(store.nextRev()), .integer(row)])
        }
    }

    /// Deletes a message with all that was found in it.
    func delete(_ id: Int64) throws(SQLError) {
        guard let known = try select.row(for: id), let row = known[0].integer else { return }
        let former = MessageRow(id: id, values: Array(known[1...]))
        try sessions.subtract(former.totals, from: former.who.session)
        try findings.set([], of: .message(id), former.who)
        try tags.set(.some(nil), of: id, former.who)
        try unindex(row)
        try store.bury(id, in: table)
    }
}
