import Core
import Platform
import SQL

/// Reads `catalog.db` beside the receiver that writes it; it belongs to one thread.
package final class CatalogReader {
    package let database: Connection
    /// Whether there is a file with rows; else it is an empty one in memory.
    package let isFile: Bool
    /// What is remembered of sessions, for those who ask again and again.
    package var memo: SessionMemo?
    /// How long sessions that nothing is remembered of may be asked; nil for as long as it takes.
    package var learning: Learning?
    /// Where messages belong, for searches; nil until one needs it.
    package var messageMap: MessageMap?
    /// The sessions of the last question, which are those of the next one as long as nothing is committed.
    var lastCandidates: (version: Int64, filter: RowFilter, sessions: [Candidate])?

    /// Statements that were used before, by their text: to prepare one costs more than a small question's answer.
    private var statements: [String: Statement] = [:]

    private static let mostStatements = 128
    /// In bytes of its text.
    private static let longestStatement = 4096

    /// Opens the catalog for reading; one that is not there, or that has no rows yet, is an empty one.
    package init(path: BytePath) throws(OperatorError) {
        let isThere: Bool
        do throws(SystemError) {
            isThere = try LinuxDisk(root: "/", links: .follow).statusFollowingLinks(path) != nil
        } catch {
            throw OperatorError(
                .storage,
                "cannot look for the catalog \(path)",
                remedy: "Run it as the receiver's user.",
                cause: error.description
            )
        }
        do throws(SQLError) {
            let existing = isThere ? try CatalogReader.existing(path) : nil
            isFile = existing != nil
            if let existing { database = existing } else { database = try CatalogReader.empty() }
        } catch {
            throw OperatorError(error)
        }
    }

    private static func existing(_ path: BytePath) throws(SQLError) -> Connection? {
        let database = try Connection(
            path: path,
            mode: .readOnly,
            options: ConnectionOptions(
                cacheKiB: 16 << 10,
                mmapSize: 256 << 20,
                temporaryStore: .memory
            )
        )
        try StoredFunctions.define(in: database)
        try database.defineWeigh()
        let tables = try database.prepare(
            "SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('sessions', 'messages', 'words')"
        ).first { $0.int(0) }
        return tables == 3 ? database : nil
    }

    private static func empty() throws(SQLError) -> Connection {
        let database = try Connection(path: ":memory:")
        try StoredFunctions.define(in: database)
        try database.defineWeigh()
        try CatalogSchema.migrations.apply(to: database)
        return database
    }

    /// Reads in `body` one state of the catalog, whatever is written meanwhile; what takes long, and what waits for
    /// somebody, is no part of it: the catalog's log grows as long.
    package func snapshot<Value>(
        _ body: () throws(OperatorError) -> Value
    ) throws(OperatorError) -> Value {
        try database.transaction(.deferred, body)
    }

    /// What `make` makes of each row.
    package func rows<Value>(
        _ sql: String,
        _ values: [SQLValue] = [],
        _ make: (Statement) -> Value
    ) throws(OperatorError) -> [Value] {
        var found: [Value] = []
        try forEach(sql, values) { found.append(make($0)) }
        return found
    }

    /// Gives each row to `body` as it is found.
    package func forEach(
        _ sql: String,
        _ values: [SQLValue] = [],
        _ body: (Statement) -> Void
    ) throws(OperatorError) {
        do throws(SQLError) {
            // While it is used nobody else finds it: what `body` asks may be the same.
            let statement: Statement
            if let known = statements.removeValue(forKey: sql) {
                statement = known
            } else {
                statement = try database.prepare(sql)
            }
            defer { keep(statement, sql) }
            try statement.bind(values: values)
            while try statement.step() { body(statement) }
        } catch {
            throw OperatorError(error)
        }
    }

    private func keep(_ statement: Statement, _ sql: String) {
        statement.reset()
        // A long one lists rows, and is never asked again.
        guard sql.utf8.count < CatalogReader.longestStatement else { return }
        if statements.count >= CatalogReader.mostStatements { statements.removeAll() }
        statements[sql] = statement
    }
}

extension Statement {
    /// The column; nil for NULL.
    package func optionalInt(_ column: Int) -> Int64? { isNull(column) ? nil : int(column) }
    /// The column; nil for NULL.
    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    /// The column as a time in nanoseconds; nil for NULL.
    package func optionalTime(_ column: Int) -> WallTime? {
        optionalInt(column).map { WallTime(nanoseconds: $0) }
    }
}
