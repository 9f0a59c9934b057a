import Core
import Platform
import SQL
import Synchronization

/// Builds the indexes of words and fragments on a thread of its own, in a file beside the catalog, which takes them
/// over as they are: the tables behind an index hold nothing of where they stand.
///
/// That file, `<catalog>-search`, is the caller's to remove.
final class SearchBuilder: Sendable {
    static let suffix = "-search"

    private struct State {
        var batches: [[SearchChange]] = []
        var isFinishing = false
        var isCancelled = false
        var isDone = false
        var failure: SQLError?
        var thread: Thread?
    }

    /// Batches that wait at most.
    private static let depth = 2

    private let catalog: BytePath
    /// What makes the tables.
    private let definitions: [String]
    private let state = Mutex(State())
    private let produced = Signal()
    private let consumed = Signal()

    /// Begins; `niceness` is the thread's.
    init(catalog: BytePath, _ database: Connection, niceness: Int32) throws(SQLError) {
        self.catalog = catalog
        definitions = try FullTextSearch.definitions(in: database)
        let thread = Thread.spawn(name: "search", niceness: niceness) { [self] in serve() }
        state.withLock { $0.thread = thread }
    }

    // MARK: The writer's thread

    /// Hands changes over, in their order; waits while much is to be done.
    func put(_ batch: [SearchChange]) throws(SQLError) {
        while true {
            let (isTaken, failure) = state.withLock { state in
                guard state.failure == nil, state.batches.count < SearchBuilder.depth else {
                    return (false, state.failure)
                }
                state.batches.append(batch)
                return (true, nil)
            }
            if let failure { throw failure }
            if isTaken { return produced.notify() }
            consumed.wait()
        }
    }

    /// Waits until everything is in the catalog; nobody else may write to it meanwhile.
    func finish() throws(SQLError) {
        state.withLock { $0.isFinishing = true }
        produced.notify()
        join()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Ends it; nothing comes into the catalog.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        produced.notify()
        join()
    }

    private func join() {
        state.withLock { state in
            defer { state.thread = nil }
            return state.thread
        }?.join()
    }

    // MARK: Its own thread

    private func serve() {
        do throws(SQLError) {
            try build()
        } catch {
            state.withLock { $0.failure = error }
            consumed.notify()
        }
    }

    private func build() throws(SQLError) {
        let database = try Connection(
            path: BytePath(catalog.bytes + Array(SearchBuilder.suffix.utf8)),
            options: ConnectionOptions(
                journalMode: nil,
                cacheKiB: 2048,
                temporaryStore: .memory,
                foreignKeys: false
            )
        )
        try database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        for definition in definitions { try database.execute(definition) }
        try FullTextSearch.collectMuch(in: database)
        let statements = try SearchChange.Statements(database)
        try database.execute("BEGIN")
        while let batch = next() {
            for change in batch { try statements.run(change) }
        }
        try database.execute("COMMIT")
        guard state.withLock({ !$0.isCancelled }) else { return }
        // Not before: who has it attached would keep others from writing.
        try database.prepare("ATTACH DATABASE ? AS catalog").run(catalog.description)
        try database.execute("PRAGMA catalog.journal_mode = OFF; PRAGMA catalog.synchronous = OFF")
        try database.transaction { () throws(SQLError) in
            try FullTextSearch.copyTables(to: "catalog", in: database)
        }
    }

    private func next() -> [SearchChange]? {
        while true {
            let (batch, isOver) = state.withLock { state in
                if state.isCancelled { return ([SearchChange]?.none, true) }
                let batch = state.batches.isEmpty ? nil : state.batches.removeFirst()
                return (batch, state.isFinishing)
            }
            if let batch {
                consumed.notify()
                return batch
            }
            if isOver { return nil }
            produced.wait()
        }
    }
}
