import Core
import SQL
import Web

/// Who may see the page.
extension Registry {
    /// All that are kept; what cannot be read is left out, and so lets nobody in.
    func accessRecords() throws(OperatorError) -> [AccessRecord] {
        try perform { () throws(SQLError) in
            try database.prepare(
                """
                SELECT id, kind, hash, role, owner, name, created, expires, used, login_valid
                FROM access
                """
            ).all { (row) throws(SQLError) in Registry.accessRecord(row) }.compactMap { $0 }
        }
    }

    private static func accessRecord(_ row: Statement) -> AccessRecord? {
        guard let kind = AccessRecord.Kind(rawValue: row.text(1)), let hash = Digest(row.blob(2)),
            let role = Role(rawValue: row.text(3))
        else { return nil }
        return AccessRecord(
            id: row.text(0),
            kind: kind,
            hash: hash,
            role: role,
            owner: row.isNull(4) ? nil : row.text(4),
            name: row.text(5),
            created: WallTime(nanoseconds: row.int(6)),
            expires: WallTime(nanoseconds: row.int(7)),
            used: row.isNull(8) ? nil : WallTime(nanoseconds: row.int(8)),
            loginValid: .nanoseconds(row.int(9))
        )
    }

    /// Keeps one, in place of one with its `id`, and lets those go that are over.
    func keep(_ record: AccessRecord, audit text: String, at time: WallTime) throws(OperatorError) {
        try database.transaction { () throws(OperatorError) in
            try run("DELETE FROM access WHERE expires < ?", time.nanoseconds)
            try run(
                """
                INSERT OR REPLACE INTO access (id, kind, hash, role, owner, name, created, expires,
                    used, login_valid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                record.id,
                record.kind.rawValue,
                record.hash.bytes,
                record.role.rawValue,
                record.owner,
                record.name,
                record.created.nanoseconds,
                record.expires.nanoseconds,
                record.used?.nanoseconds,
                record.loginValid.nanoseconds
            )
            try audit("access", text, at: time)
        }
    }

    func removeAccess(_ id: String, audit text: String, at time: WallTime) throws(OperatorError) {
        try run("DELETE FROM access WHERE id = ?", id)
        try audit("access", text, at: time)
    }
}
