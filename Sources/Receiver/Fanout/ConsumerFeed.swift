import Backends
import Catalog
import Core
import Delivery
import Platform
import SQL
import Settings
import Transcripts

/// Finds what a consumer gets next: rows as they come, or whole sessions that have become quiet.
final class ConsumerFeed: DeliverySource {
    /// A page with its rows.
    struct Found: Sendable {
        var page: Page
        var rows: [FeedRow]
        /// Sessions with changes up to the page's end, which wait until they are quiet.
        var waiting: Set<Int64> = []
        /// The session of which these are all rows.
        var session: Int64?
        /// Letters whose rows are there no more.
        var gone: [ConsumerStore.Letter] = []
    }

    private let settings: ConsumerSettings
    private let path: BytePath
    private let redactor: FeedRedactor
    /// Whether the backend must know of rows that leave their time.
    private let wantsMoves: Bool
    private let records: ArchivedRecords
    private var reader: FeedReader?
    private var inode: UInt64?

    init(_ settings: ConsumerSettings, catalog: BytePath, wantsMoves: Bool = false) {
        self.wantsMoves = wantsMoves
        self.settings = settings
        path = catalog
        records = ArchivedRecords(below: catalog.parent)
        let policy: FeedRedactor.Policy =
            switch settings.redact {
            case .none: .none
            case .secrets: .secrets
            case .texts: .texts
            }
        redactor = FeedRedactor(policy)
    }

    /// How far the catalog is.
    func head() throws(OperatorError) -> Cursor {
        let reader = try opened()
        return try database { () throws(SQLError) in
            let head = try reader.head()
            return Cursor(epoch: head.epoch, rev: head.rev)
        }
    }

    /// Bytes of the records that are not delivered, nearly.
    func bytes(behind cursor: Cursor?, _ head: Cursor) throws(OperatorError) -> Int64 {
        let reader = try opened()
        let after = cursor.flatMap { $0.epoch == head.epoch ? $0.rev : nil } ?? 0
        return try database { () throws(SQLError) in
            try reader.bytes(after: after, head: head.rev)
        }
    }

    /// Where the consumer begins that has no cursor yet.
    func start() throws(OperatorError) -> Cursor {
        let reader = try opened()
        return try database { () throws(SQLError) in
            let head = try reader.head()
            switch settings.from {
            case .beginning: return Cursor(epoch: head.epoch, rev: 0)
            case .now: return Cursor(epoch: head.epoch, rev: head.rev)
            case .time(let time):
                return Cursor(epoch: head.epoch, rev: try reader.rev(before: time))
            }
        }
    }

    /// The next rows behind the cursor.
    func next(
        after cursor: Cursor,
        rows count: Int,
        waiting: [Int64],
        now: WallTime
    ) throws(OperatorError) -> Found {
        records.forget()
        let reader = try opened()
        return try database { () throws(SQLError) in
            var found = try live(reader, after: cursor, rows: count)
            guard settings.delivery == .session else { return found }
            if found.page.through.rev > cursor.rev || found.page.through.epoch != cursor.epoch {
                found.waiting = try reader.changedSessions(
                    after: cursor.epoch == found.page.through.epoch ? cursor.rev : 0,
                    through: found.page.through.rev
                )
                found.rows = found.rows.filter(FeedReader.isAlone)
                found.page.rows = found.rows.count
                // The sessions come when everything was looked at.
                found.page.hasMore = true
                return found
            }
            return try quietSession(reader, waiting, at: found.page.through, now)
        }
    }

    private func live(
        _ reader: FeedReader,
        after cursor: Cursor,
        rows count: Int
    ) throws(SQLError) -> Found {
        let found = try reader.rows(after: cursor.rev, limit: count)
        if found.epoch != cursor.epoch, cursor.rev > 0 {
            // The catalog was exchanged since the cursor was looked at.
            return try live(reader, after: Cursor(epoch: found.epoch, rev: 0), rows: count)
        }
        let rows = found.rows.filter { wantsMoves || !$0.isMove }.map { redactor.redact($0) }
        return Found(
            page: Page(
                rows: rows.count,
                through: Cursor(epoch: found.epoch, rev: found.through),
                hasMore: found.through < found.head
            ),
            rows: rows
        )
    }

    /// The rows of one session that is quiet, or when to look again.
    private func quietSession(
        _ reader: FeedReader,
        _ waiting: [Int64],
        at cursor: Cursor,
        _ now: WallTime
    ) throws(SQLError) -> Found {
        var soonest: Duration?
        for (index, session) in waiting.enumerated() {
            let last = try reader.lastReceived(session: session) ?? WallTime(nanoseconds: 0)
            let left = settings.sessionIdle - (now - last)
            guard left <= .zero else {
                soonest = min(soonest ?? left, left)
                continue
            }
            let rows = try reader.rows(session: session).map { redactor.redact($0) }
            let isLast = index == waiting.count - 1
            let page = Page(
                rows: rows.count,
                through: cursor,
                hasMore: !isLast,
                lookAgain: isLast ? soonest : nil
            )
            return Found(page: page, rows: rows, session: session)
        }
        return Found(page: Page(rows: 0, through: cursor, lookAgain: soonest), rows: [])
    }

    /// The rows of dead letters, as they are now.
    func letters(
        _ letters: [ConsumerStore.Letter],
        at cursor: Cursor
    ) throws(OperatorError) -> Found {
        let reader = try opened()
        return try database { () throws(SQLError) in
            var rows: [FeedRow] = []
            var gone: [ConsumerStore.Letter] = []
            for letter in letters {
                guard let table = FeedTable.named(letter.table),
                    let row = try reader.rows(of: table, ids: [letter.id]).first
                else {
                    gone.append(letter)
                    continue
                }
                rows.append(redactor.redact(row))
            }
            rows.sort { ($0.table.name, $0.rev) < ($1.table.name, $1.rev) }
            let page = Page(rows: rows.count, through: cursor, hasMore: true, isReplay: true)
            return Found(page: page, rows: rows, gone: gone)
        }
    }

    // MARK: For backends

    func rows(
        of table: FeedTable,
        in times: Range<Int64>?,
        _ body: ([FeedRow]) throws(Refusal) -> Void
    ) throws(Refusal) {
        let reader = try refusing { () throws(OperatorError) in try opened() }
        let refusal = { (error: SQLError) in Refusal.temporary(error.message) }
        try reader.rows(of: table, in: times, failure: refusal) { (rows) throws(Refusal) in
            try body(rows.map { redactor.redact($0) })
        }
    }

    func record(of row: FeedRow) throws(Refusal) -> [UInt8]? {
        guard let file = row["file"].integer, let offset = row["offset"].integer,
            let length = row["length"].integer
        else { return nil }
        let stream = try refusing { () throws(OperatorError) in
            let reader = try opened()
            return try database { () throws(SQLError) in try reader.stream(file: file) }
        }
        guard let stream else { return nil }
        do throws(SystemError) {
            return try records.read(
                stream,
                offset: UInt64(offset),
                length: Int(length)
            )
        } catch {
            throw .temporary(error.description)
        }
    }

    func attachment(of row: FeedRow) throws(Refusal) -> [UInt8]? {
        // What a picture shows is hidden by no rule.
        guard settings.redact == .none, let length = row["length"].integer,
            length <= Int64(RecordContent.limit)
        else { return nil }
        let hash = try refusing { () throws(OperatorError) in
            let reader = try opened()
            return try database { () throws(SQLError) in try reader.attachmentHash(row.id) }
        }
        guard let hash, let record = try record(of: row) else { return nil }
        return RecordContent.attachment(record, hash: hash)
    }

    private func refusing<Value>(
        _ body: () throws(OperatorError) -> Value
    ) throws(Refusal) -> Value {
        do throws(OperatorError) {
            return try body()
        } catch {
            throw .temporary(error.description)
        }
    }

    // MARK: The catalog

    /// The reader of the catalog that is in place now: a rebuild puts another file there.
    private func opened() throws(OperatorError) -> FeedReader {
        let current = try OperatorError.system(.storage, "look for the catalog \(path)") {
            () throws(SystemError) in
            try LinuxDisk(root: "/", links: .follow).statusFollowingLinks(path)?.inode
        }
        if let reader, inode == current { return reader }
        let opened = try FeedReader(
            path: path,
            filter: FeedFilter(settings),
            byteLimit: settings.bytesAtOnce
        )
        reader = opened
        inode = current
        return opened
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

extension FeedFilter {
    /// What a consumer's section selects.
    init(_ settings: ConsumerSettings) {
        self.init()
        tables = settings.only.patterns["tables"] ?? []
        exceptTables = settings.except.patterns["tables"] ?? []
        for field in Field.allCases {
            let key = field == .kind ? "kinds" : field.rawValue
            only[field] = settings.only.patterns[key]
            except[field] = settings.except.patterns[key]
        }
    }
}
