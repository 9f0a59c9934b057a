import SQL
import Transcripts

/// Writes `retractions`: which messages, events or whole sessions were withdrawn, up to which version.
///
/// They are few, and all in memory.
final class RetractionTable {
    private let store: CatalogStore
    private let replace: Statement
    private let ofSession: Statement
    private let ofEvent: Statement
    private let eventOf: Statement
    private var versions: [Int64: (entry: Int64, version: UInt64)] = [:]

    init(_ store: CatalogStore) throws(SQLError) {
        self.store = store
        replace = try store.database.prepare("INSERT OR REPLACE INTO retractions VALUES (?, ?, ?)")
        ofSession = try store.database.prepare("SELECT id FROM messages WHERE session = ?")
        ofEvent = try store.database.prepare(
            """
            SELECT m.id FROM entries e JOIN messages m ON m.session IS e.session
            WHERE e.event = ? AND m.entry = e.seq
            """
        )
        eventOf = try store.database.prepare("SELECT event FROM entries WHERE seq = ?")
        try reload()
    }

    func reload() throws(SQLError) {
        versions.removeAll()
        let all = try store.database.prepare("SELECT id, entry, version FROM retractions")
        _ = try all.query { (row) throws(SQLError) in
            versions[row.int(0)] = (row.int(1), row.uint64(2))
        }
    }

    /// Whether a message is withdrawn by itself, with its event, or with its session.
    ///
    /// A message without a key of its own is withdrawn with its event.
    func withdraw(_ row: MessageRow) throws(SQLError) -> Bool {
        if versions.isEmpty { return false }
        var event = try eventOf.row(for: row.who.entry)?[0].integer
        if let found = event, let block = row.content[3].integer,
            store.identity.of(.message, found, block) != row.id
        {
            event = nil
        }
        return [row.id, event, row.who.session].contains { target in
            guard let target, let found = versions[target] else { return false }
            return found.version > row.version
        }
    }

    /// Takes a withdrawal; the messages that may be concerned.
    func tell(_ fact: RetractionFact, _ claim: Claim) throws(SQLError) -> [Int64] {
        let scope = claim.file.scope
        try store.need("messages_by_session")
        guard !fact.keys.isEmpty else {
            guard let session = claim.session, try raise(session, fact.version, claim) else {
                return []
            }
            return try ofSession.all(session) { $0.int(0) }
        }
        var concerned: [Int64] = []
        for key in fact.keys {
            let message = store.identity.of(.message, scope, key, "")
            if try raise(message, fact.version, claim) { concerned.append(message) }
            let event = store.identity.of(.event, scope, key)
            if try raise(event, fact.version, claim) {
                concerned += try ofEvent.all(event) { $0.int(0) }
            }
        }
        return concerned
    }

    private func raise(
        _ target: Int64,
        _ version: UInt64,
        _ claim: Claim
    ) throws(SQLError) -> Bool {
        if let known = versions[target] {
            try store.note(claimed(target), told: claim, andBy: known.entry)
            guard version > known.version else { return false }
        }
        versions[target] = (claim.entry, version)
        try replace.run(values: [
            .integer(target), .integer(claim.entry), .integer(Int64(bitPattern: version)),
        ])
        return true
    }

    /// What claims on the withdrawal of something are noted under: not those on the thing itself.
    func claimed(_ target: Int64) -> Int64 { store.identity.of(.retraction, target) }

    /// The withdrawals among what several files claim.
    func targets(among shared: Set<Int64>) -> [Int64] {
        versions.keys.filter { shared.contains(claimed($0)) }.sorted()
    }

    /// Forgets withdrawals; the messages that may be concerned.
    func delete(_ ids: [Int64]) throws(SQLError) -> [Int64] {
        var concerned: [Int64] = []
        for id in ids where versions.removeValue(forKey: id) != nil {
            try store.database.prepare("DELETE FROM retractions WHERE id = ?").run(id)
            concerned.append(id)
            concerned += try ofSession.all(id) { $0.int(0) }
            concerned += try ofEvent.all(id) { $0.int(0) }
        }
        return concerned
    }
}
