import SQL

/// Writes the indexes of words and fragments: at once, or, while a catalog is made anew, on a thread of its own.
final class SearchIndex {
    /// Bytes of changes that are handed to the thread together.
    private static let batchBytes = 1 << 20

    private let statements: SearchChange.Statements
    private var builder: SearchBuilder?
    private var pending: [SearchChange] = []
    private var pendingBytes = 0

    /// `builder`: writes the changes until `gather`; nil to write them at once.
    init(_ database: Connection, builder: SearchBuilder?) throws(SQLError) {
        statements = try SearchChange.Statements(database)
        self.builder = builder
    }

    deinit { builder?.cancel() }

    func change(_ kind: SearchChange.Kind, _ values: [SQLValue]) throws(SQLError) {
        let change = SearchChange(kind: kind, values: values)
        guard let builder else { return try statements.run(change) }
        pending.append(change)
        pendingBytes += change.size
        guard pendingBytes >= SearchIndex.batchBytes else { return }
        try builder.put(pending)
        pending = []
        pendingBytes = 0
    }

    /// Has the thread write what it collected, while something else is done.
    func write() throws(SQLError) {
        guard let builder else { return }
        try builder.put(pending)
        pending = []
        pendingBytes = 0
        try builder.write()
    }

    /// Brings what the thread wrote into the catalog, and writes at once from then on.
    ///
    /// Call it outside a transaction.
    func gather() throws(SQLError) {
        guard let builder else { return }
        try builder.put(pending)
        pending = []
        pendingBytes = 0
        try builder.finish()
        self.builder = nil
    }
}
