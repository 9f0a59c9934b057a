import Backends
import Catalog
import Core
import Delivery
import Platform
import SQL
import Settings

/// Does what a consumer's machine decides, on the consumer's own thread.
final class ConsumerDriver {
    private let settings: ConsumerSettings
    private let backend: any Backend
    private let store: ConsumerStore
    private let feed: ConsumerFeed
    private let makeFeed: @Sendable () -> ConsumerFeed
    /// While there is more than a page to deliver.
    private var ahead: PageAhead?
    private let name: String
    private let isAhead: (_ rev: Int64) -> Void
    private var turn: Int64
    private var machine: Consumer
    private var found: ConsumerFeed.Found?
    private var overrides: Bool
    private var rows: Int64
    private var delivered: WallTime?
    private var deadLetters: Int
    private var meter = RateMeter()
    private var window = LagWindow()
    private var lagBytes: Int64 = 0
    /// When the first row came that is not delivered.
    private var behindSince: Instant?
    private var loggedTrouble: String?
    private var retries: Int64 = 0
    private var lastFailure: WallTime?

    init(
        _ settings: ConsumerSettings,
        backend: any Backend,
        storage: BytePath,
        isAhead: @escaping (_ rev: Int64) -> Void = { _ in }
    ) throws(OperatorError) {
        self.isAhead = isAhead
        self.settings = settings
        self.backend = backend
        name = settings.name
        let store = try ConsumerStore(path: storage.appending(ConsumerStore.name))
        let wantsMoves = backend.keepsRowsByTime
        makeFeed = {
            ConsumerFeed(
                settings,
                catalog: storage.appending(CatalogFile.name),
                wantsMoves: wantsMoves
            )
        }
        let feed = makeFeed()
        self.store = store
        self.feed = feed
        var record = try ConsumerDriver.database { () throws(SQLError) in
            try store.record(settings.name)
        }
        if record?.cursor == nil {
            let start = try feed.start()
            try ConsumerDriver.database { () throws(SQLError) in
                try store.set(start, of: settings.name, overrides: false)
            }
            record = ConsumerStore.Record(
                name: settings.name,
                cursor: start,
                isPaused: record?.isPaused ?? false
            )
        }
        overrides = record?.overrides ?? false
        turn = record?.turn ?? 0
        rows = record?.rows ?? 0
        delivered = record?.delivered
        deadLetters = try ConsumerDriver.database { () throws(SQLError) in
            try store.letterCount(of: settings.name)
        }
        machine = Consumer(
            policy: settings.policy,
            cursor: record?.cursor,
            head: try feed.head(),
            isPaused: record?.isPaused ?? false
        )
    }

    /// Goes on until there is nothing to do, and says until when; nil for as long as nobody calls.
    ///
    /// `mayGoOn` is asked between two steps.
    func work(mayGoOn: (ConsumerDriver) -> Bool) -> Instant? {
        look()
        while true {
            let now = Clock.monotonic()
            let action = machine.next(now: now)
            sample(now)
            guard mayGoOn(self) else { return nil }
            switch action {
            case .wait(let until):
                // What the backlog is judged by needs a look from time to time.
                guard machine.lag > 0 else { return until }
                let soon = now + LagWindow.interval
                return min(until ?? soon, soon)
            case .prepare: prepare()
            case .read(let cursor, let count): read(cursor, count)
            case .readLetters(let count): readLetters(count)
            case .deliver(let part): deliver(part)
            case .store(let progress): save(progress)
            }
        }
    }

    func close() {
        ahead = nil
        backend.close()
    }

    // MARK: Orders

    /// Takes orders and the catalog's new head.
    private func look() {
        local { () throws(OperatorError) in
            let orders = try ConsumerDriver.database { () throws(SQLError) in
                try store.orders(to: name)
            }
            for (number, order) in orders {
                try ConsumerDriver.database { () throws(SQLError) in
                    try store.database.transaction { () throws(SQLError) in
                        try carryOut(order)
                        try store.finish(order: number)
                    }
                }
            }
            machine.advanced(to: try feed.head())
        }
    }

    private func carryOut(_ order: ConsumerOrder) throws(SQLError) {
        ahead = nil
        Log.notice("consumer \(name): \(order.kind) by order")
        switch order {
        case .pause:
            try store.set(isPaused: true, of: name)
            machine.pause()
        case .resume:
            try store.set(isPaused: false, of: name)
            machine.resume()
        case .rewind(let cursor):
            try store.set(cursor, of: name, overrides: true)
            turn = try store.nextTurn(of: name)
            overrides = true
            machine.rewind(to: cursor)
        case .skip: machine.skip()
        case .replay(let letters):
            try store.markForReplay(letters, of: name)
            machine.replay()
        }
    }

    // MARK: Actions

    private func prepare() {
        attempt { () throws(Refusal) in
            let stored = try backend.prepare()
            machine.prepared(
                stored: overrides ? nil : stored,
                hasWaiting: settings.delivery == .session
            )
            if let stored, stored.epoch == machine.head.epoch, stored.rev > machine.head.rev {
                isAhead(stored.rev)
            }
        }
    }

    private func read(_ cursor: Cursor, _ count: Int) {
        local { () throws(OperatorError) in
            let waiting =
                settings.delivery == .session
                ? try ConsumerDriver.database { () throws(SQLError) in
                    try store.waitingSessions(of: name)
                } : []
            var found = try ahead?.page(after: cursor)
            if found == nil {
                found = try feed.next(
                    after: cursor,
                    rows: count,
                    waiting: waiting,
                    now: Clock.wall()
                )
            }
            guard let found else { return }
            self.found = found
            machine.read(found.page, now: Clock.monotonic())
            if found.rows.isEmpty, let session = found.session {
                // Nothing of it is for this consumer.
                try ConsumerDriver.database { () throws(SQLError) in
                    try store.release(session: session, of: name)
                }
            }
        }
    }

    private func readLetters(_ count: Int) {
        local { () throws(OperatorError) in
            let letters = try ConsumerDriver.database { () throws(SQLError) in
                try store.replays(of: name, limit: count)
            }
            let cursor = machine.cursor ?? machine.head
            let found = try feed.letters(letters, at: cursor)
            try ConsumerDriver.database { () throws(SQLError) in
                for letter in found.gone {
                    try store.exhume(table: letter.table, id: letter.id, of: name)
                }
            }
            self.found = found
            machine.read(found.page, now: Clock.monotonic())
        }
    }

    private func deliver(_ part: Part) {
        guard let found else { return }
        let batch = DeliveryBatch(
            consumer: name,
            after: machine.cursor ?? found.page.through,
            through: found.page.through,
            completes: part.isLast,
            movesCursor: !found.page.isReplay,
            hasWholeSessions: found.session != nil,
            turn: turn,
            rows: part.rows.count == found.rows.count
                ? found.rows : part.rows.map { found.rows[$0] }
        )
        readAhead(of: found.page)
        attempt { () throws(Refusal) in
            try backend.deliver(batch, from: feed)
            machine.accepted()
            rows += Int64(batch.rows.count)
            meter.add(batch.rows.count, at: Clock.monotonic())
        }
    }

    /// Has the page behind this one read while this one is delivered.
    private func readAhead(of page: Page) {
        guard page.hasMore, !page.isReplay, settings.delivery == .live else {
            ahead = nil
            return
        }
        let ahead = self.ahead ?? PageAhead(name: name, makeFeed)
        self.ahead = ahead
        ahead.begin(after: page.through, rows: settings.policy.batchRows)
    }

    private func save(_ progress: Consumer.Progress) {
        guard let found else { return machine.stored() }
        local { () throws(OperatorError) in
            let now = Clock.wall()
            try ConsumerDriver.database { () throws(SQLError) in
                try store.database.transaction { () throws(SQLError) in
                    try save(progress, found, now)
                }
            }
            if progress.cursor != nil, !found.rows.isEmpty { overrides = false }
            if !found.rows.isEmpty { delivered = now }
            self.found = nil
            machine.stored()
        }
        look()
    }

    private func save(
        _ progress: Consumer.Progress,
        _ found: ConsumerFeed.Found,
        _ now: WallTime
    ) throws(SQLError) {
        if let cursor = progress.cursor {
            // After a rewind the backend's own cursor is right again once rows went with this one.
            try store.set(cursor, of: name, overrides: overrides && found.rows.isEmpty)
        }
        for (number, letter) in progress.letters.sorted(by: { $0.key < $1.key }).enumerated() {
            // Letters are told apart by when they were written.
            let time = now + .nanoseconds(Int64(number))
            try store.bury(found.rows[letter.key], words: letter.value, of: name, at: time)
        }
        if progress.isReplay {
            for (index, row) in found.rows.enumerated() where progress.letters[index] == nil {
                try store.exhume(table: row.table.name, id: row.id, of: name)
            }
        }
        if settings.delivery == .session { try store.wait(for: found.waiting, of: name) }
        if let session = found.session { try store.release(session: session, of: name) }
        try store.count(rows: found.rows.count - progress.letters.count, at: now, of: name)
        deadLetters = try store.letterCount(of: name)
        if !progress.letters.isEmpty {
            Log.warning("consumer \(name): \(progress.letters.count) rows went to the dead letters")
        }
    }

    // MARK: Failures

    /// What the backend refuses is the machine's to judge.
    private func attempt(_ body: () throws(Refusal) -> Void) {
        do throws(Refusal) {
            try body()
            if loggedTrouble != nil, machine.trouble == nil {
                Log.notice("consumer \(name): \(settings.backend?.rawValue ?? "") works again")
                loggedTrouble = nil
            }
        } catch {
            refused(error)
        }
    }

    /// What fails on this side is tried again like anything else.
    private func local(_ body: () throws(OperatorError) -> Void) {
        do throws(OperatorError) {
            try body()
        } catch {
            refused(.temporary(error.description))
        }
    }

    private func refused(_ refusal: Refusal) {
        switch refusal {
        case .part, .rows: break
        // Nobody knows when the next page is wanted.
        case .temporary, .blocked: ahead = nil
        }
        machine.refused(refusal, random: Entropy.uint64(), now: Clock.monotonic())
        retries += 1
        lastFailure = Clock.wall()
        guard machine.trouble != nil, loggedTrouble != refusal.words else { return }
        loggedTrouble = refusal.words
        var error = OperatorError(.network, "consumer \(name): \(refusal.words)")
        if case .blocked(_, let remedy) = refusal { error.remedy = remedy }
        Log.error(error)
    }

    private static func database<Value>(
        _ body: () throws(SQLError) -> Value
    ) throws(OperatorError) -> Value {
        do throws(SQLError) {
            return try body()
        } catch {
            throw OperatorError(error)
        }
    }

    // MARK: Status

    private func sample(_ now: Instant) {
        behindSince = machine.lag > 0 ? behindSince ?? now : nil
        if let last = window.samples.last, now - last.time < LagWindow.interval { return }
        window.add(
            LagWindow.Sample(time: now, cursor: machine.cursor?.rev ?? 0, lag: machine.lag)
        )
        guard machine.lag > 0 else { return }
        // A figure for people: nothing depends on it.
        lagBytes = (try? feed.bytes(behind: machine.cursor, machine.head)) ?? lagBytes
    }

    func status() -> ConsumerStatus {
        let now = Clock.monotonic()
        var remedy: String?
        if case .blocked(_, let text)? = machine.trouble { remedy = text }
        var status = ConsumerStatus(
            name: name,
            backend: settings.backend?.rawValue ?? "",
            state: machine.state,
            judgement: .ok,
            cursor: machine.cursor,
            head: machine.head,
            lag: machine.lag,
            lagBytes: machine.lag > 0 ? lagBytes : 0,
            lagTime: nil,
            rows: rows,
            rate: meter.value(at: now),
            delivered: delivered,
            deadLetters: deadLetters,
            trouble: machine.trouble?.words,
            remedy: remedy,
            isCircuitOpen: machine.isCircuitOpen
        )
        let wall = Clock.wall()
        status.retries = retries
        status.troubleSince = machine.trouble == nil ? nil : lastFailure
        status.nextAttempt = machine.nextAttempt.map { wall + ($0 - now) }
        status.window = window
        status.behindSince = behindSince
        return status
    }
}

extension ConsumerSettings {
    /// Rows and bytes of a batch of those who did not say it.
    ///
    /// Backends that keep columns make files of every table and day of a batch: the fewer batches, the cheaper a row.
    private var usualBatch: (rows: Int, bytes: UInt64) {
        switch backend {
        case .clickhouse: (50_000, 48 << 20)
        case .parquet: (20_000, 32 << 20)
        default: (DeliveryPolicy().batchRows, 16 << 20)
        }
    }

    /// Bytes of a batch, more or less.
    var bytesAtOnce: Int { Int(clamping: batchBytes ?? usualBatch.bytes) }

    /// When and how much is delivered.
    var policy: DeliveryPolicy {
        var policy = DeliveryPolicy()
        policy.batchRows = batchRows ?? usualBatch.rows
        policy.batchAge = batchAge ?? (backend == .parquet ? .seconds(60) : policy.batchAge)
        policy.retryLongest = retryLongest
        policy.retryFirst = min(policy.retryFirst, retryLongest)
        policy.blockedWait = blockedWait
        return policy
    }
}
