import Core
import SQL
import Web

/// What people noted on the page.
extension Registry {
    func findingNotes() throws(OperatorError) -> [Int64: FindingNote] {
        let all = try perform { () throws(SQLError) in
            try database.prepare("SELECT finding, state, note, at, by FROM finding_notes").all {
                (row) throws(SQLError) -> (Int64, FindingNote)? in
                FindingNote.State(rawValue: row.text(1)).map { state in
                    let at = WallTime(nanoseconds: row.int(3))
                    return (
                        row.int(0),
                        FindingNote(state: state, note: row.text(2), at: at, by: row.text(4))
                    )
                }
            }
        }
        return Dictionary(all.compactMap { $0 }, uniquingKeysWith: { first, _ in first })
    }

    func note(_ findings: [Int64], _ note: FindingNote) throws(OperatorError) {
        try database.transaction { () throws(OperatorError) in
            for finding in findings {
                if note.state == .new {
                    try run("DELETE FROM finding_notes WHERE finding = ?", finding)
                } else {
                    try run(
                        "INSERT OR REPLACE INTO finding_notes VALUES (?, ?, ?, ?, ?)",
                        finding,
                        note.state.rawValue,
                        note.note,
                        note.at.nanoseconds,
                        note.by
                    )
                }
            }
            try audit(
                "findings noted",
                "\(findings.count) as \(note.state.rawValue) by \(note.by)",
                at: note.at
            )
        }
    }

    func pageSetting(_ name: String) throws(OperatorError) -> String? {
        try perform { () throws(SQLError) in
            try database.prepare("SELECT value FROM page_settings WHERE name = ?").first(name) {
                (row) throws(SQLError) in row.text(0)
            }
        }
    }

    func setPage(
        _ name: String,
        _ text: String,
        audit detail: String,
        at time: WallTime
    ) throws(OperatorError) {
        try database.transaction { () throws(OperatorError) in
            try run("INSERT OR REPLACE INTO page_settings VALUES (?, ?)", name, text)
            try audit("settings", detail, at: time)
        }
    }

    /// Lines of the audit, newest first, behind a row (nil: from the newest).
    func auditRows(
        before: Int64?,
        limit: Int
    ) throws(OperatorError) -> [AuditRow] {
        try perform { () throws(SQLError) in
            try database.prepare(
                """
                SELECT rowid, at, action, detail FROM audit WHERE rowid < ?
                ORDER BY rowid DESC LIMIT ?
                """
            ).all(before ?? Int64.max, limit) { (row) throws(SQLError) in
                AuditRow(
                    row: row.int(0),
                    at: WallTime(nanoseconds: row.int(1)),
                    action: row.text(2),
                    detail: row.text(3)
                )
            }
        }
    }
}
