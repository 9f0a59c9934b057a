import Core
import SQL

/// Takes the records of a file out of the rows.
///
/// Rows that the file told, alone or with others, are deleted; what others tell of them comes back when those are
/// read again. Nothing else changes.
struct Forgetting {
    private let writer: CatalogWriter
    private let store: CatalogStore
    private let database: Connection
    /// The files that are to be read again.
    private(set) var others: Set<Int64> = []

    init(_ writer: CatalogWriter) {
        self.writer = writer
        store = writer.store
        database = store.database
    }

    private struct Record {
        var seq: Int64
        var id: Int64
        var event: Int64
        var isFirst: Bool
        var session: Int64?
    }

    /// Takes out one file.
    mutating func forget(_ file: Int64) throws(SQLError) {
        let records = try database.prepare(
            "SELECT seq, id, event, first = seq, session FROM entries WHERE file = ?"
        ).all(file) {
            Record(
                seq: $0.int(0),
                id: $0.int(1),
                event: $0.int(2),
                isFirst: $0.bool(3),
                session: $0.isNull(4) ? nil : $0.int(4)
            )
        }
        // While the records are there, so that it is known which of them decided what.
        let told = Set(records.compactMap(\.session)).sorted()
        for session in told { try writer.sessions.touch(session) }
        try forgetRows(of: file)
        for record in records { try forget(record) }
        for session in told { try review(session) }
        for table in ["claims", "erased_records"] {
            try database.prepare("DELETE FROM \(table) WHERE file = ?").run(file)
        }
        try store.bury(file, in: writer.files.table)
        store.forgetFile(file)
        others.remove(file)
        try writer.sessions.flush(at: .min)
    }

    // MARK: Rows

    private mutating func forgetRows(of file: Int64) throws(SQLError) {
        let shared = try database.prepare("SELECT id FROM claims WHERE file = ?").all(file) {
            $0.int(0)
        }
        for id in shared { try readAgain(claimantsOf: id) }
        for id in try shared + told("messages", file) { try writer.messages.delete(id) }
        for id in try shared + told("responses", file) {
            if let key = try writer.responses.delete(id) { try readAgain(claimantsOf: key) }
        }
        try writer.responses.flush()
        for id in try shared + told("tool_usage", file) { try writer.tools.delete(id) }
        for id in try shared + told("file_access", file) { try writer.accesses.delete(id) }
        for table in [writer.attachments, writer.turns, writer.compactions] {
            for id in try shared + told(table.table.name, file) { try table.delete(id) }
        }
        for id in try shared + toldAside("titles", file) {
            try writer.sessions.titlesChanged(of: writer.titles.delete(id))
        }
        let retractions =
            try writer.retractions.targets(among: Set(shared)) + toldAside("retractions", file)
        try writer.messages.review(writer.retractions.delete(retractions))
    }

    /// The rows of a table that the file attributes.
    private func told(_ table: String, _ file: Int64) throws(SQLError) -> [Int64] {
        try database.prepare(
            """
            SELECT id FROM \(table)
            WHERE session IN (SELECT session FROM entries WHERE file = ?1 AND session IS NOT NULL)
                AND entry IN (SELECT seq FROM entries WHERE file = ?1)
            UNION ALL
            SELECT id FROM \(table)
            WHERE session IS NULL AND entry IN (SELECT seq FROM entries WHERE file = ?1)
            """
        ).all(file) { $0.int(0) }
    }

    private func toldAside(_ table: String, _ file: Int64) throws(SQLError) -> [Int64] {
        try database.prepare(
            "SELECT id FROM \(table) WHERE entry IN (SELECT seq FROM entries WHERE file = ?)"
        ).all(file) { $0.int(0) }
    }

    mutating func readAgain(claimantsOf id: Int64) throws(SQLError) {
        let files = try database.prepare("SELECT file FROM claims WHERE id = ?").all(id) {
            $0.int(0)
        }
        others.formUnion(files)
    }

    // MARK: Records and sessions

    private func forget(_ record: Record) throws(SQLError) {
        try writer.entries.delete(record.seq, record.id)
        if record.isFirst { try writer.entries.reelect(record.event, from: record.session) }
    }

    /// Deletes a session that no record tells any more, and else what only this file said of it.
    mutating func review(_ id: Int64) throws(SQLError) {
        let files = try database.prepare("SELECT DISTINCT file FROM entries WHERE session = ?")
            .all(id) { $0.int(0) }
        guard files.isEmpty else {
            if try writer.sessions.forgetWinners(of: id) { others.formUnion(files) }
            return
        }
        try forgetTitles(of: id)
        for row in try database.prepare("SELECT id FROM context_analysis WHERE session = ?")
            .all(id, row: { $0.int(0) })
        {
            try store.bury(row, in: writer.settler.table)
        }
        try writer.sessions.delete(id)
    }

    mutating func forgetTitles(of session: Int64) throws(SQLError) {
        for title in try database.prepare("SELECT id FROM titles WHERE session = ?")
            .all(session, row: { $0.int(0) })
        {
            try readAgain(claimantsOf: title)
            _ = try writer.titles.delete(title)
        }
    }
}
