import SQL

/// The sessions of which nothing is ever written again, and the files that something of them came with since.
final class ErasedSessions {
    private let store: CatalogStore
    private let note: Statement
    /// Their keys by what identifiers are made with.
    private var keys: [Int64: Set<String>] = [:]
    private var paths: [OwnPath] = []
    /// Whether files were noted since this was last set to false, or before the catalog was opened.
    var hasNews = false

    init(_ store: CatalogStore) throws(SQLError) {
        self.store = store
        note = try store.database.prepare("INSERT OR IGNORE INTO erased_records VALUES (?)")
        hasNews =
            try store.database.prepare("SELECT 1 FROM erased_records LIMIT 1")
            .first { _ in true } ?? false
    }

    func set(_ names: Set<SessionName>) {
        keys.removeAll()
        paths = names.map { OwnPath($0) }
        for name in names {
            let scope = store.identity.scope(owner: name.owner, tool: name.tool)
            keys[scope, default: []].insert(name.session)
        }
    }

    var isEmpty: Bool { keys.isEmpty }

    /// Whether the session, or one that it is a subagent of, was erased.
    func contains(_ key: String, scope: Int64) -> Bool {
        guard let keys = keys[scope] else { return false }
        if keys.contains(key) { return true }
        var end = key.endIndex
        while let slash = key[..<end].lastIndex(of: "/") {
            if keys.contains(String(key[..<slash])) { return true }
            end = slash
        }
        return false
    }

    /// Whether the file is one of an erased session's own.
    func owns(_ path: String, owner: String) -> Bool {
        paths.contains { $0.matches(path, owner: owner) }
    }

    /// Something of an erased session came with the file.
    func note(_ file: Int64) throws(SQLError) {
        try note.run(values: [.integer(file)])
        if store.database.changes > 0 { hasNews = true }
    }
}
