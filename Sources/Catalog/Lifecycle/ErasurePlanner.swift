import Core
import SQL

/// Finds the files of sessions that are erased, and which of them go.
///
/// A file that carries a session's identifier in its path is the session's own: it stays only when some row of another
/// session stands in no other file that stays. A file of another name stays as soon as a record of another session is in
/// it. No file goes that a held session stands in.
struct ErasurePlanner {
    /// Tables of which no row of another session may be lost.
    private static let telling = ["messages", "responses", "tool_usage"]

    private let database: Connection
    private let paths: [OwnPath]
    /// The sessions that are erased, and their subagents.
    private let erased: Set<Int64>

    init(_ database: Connection, _ names: Set<SessionName>) throws(SQLError) {
        self.database = database
        paths = names.map { OwnPath($0) }
        erased = Set(try SessionFamily(database).sessions(of: names))
    }

    private struct Row {
        var id: Int64
        var stream: StreamID
        var source: String
        var path: String
        var held: UInt64
        var isOwn: Bool
    }

    /// What goes and what stays.
    ///
    /// - Parameter looksAtPaths: false where only files count that the sessions are known to stand in.
    /// - Returns: what the erasure would do.
    /// - Throws: when the database fails.
    func plan(looksAtPaths: Bool = true) throws(SQLError) -> ErasurePlan {
        var plan = ErasurePlan()
        plan.sessions = try sessions()
        let candidates = try candidates(looksAtPaths)
        for rows in candidates {
            var file = ErasurePlan.File(
                streams: rows.map(\.stream).sorted(),
                source: rows[0].source,
                path: rows[0].path,
                bytes: rows.reduce(0) { $0 + $1.held },
                isOwn: rows.allSatisfy(\.isOwn)
            )
            let keepers = try keepers(of: rows, among: candidates)
            if keepers.isEmpty {
                plan.going.append(file)
            } else {
                file.others = try keepers.prefix(5).map { (id) throws(SQLError) in
                    try SessionFamily(database).name(of: id)?.session ?? "?"
                }
                plan.staying.append(file)
            }
        }
        plan.rows = try rows()
        return plan
    }

    private func sessions() throws(SQLError) -> [ErasurePlan.Session] {
        var found: [ErasurePlan.Session] = []
        for id in erased.sorted() {
            guard let name = try SessionFamily(database).name(of: id) else { continue }
            let title = try database.prepare("SELECT title FROM sessions WHERE id = ?").first(id) {
                $0.optionalText(0)
            }
            found.append(ErasurePlan.Session(id: id, name: name, title: title ?? nil))
        }
        return found.sorted { $0.name < $1.name }
    }

    // MARK: Files

    /// The rows of the files that may go, all generations of a file together.
    private func candidates(_ looksAtPaths: Bool) throws(SQLError) -> [[Row]] {
        var ids: Set<Int64> = []
        let ofSession = try database.prepare("SELECT DISTINCT file FROM entries WHERE session = ?")
        for session in erased { ids.formUnion(try ofSession.all(session) { $0.int(0) }) }
        ids.formUnion(
            try database.prepare("SELECT file FROM erased_records").all { $0.int(0) }
        )
        var files: Set<Int64> = []
        let all = try database.prepare(
            """
            SELECT f.id, f.file, f.generation, f.source, f.path, iif(f.expired, 0, f.held), o.name
            FROM files f JOIN owners o ON o.owner = f.owner
            """
        ).all { (row) throws(SQLError) in
            FileID(row.uint64(1)).map {
                Row(
                    id: row.int(0),
                    stream: StreamID(file: $0, generation: Generation(row.int(2))),
                    source: row.text(3),
                    path: row.text(4),
                    held: row.uint64(5),
                    isOwn: (looksAtPaths || ids.contains(row.int(0)))
                        && isOwn(row.text(4), row.text(6))
                )
            }
        }.compactMap { $0 }
        for row in all where ids.contains(row.id) || row.isOwn {
            files.insert(Int64(bitPattern: row.stream.file.rawValue))
        }
        let chosen = all.filter { files.contains(Int64(bitPattern: $0.stream.file.rawValue)) }
        return Dictionary(grouping: chosen, by: \.stream.file).values.map { rows in
            rows.sorted { $0.stream > $1.stream }
        }.sorted { ($0[0].source, $0[0].path) < ($1[0].source, $1[0].path) }
    }

    /// Whether the path names one of the sessions.
    private func isOwn(_ path: String, _ owner: String) -> Bool {
        paths.contains { $0.matches(path, owner: owner) }
    }

    /// The sessions for whose sake the file stays.
    private func keepers(of file: [Row], among candidates: [[Row]]) throws(SQLError) -> [Int64] {
        var keepers: Set<Int64> = []
        for row in file {
            let sessions = try database.prepare(
                """
                SELECT DISTINCT e.session, s.hold FROM entries e JOIN sessions s ON s.id = e.session
                WHERE e.file = ?
                """
            ).all(row.id) { (id: $0.int(0), isHeld: $0.bool(1)) }
            for session in sessions where !erased.contains(session.id) {
                var stays = session.isHeld || !row.isOwn
                if !stays { stays = try isSole(row.id, session.id, candidates) }
                if stays { keepers.insert(session.id) }
            }
        }
        return keepers.sorted()
    }

    /// Whether some row of the session stands in this file, and otherwise only in such as may go too.
    private func isSole(
        _ file: Int64,
        _ session: Int64,
        _ candidates: [[Row]]
    ) throws(SQLError) -> Bool {
        let going = Set(candidates.joined().map(\.id))
        for table in ErasurePlanner.telling {
            let others = try database.prepare(
                """
                SELECT m.id, c.file FROM \(table) m LEFT JOIN claims c ON c.id = m.id
                WHERE m.session = ?1 AND m.entry IN (SELECT seq FROM entries WHERE file = ?2)
                """
            )
            var isElsewhere: [Int64: Bool] = [:]
            try others.query(session, file) { (row) throws(SQLError) in
                let other = row.isNull(1) ? nil : row.int(1)
                let stays = other.map { !going.contains($0) } ?? false
                isElsewhere[row.int(0)] = (isElsewhere[row.int(0)] ?? false) || stays
            }
            if isElsewhere.values.contains(false) { return true }
        }
        return false
    }

    // MARK: Rows

    private func rows() throws(SQLError) -> [(table: String, count: Int64)] {
        var found: [(String, Int64)] = [("sessions", Int64(erased.count))]
        for table in AgingTable.allCases {
            let count = try database.prepare(
                "SELECT count(*) FROM \(table.rawValue) WHERE session = ?"
            )
            var sum: Int64 = 0
            for session in erased { sum += try count.first(session) { $0.int(0) } ?? 0 }
            if sum > 0 { found.append((table.rawValue, sum)) }
        }
        return found
    }
}

extension CatalogWriter {
    /// What the erasure of these sessions, and their subagents, takes away now.
    ///
    /// - Parameters:
    ///   - names: the sessions.
    ///   - looksAtPaths: false where they were erased before: only files count that came with something of them since.
    /// - Returns: what goes and what stays.
    /// - Throws: when the database fails.
    package func erasure(
        of names: Set<SessionName>,
        looksAtPaths: Bool = true
    ) throws(SQLError) -> ErasurePlan {
        try ErasurePlanner(store.database, names).plan(looksAtPaths: looksAtPaths)
    }
}

extension CatalogReader {
    /// What the erasure of these sessions, and their subagents, would take away.
    package func erasure(of names: Set<SessionName>) throws(OperatorError) -> ErasurePlan {
        do throws(SQLError) {
            return try ErasurePlanner(database, names).plan()
        } catch {
            throw OperatorError(error)
        }
    }

    /// What a session is called for good, the sessions above it that called it, and all below it that it called.
    package func family(
        of session: Int64
    ) throws(OperatorError) -> (name: SessionName, above: [SessionName], below: [SessionName])? {
        do throws(SQLError) {
            let family = SessionFamily(database)
            guard let name = try family.name(of: session) else { return nil }
            var above: [SessionName] = []
            for id in try family.ancestors(of: session).sorted() where id != session {
                if let name = try family.name(of: id) { above.append(name) }
            }
            var below: [SessionName] = []
            for id in try family.sessions(of: [name]) where id != session {
                if let name = try family.name(of: id) { below.append(name) }
            }
            return (name, above, below)
        } catch {
            throw OperatorError(error)
        }
    }
}
