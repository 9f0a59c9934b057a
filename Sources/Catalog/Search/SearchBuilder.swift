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

    private enum Step {
        case change([SearchChange])
        /// What was collected in memory is written.
        case write
    }

    private struct State {
        var steps: [Step] = []
        var isFinishing = false
        var isCancelled = false
        var failure: SQLError?
        var thread: Thread?
    }

    /// Steps that wait at most.
    private static let depth = 8

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
    func put(_ batch: [SearchChange]) throws(SQLError) { try put(.change(batch)) }

    /// Has everything written that was handed over, which takes a while, and waits for none of it.
    func write() throws(SQLError) { try put(.write) }

    private func put(_ step: Step) throws(SQLError) {
        while true {
            let (isTaken, failure) = state.withLock { state in
                guard state.failure == nil, state.steps.count < SearchBuilder.depth else {
                    return (false, state.failure)
                }
                state.steps.append(step)
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
        while let step = next() {
            switch step {
            case .change(let batch): for change in batch { try statements.run(change) }
            case .write: try database.execute("COMMIT; BEGIN")
            }
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

    private func next() -> Step? {
        while true {
            let (step, isOver) = state.withLock { state in
                if state.isCancelled { return (Step?.none, true) }
                let step = state.steps.isEmpty ? nil : state.steps.removeFirst()
                return (step, state.isFinishing)
            }
            if let step {
                consumed.notify()
                return step
            }
            if isOver { return nil }
            produced.wait()
        }
    }
}
