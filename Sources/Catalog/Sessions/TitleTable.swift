import SQL
import Transcripts

/// Writes `titles`: for each source of a session's title, or of the session that a leaf is in, the one that counts.
final class TitleTable {
    private let store: CatalogStore
    private let select: Statement
    private let change: Statement
    private let insertion: Statement
    private let ofSession: Statement
    private let ofLeaf: Statement
    private let resolve: Statement
    private let sessionOfEvent: Statement
    private let sessionOfTitle: Statement
    private let removal: Statement
    /// The events that some title waits for, or is attached to.
    private var leaves: Set<Int64> = []

    init(_ store: CatalogStore) throws(SQLError) {
        self.store = store
        let database = store.database
        select = try database.prepare("SELECT entry FROM titles WHERE id = ?")
        // No INSERT OR REPLACE: it opens a savepoint, at which a full-text index writes what it has collected.
        change = try database.prepare(
            "UPDATE titles SET entry = ?, session = ?, leaf = ?, source = ?, text = ? WHERE id = ?"
        )
        insertion = try database.prepare(
            "INSERT INTO titles (entry, session, leaf, source, text, id) VALUES (?, ?, ?, ?, ?, ?)"
        )
        ofSession = try database.prepare("SELECT entry, source, text FROM titles WHERE session = ?")
        ofLeaf = try database.prepare("SELECT session FROM titles WHERE leaf = ?")
        resolve = try database.prepare("UPDATE titles SET session = ? WHERE leaf = ?")
        sessionOfEvent = try database.prepare(
            """
            SELECT session FROM entries WHERE seq = (SELECT first FROM entries WHERE event = ? LIMIT 1)
            """
        )
        sessionOfTitle = try database.prepare("SELECT session FROM titles WHERE id = ?")
        removal = try database.prepare("DELETE FROM titles WHERE id = ?")
        try reload()
    }

    /// Reads again which events titles are attached to.
    func reload() throws(SQLError) {
        let all = try store.database.prepare("SELECT leaf FROM titles WHERE leaf IS NOT NULL")
        leaves = Set(try all.all { $0.int(0) })
    }

    /// Takes a title; the sessions whose title may have changed.
    func tell(_ title: SessionFact.Title, _ claim: Claim) throws(SQLError) -> Int64? {
        let leaf = title.leaf.map { store.identity.of(.event, claim.file.scope, $0) }
        guard let target = leaf ?? claim.session else { return nil }
        let source = Int64(title.source.rawValue)
        let id = store.identity.of(.title, target, source)
        let known = try select.row(for: id)?[0].integer
        if let known {
            try store.note(id, told: claim, andBy: known)
            guard try wins(claim, over: known, title.source) else { return nil }
        }
        var session = claim.session
        if let leaf {
            session = try sessionOfEvent.row(for: leaf)?[0].integer
            leaves.insert(leaf)
        }
        try (known == nil ? insertion : change).run(
            values: [
                .integer(claim.entry), SQLValue(session), SQLValue(leaf), .integer(source),
                .text(TitleText.of(title.text)), .integer(id),
            ]
        )
        return session
    }

    private func wins(
        _ claim: Claim,
        over known: Int64,
        _ source: TitleSource
    ) throws(SQLError) -> Bool {
        if claim.entry == known { return true }
        guard let position = try store.position(of: known) else { return true }
        return source == .firstPrompt
            ? claim.position < position : claim.position.isLater(than: position)
    }

    /// An event's first record is one of `session` now; the sessions whose title may have changed.
    func attribute(event: Int64, to session: Int64?) throws(SQLError) -> [Int64] {
        guard leaves.contains(event) else { return [] }
        let former = try ofLeaf.all(event) { $0.isNull(0) ? nil : $0.int(0) }
        guard former.contains(where: { $0 != session }) else { return [] }
        try resolve.run(values: [SQLValue(session), .integer(event)])
        return former.compactMap { $0 } + (session.map { [$0] } ?? [])
    }

    /// Deletes a title; the session whose title may have changed.
    func delete(_ id: Int64) throws(SQLError) -> Int64? {
        let session = try sessionOfTitle.row(for: id)?[0].integer
        try removal.run(values: [.integer(id)])
        return session
    }

    /// Sets the title that counts: of the greatest source the latest, of first prompts the first.
    func choose(for record: SessionRecord) throws(SQLError) {
        record.isTitleStale = false
        struct Candidate {
            var source: TitleSource
            var position: ClaimPosition
            var text: String
        }
        let rows = try ofSession.all(record.id) { ($0.int(0), $0.int(1), $0.text(2)) }
        var best: Candidate?
        for (entry, number, text) in rows where !text.isEmpty {
            guard let source = TitleSource(rawValue: Int(number)),
                let position = try store.position(of: entry)
            else { continue }
            let isBetter =
                best.map { best in
                    if best.source != source { return best.source < source }
                    return source == .firstPrompt
                        ? position < best.position : position.isLater(than: best.position)
                } ?? true
            if isBetter { best = Candidate(source: source, position: position, text: text) }
        }
        record[.title] = SQLValue(best?.text)
        record[.titleSource] = SQLValue(best.map { "\($0.source)" }.map(ColumnName.of))
    }
}
