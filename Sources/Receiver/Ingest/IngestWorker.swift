import Archive
import Catalog
import Core
import Platform
import SQL
import Transcripts

/// Turns streams of the archive into rows, a transaction for each few MiB; without a thread of its own.
///
/// What is not committed is read again: rows, offset and the reader's state go together.
final class IngestWorker {
    /// Bytes between two commits.
    private static let commitBytes: UInt64 = 16 << 20
    /// Bytes from which a second thread is worth its start.
    private static let aheadBytes: UInt64 = 1 << 20

    let catalog: CatalogWriter
    private let reader: SourceReader
    private let tools: SourceTool
    private let names: (AgentID) -> (name: String, owner: String)
    /// Of the thread that reads ahead.
    private let niceness: Int32
    /// Told after each commit.
    private let committed: () -> Void
    private var uncommitted: UInt64 = 0
    private var repricing: Repricing?

    /// How far the stored responses are priced by another table.
    private struct Repricing {
        /// Of the last response; nil before the first.
        var last: Int64?
    }

    private static let repricedAtOnce = 2000

    init(
        _ catalog: CatalogWriter,
        disk: any Disk,
        niceness: Int32 = 10,
        committed: @escaping () -> Void = {},
        names: @escaping (AgentID) -> (name: String, owner: String)
    ) throws(OperatorError) {
        self.catalog = catalog
        self.committed = committed
        self.names = names
        self.niceness = niceness
        reader = try SourceReader(disk: disk)
        tools = try SourceTool(disk: disk)
    }

    /// Brings the rows of these streams up to what the archive holds of them.
    ///
    /// - Throws: when the catalog or an object cannot be used; nothing but whole transactions is stored then.
    func take(
        _ sources: [IngestSource],
        progress: (IngestSource) -> Void = { _ in }
    )
        throws(OperatorError)
    {
        try database { () throws(SQLError) in try catalog.begin() }
        do throws(OperatorError) {
            try write(sources, progress)
        } catch {
            try database { () throws(SQLError) in try catalog.rollBack() }
            throw error
        }
        try database { () throws(SQLError) in try catalog.commit() }
        uncommitted = 0
        committed()
    }

    /// Writes what is derived of whole sessions, of those that are quiet.
    func settle(now: WallTime) throws(OperatorError) -> Int {
        let count = try transaction { () throws(SQLError) in try catalog.settle(now: now) }
        if count > 0 { committed() }
        return count
    }

    /// The same for all sessions.
    func settleAll() throws(OperatorError) {
        try transaction { () throws(SQLError) in try catalog.settleAll() }
    }

    /// Whether the rows were made by another version of parser or schema, and nothing is lost by making them again.
    func needsRebuild() throws(OperatorError) -> Bool {
        try database { () throws(SQLError) in
            guard try catalog.needsRebuild else { return false }
            let expired = try catalog.expiredFiles
            guard expired > 0 else { return true }
            Log.notice(
                "another version made the rows; they stay, as the archive has let \(expired) of their files go"
            )
            return false
        }
    }

    // MARK: Prices

    /// Prices by another table from now on; what was priced before follows in `reprice`.
    func use(_ prices: PriceTable) throws(OperatorError) {
        catalog.use(TablePricing(table: prices))
        repricing = try database { () throws(SQLError) in
            try catalog.hasStalePrices ? Repricing() : nil
        }
    }

    /// Whether responses have prices of another table.
    var isRepricing: Bool { repricing != nil }

    /// Prices some more of the stored responses; lines that came meanwhile do not wait for all of them.
    func reprice(now: WallTime) throws(OperatorError) {
        guard let work = repricing else { return }
        let next = try transaction { () throws(SQLError) in
            try catalog.reprice(after: work.last, limit: IngestWorker.repricedAtOnce, now: now)
        }
        repricing = next.map { Repricing(last: $0) }
        if next == nil { Log.info("all responses are priced by the table in use") }
    }

    // MARK: Streams

    private func write(
        _ sources: [IngestSource],
        _ progress: (IngestSource) -> Void
    ) throws(OperatorError) {
        var jobs: [ReadAhead.Job] = []
        var bytes: UInt64 = 0
        for source in sources {
            guard let position = try upsert(source), position.parsedOffset < source.held else {
                progress(source)
                continue
            }
            jobs.append(ReadAhead.Job(source: source, position: position))
            bytes += source.held - position.parsedOffset
        }
        // Files whose first time came after records without one: once more, from the start.
        var again: Set<Int> = []
        let take = { [self] (event: ReadAhead.Event) throws(OperatorError) in
            switch event {
            case .piece(let index, let piece):
                if !again.contains(index), try apply(piece) == .readAgain { again.insert(index) }
            case .end(let index):
                if !again.contains(index) { progress(jobs[index].source) }
            case .failure(let error): throw error
            }
        }
        if bytes >= IngestWorker.aheadBytes {
            try ReadAhead.read(jobs, with: reader, niceness: niceness, take)
        } else {
            try readHere(jobs, take)
        }
        for index in again.sorted() {
            let source = jobs[index].source
            try reader.read(source, from: .start) { (piece) throws(OperatorError) in
                try apply(piece) == .applied
            }
            progress(source)
        }
    }

    /// Without a second thread: a line that was just appended waits for nobody.
    private func readHere(
        _ jobs: [ReadAhead.Job],
        _ body: (ReadAhead.Event) throws(OperatorError) -> Void
    ) throws(OperatorError) {
        for (index, job) in jobs.enumerated() {
            try reader.read(job.source, from: job.position) { (piece) throws(OperatorError) in
                try body(.piece(index, piece))
                return true
            }
            try body(.end(index))
        }
    }

    private func upsert(_ source: IngestSource) throws(OperatorError) -> FilePosition? {
        let facts = facts(source, tools.tool(of: source))
        return try database { () throws(SQLError) in
            try catalog.upsert(facts)
            return try catalog.position(of: source.stream)
        }
    }

    private func facts(_ source: IngestSource, _ tool: Tool) -> FileFacts {
        let (name, owner) = names(source.agent)
        return FileFacts(
            stream: source.stream,
            agent: source.agent,
            agentName: name,
            owner: owner,
            source: source.source,
            path: source.path.description,
            tool: tool,
            held: source.held,
            digestState: source.isVerified ? "verified" : "unverified",
            isDeleted: source.isDeleted,
            isClosed: source.isClosed,
            began: source.began,
            changed: source.received
        )
    }

    private func apply(_ piece: SourceReader.Piece) throws(OperatorError) -> BatchOutcome {
        try database { () throws(SQLError) in
            let outcome = try catalog.apply(piece.batch)
            uncommitted += UInt64(piece.bytes)
            if uncommitted >= IngestWorker.commitBytes {
                try catalog.commit()
                uncommitted = 0
                committed()
                try catalog.begin()
            }
            return outcome
        }
    }

    private func transaction<Value>(
        _ body: () throws(SQLError) -> Value
    ) throws(OperatorError) -> Value {
        try database { () throws(SQLError) in
            try catalog.begin()
            do throws(SQLError) {
                let value = try body()
                try catalog.commit()
                return value
            } catch {
                try catalog.rollBack()
                throw error
            }
        }
    }

    private func database<Value>(
        _ body: () throws(SQLError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SQLError) {
            return try body()
        } catch {
            throw OperatorError(error)
        }
    }
}
