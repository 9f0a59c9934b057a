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
    /// How much is done at a time.
    struct Sizes {
        /// Bytes between two commits.
        var commit: UInt64 = 16 << 20
        /// Bytes from which a second thread is worth its start.
        var ahead: UInt64 = 1 << 20
        /// Bytes after whose rows the log is worth emptying.
        var log: UInt64 = 4 << 20
        /// Bytes that are read at a time: a line that comes in between waits for their rows.
        var piece = ReadBuffer.usualPiece
    }

    /// What comes in between while a turn is taken.
    struct Interruptions {
        /// Given when there may be some.
        let signal: Signal
        /// Whose turn it is instead; nil for nobody's.
        let next: () -> IngestTurn?
        /// Told when they are committed.
        let finished: ([IngestOutcome]) -> Void
        /// Whether the turn ends after the piece at hand; what was read is committed, the rest is read again.
        var isOver: () -> Bool = { false }
    }

    let catalog: CatalogWriter
    private let disk: any Disk
    private let sizes: Sizes
    private let reader: SourceReader
    /// Of streams that come in between.
    private var other: SourceReader?
    private let tools: SourceTool
    private let names: (AgentID) -> (name: String, owner: String)
    /// Of the thread that reads ahead.
    private let niceness: Int32
    /// Told after each commit.
    private let committed: () -> Void
    private var uncommitted: UInt64 = 0
    /// Bytes that rows were made of since the catalog's log was emptied.
    private var logged: UInt64 = 0
    private var repricing: Repricing?

    /// How far the stored responses are priced by another table.
    private struct Repricing {
        /// Of the last response; nil before the first.
        var last: Int64?
    }

    /// A turn while it is taken.
    private struct Work {
        var jobs: [ReadAhead.Job] = []
        /// Of the jobs: bytes that have rows.
        var rows: [UInt64] = []
        /// Jobs whose first time came after records without one: once more, from the start.
        var again: Set<Int> = []
        /// Of all jobs together.
        var bytes: UInt64 = 0
        var outcomes: [IngestOutcome] = []

        mutating func end(_ index: Int, isAll: Bool) -> IngestOutcome {
            let source = jobs[index].source
            var outcome = IngestOutcome(source: source, rows: rows[index], isDone: false)
            if again.contains(index) {
                outcome.rows = 0
            } else if isAll {
                outcome = .done(source)
            }
            outcomes.append(outcome)
            return outcome
        }
    }

    private static let repricedAtOnce = 2000
    private static let settledAtOnce = 8

    init(
        _ catalog: CatalogWriter,
        disk: any Disk,
        niceness: Int32 = 10,
        sizes: Sizes = Sizes(),
        committed: @escaping () -> Void = {},
        names: @escaping (AgentID) -> (name: String, owner: String)
    ) throws(OperatorError) {
        self.catalog = catalog
        self.committed = committed
        self.names = names
        self.niceness = niceness
        self.disk = disk
        self.sizes = sizes
        reader = try SourceReader(disk: disk, piece: sizes.piece)
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
        var rest = sources
        while !rest.isEmpty {
            let turn = IngestTurn(sources: rest, limit: .max)
            rest = try take(turn, progress: progress).filter { !$0.isDone }.map(\.source)
        }
    }

    /// Makes the rows of a turn.
    ///
    /// - Parameters:
    ///   - turn: the streams.
    ///   - interruptions: asked between two pieces.
    ///   - progress: takes each stream of which nothing is left.
    /// - Returns: how far each stream has come, durably; a turn that ended early says nothing of the streams it left.
    /// - Throws: when the catalog or an object cannot be used; nothing but whole transactions is stored then.
    func take(
        _ turn: IngestTurn,
        interruptions: Interruptions? = nil,
        progress: (IngestSource) -> Void = { _ in }
    ) throws(OperatorError) -> [IngestOutcome] {
        try database { () throws(SQLError) in try catalog.begin() }
        let outcomes: [IngestOutcome]
        do throws(OperatorError) {
            outcomes = try write(turn, with: reader, interruptions, progress)
        } catch {
            try database { () throws(SQLError) in try catalog.rollBack() }
            throw error
        }
        try database { () throws(SQLError) in try catalog.commit() }
        uncommitted = 0
        committed()
        return outcomes
    }

    /// Writes what is derived of whole sessions, of a few of those that are quiet.
    ///
    /// True when there may be more.
    func settle(now: WallTime) throws(OperatorError) -> Bool {
        let most = IngestWorker.settledAtOnce
        let count = try transaction { () throws(SQLError) in
            try catalog.settle(now: now, limit: most)
        }
        if count > 0 { committed() }
        return count == most
    }

    /// The same for all sessions.
    func settleAll() throws(OperatorError) {
        try transaction { () throws(SQLError) in try catalog.settleAll() }
    }

    /// The same for a catalog that is made anew.
    func settleAnew() throws(OperatorError) {
        try database { () throws(SQLError) in try catalog.settleAnew(niceness: niceness) }
    }

    /// Empties the catalog's log when much has gone through it; for a time when little is to be done.
    func shortenLog() {
        guard logged >= sizes.log, catalog.emptyLog() else { return }
        logged = 0
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
        _ turn: IngestTurn,
        with reader: SourceReader,
        _ interruptions: Interruptions?,
        _ progress: (IngestSource) -> Void
    ) throws(OperatorError) -> [IngestOutcome] {
        var work = try work(of: turn, progress)
        let take = { [self] (event: ReadAhead.Event) throws(OperatorError) -> Bool in
            switch event {
            case .piece(let index, let piece):
                guard !work.again.contains(index) else { break }
                work.rows[index] = piece.batch.parsedOffset
                if try apply(piece) == .readAgain { work.again.insert(index) }
            case .end(let index, let isAll):
                let outcome = work.end(index, isAll: isAll)
                if outcome.isDone { progress(outcome.source) }
            case .failure(let error): throw error
            case .woken: break
            }
            guard let interruptions else { return true }
            guard !interruptions.isOver() else { return false }
            try interrupt(interruptions)
            return true
        }
        if work.bytes >= sizes.ahead, reader === self.reader {
            try ReadAhead.read(
                work.jobs,
                limit: turn.limit,
                with: reader,
                niceness: niceness,
                signal: interruptions?.signal ?? Signal(),
                take
            )
        } else {
            try readHere(work.jobs, turn.limit, reader, take)
        }
        return work.outcomes
    }

    /// What there is to read; what is beyond the limit waits.
    private func work(
        of turn: IngestTurn,
        _ progress: (IngestSource) -> Void
    ) throws(OperatorError) -> Work {
        var work = Work()
        for source in turn.sources {
            guard let position = try upsert(source), position.parsedOffset < source.held else {
                progress(source)
                work.outcomes.append(.done(source))
                continue
            }
            let rows = position.parsedOffset
            guard work.bytes < turn.limit else {
                let outcome = IngestOutcome(source: source, rows: rows, isDone: false)
                work.outcomes.append(outcome)
                continue
            }
            work.jobs.append(ReadAhead.Job(source: source, position: position))
            work.rows.append(rows)
            work.bytes += source.held - rows
        }
        return work
    }

    /// Without a second thread: a line that was just appended waits for nobody.
    private func readHere(
        _ jobs: [ReadAhead.Job],
        _ limit: UInt64,
        _ reader: SourceReader,
        _ body: (ReadAhead.Event) throws(OperatorError) -> Bool
    ) throws(OperatorError) {
        for (index, job) in jobs.enumerated() {
            var goesOn = true
            let isAll = try reader.read(job.source, from: job.position, limit: limit) {
                (piece) throws(OperatorError) in
                goesOn = try body(.piece(index, piece))
                return goesOn
            }
            guard goesOn, try body(.end(index, isAll: isAll)) else { return }
        }
    }

    /// Takes the turn that comes in between, if one does, and commits it with what was done before it.
    private func interrupt(_ interruptions: Interruptions) throws(OperatorError) {
        guard let turn = interruptions.next() else { return }
        // Nothing comes in between what comes in between.
        let inner = Interruptions(
            signal: interruptions.signal,
            next: { nil },
            finished: { _ in },
            isOver: interruptions.isOver
        )
        let outcomes = try write(turn, with: try otherReader(), inner) { _ in }
        try database { () throws(SQLError) in try commitAndBegin() }
        interruptions.finished(outcomes)
    }

    /// The first may be in the hands of the thread that reads ahead.
    private func otherReader() throws(OperatorError) -> SourceReader {
        if let other { return other }
        let reader = try SourceReader(disk: disk, piece: sizes.piece)
        other = reader
        return reader
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
            logged += UInt64(piece.bytes)
            if uncommitted >= sizes.commit { try commitAndBegin() }
            return outcome
        }
    }

    private func commitAndBegin() throws(SQLError) {
        try catalog.commit()
        uncommitted = 0
        committed()
        try catalog.begin()
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
