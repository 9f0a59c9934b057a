import SQL
import Transcripts

/// Writes `responses`; rows of a batch are kept in memory until its end.
///
/// What is told outside side conversations is a row for each (message id, request id). What is told only inside
/// them, or by copies, is one row for each message id, which goes when the message id is told outside.
final class ResponseTable {
    fileprivate final class Work {
        let stored: ResponseRow?
        var current: ResponseRow?

        init(_ stored: ResponseRow?) {
            self.stored = stored
            current = stored
        }
    }

    let table: RowTable
    private let store: CatalogStore
    private let sessions: SessionTable
    var pricing: any Pricing
    private let mains: Statement
    private let claimants: Statement
    private let following: Statement
    private var work: [Int64: Work] = [:]
    /// The message ids of this batch that are known to be told outside side conversations, or not to be.
    private var hasMain: [Int64: Bool] = [:]

    init(
        _ store: CatalogStore,
        _ sessions: SessionTable,
        _ pricing: any Pricing
    ) throws(SQLError) {
        self.store = store
        self.sessions = sessions
        self.pricing = pricing
        table = try RowTable(store.database, "responses", ResponseRow.columns)
        mains = try store.database.prepare(
            "SELECT 1 FROM responses WHERE message_key = ? AND sidechain = 0 LIMIT 1"
        )
        claimants = try store.database.prepare(
            "SELECT file FROM claims WHERE id = ? UNION SELECT file FROM entries WHERE seq = ?"
        )
        following = try store.database.prepare(
            "SELECT id FROM responses WHERE id > ? ORDER BY id LIMIT ?"
        )
    }

    func reload() {
        work.removeAll()
        hasMain.removeAll()
    }

    /// Takes what a record tells of a response.
    ///
    /// `ordinal`: which response of its record it is, from 0.
    func tell(_ fact: ResponseFact, _ ordinal: Int64, _ claim: Claim) throws(SQLError) {
        let scope = claim.file.scope
        guard let key = fact.key else {
            let id = store.identity.of(.response, claim.event, ordinal)
            return try take(
                ResponseRow(id: id, messageKey: id, fact, claim, isSidechain: claim.isSidechain),
                claim
            )
        }
        let messageKey = store.identity.of(.messageKey, scope, key.messageID)
        let side = store.identity.of(.sideResponse, messageKey)
        if claim.isSidechain || fact.isCopy {
            if try isToldOutside(messageKey) {
                return try store.noteClaim(messageKey, file: claim.file.id)
            }
            return try take(
                ResponseRow(id: side, messageKey: messageKey, fact, claim, isSidechain: true),
                claim
            )
        }
        if try isToldOutside(messageKey) == false {
            hasMain[messageKey] = true
            try supersede(side, messageKey)
        }
        let id = store.identity.of(.response, scope, key.messageID, key.requestID)
        try take(
            ResponseRow(id: id, messageKey: messageKey, fact, claim, isSidechain: false),
            claim
        )
    }

    private func isToldOutside(_ messageKey: Int64) throws(SQLError) -> Bool {
        if let known = hasMain[messageKey] { return known }
        let found = store.mayHave(messageKey) ? try mains.row(for: messageKey) != nil : false
        hasMain[messageKey] = found
        return found
    }

    /// Takes away the row of side conversations; who told it is remembered with the message id.
    private func supersede(_ side: Int64, _ messageKey: Int64) throws(SQLError) {
        let item = try load(side)
        guard let row = item.current else { return }
        for file in try claimants(of: side, row) { try store.noteClaim(messageKey, file: file) }
        item.current = nil
    }

    private func claimants(of id: Int64, _ row: ResponseRow) throws(SQLError) -> [Int64] {
        try claimants.all(id, row.who.entry) { $0.int(0) }
    }

    private func load(_ id: Int64) throws(SQLError) -> Work {
        if let known = work[id] { return known }
        let stored = store.mayHave(id) ? try table.load(id).map { ResponseRow($0) } : nil
        let loaded = Work(stored)
        work[id] = loaded
        return loaded
    }

    private func take(_ told: ResponseRow, _ claim: Claim) throws(SQLError) {
        let item = try load(told.id)
        guard let former = item.current else {
            if try !store.isRetired(told.id, table) { item.current = told }
            return
        }
        try store.note(told.id, told: claim, andBy: former.who.entry)
        var merged = former
        if try store.isFirst(claim, before: former.who.entry) {
            merged.who = told.who
            merged.isSidechain = told.isSidechain
        }
        if told.telling.outweighs(former.telling) { merged.telling = told.telling }
        item.current = merged
    }

    /// Stores what changed, priced.
    func flush() throws(SQLError) {
        for (id, item) in work.sorted(by: { $0.value.order < $1.value.order }) {
            item.current?.price(by: pricing)
            if item.current == item.stored { continue }
            if let former = item.stored {
                try sessions.subtract(former.totals, from: former.who.session)
                if let model = former.countedModel {
                    try sessions.count(model, -1, in: former.who.session)
                }
            }
            if let current = item.current {
                try sessions.add(current.totals, to: current.who.session)
                if let model = current.countedModel {
                    try sessions.count(model, 1, in: current.who.session)
                }
                if item.stored == nil {
                    try store.insert(current.values, into: table)
                    store.remember(current.messageKey)
                } else {
                    try store.update(current.values, in: table)
                }
            } else if item.stored != nil {
                try store.bury(id, in: table)
            }
        }
        work.removeAll(keepingCapacity: true)
        hasMain.removeAll(keepingCapacity: true)
    }

    /// Prices the next stored responses again.
    ///
    /// - Returns: the last of them; nil when there are no more.
    func reprice(after last: Int64?, limit: Int) throws(SQLError) -> Int64? {
        // No row has the least number: identifiers are hashes, and it is one of 2⁶⁴.
        let ids = try following.all(last ?? .min, limit) { $0.int(0) }
        for id in ids { _ = try load(id) }
        try flush()
        return ids.count < limit ? nil : ids.last
    }

    /// Retires a response at the next flush, and what side conversations may tell of it later.
    func retire(_ id: Int64) throws(SQLError) {
        guard let key = try delete(id) else { return }
        try store.retire(id, table)
        try store.retire(store.identity.of(.sideResponse, key), table)
    }

    /// Deletes a response at the next flush.
    ///
    /// - Returns: the key of its message id, whose other claimants may tell it now.
    func delete(_ id: Int64) throws(SQLError) -> Int64? {
        let item = try load(id)
        defer { item.current = nil }
        return item.current?.messageKey
    }
}

extension ResponseTable.Work {
    /// Rows are written in the order of their records, so that a repeated run gives the same file.
    fileprivate var order: Int64 { (current ?? stored)?.who.entry ?? 0 }
}
