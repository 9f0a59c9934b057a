import CSQLite
import Core

extension Connection {
    /// Copies the database as it is at one moment into the file at `target`, while others write to it.
    ///
    /// What lies at `target` is replaced. The copy is one read transaction: writers go on, and their log grows.
    ///
    /// - Throws: what either file's database says.
    package func copy(to target: BytePath) throws(SQLError) {
        let other = try Connection(
            path: target,
            options: ConnectionOptions(synchronous: .normal, foreignKeys: false)
        )
        guard let from = handle, let to = other.handle else {
            throw SQLError(.misuse, message: "closed", path: path.description)
        }
        guard let backup = sqlite3_backup_init(to, "main", from, "main") else {
            throw other.error(sqlite3_errcode(to), sql: nil)
        }
        // All pages in one step: with pauses every change in between would begin it anew.
        let code = sqlite3_backup_step(backup, -1)
        let end = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, end == SQLITE_OK else {
            throw other.error(code == SQLITE_DONE ? end : code, sql: nil)
        }
        try other.close()
    }
}
