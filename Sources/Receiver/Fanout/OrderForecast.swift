import Backends
import Catalog
import Core
import Delivery
import Platform
import SQL
import Settings

/// What an order does to a consumer, in numbers and in words; nothing is done.
struct OrderForecast {
    /// Rows that are delivered again, or left out.
    var rows: Int64 = 0
    /// The cursor before, and after.
    var from: Int64
    var to: Int64
    /// The row that is skipped.
    var row: Int64?
    /// Sentences for people.
    var effect = ""

    /// Looks at the consumer as it is stored, and at the catalog.
    init(
        _ order: ConsumerOrder,
        _ consumer: ConsumerSettings,
        _ store: ConsumerStore,
        storage: BytePath
    ) throws(OperatorError) {
        let catalog = storage.appending(CatalogFile.name)
        let name = consumer.name
        let record = try OrderForecast.database { () throws(SQLError) in try store.record(name) }
        let feed = ConsumerFeed(consumer, catalog: catalog)
        let head = try feed.head()
        var cursor: Cursor
        if let known = record?.cursor { cursor = known } else { cursor = try feed.start() }
        if cursor.epoch != head.epoch { cursor = Cursor(epoch: head.epoch, rev: 0) }
        from = cursor.rev
        to = cursor.rev
        let behind = OrderForecast.count(max(0, head.rev - cursor.rev), "change")
        switch order {
        case .pause:
            effect =
                record?.isPaused ?? false
                ? "\(name) is paused already."
                : "\(name) gets nothing more until it is resumed; nothing is lost. "
                    + "\(behind) wait for it now."
        case .resume:
            effect =
                record?.isPaused ?? false
                ? "\(name) goes on where it is, with \(behind) before it."
                : "\(name) is not paused: it only tries again at once."
        case .skip: try forecastSkip(consumer, feed, cursor)
        case .replay(let letters): try forecastReplay(letters, name, store)
        case .rewind(let target): try forecastRewind(consumer, target.rev, catalog)
        }
    }

    private mutating func forecastSkip(
        _ consumer: ConsumerSettings,
        _ feed: ConsumerFeed,
        _ cursor: Cursor
    ) throws(OperatorError) {
        var position = cursor
        while true {
            let next = try feed.next(after: position, rows: 1, waiting: [], now: Clock.wall())
            if let row = next.rows.first {
                rows = 1
                self.row = row.id
                to = next.page.through.rev
                effect =
                    "\(consumer.name) does not get \(row.table.name) \(row.id) (rev \(row.rev)): "
                    + "the row goes to its dead letters, from where it can be replayed."
                return
            }
            guard next.page.hasMore, next.page.through.rev > position.rev else { break }
            position = next.page.through
        }
        effect =
            "Nothing waits for \(consumer.name): the next row that comes goes to the dead letters."
    }

    private mutating func forecastReplay(
        _ letters: [Int64],
        _ name: String,
        _ store: ConsumerStore
    ) throws(OperatorError) {
        let counts = try OrderForecast.database { () throws(SQLError) in
            try store.letterCounts(letters, of: name)
        }
        rows = counts.reduce(0) { $0 + $1.count }
        effect =
            rows == 0
            ? "\(name) has no such dead letters."
            : "\(OrderForecast.count(rows, "dead letter")) of \(name) "
                + "(\(OrderForecast.list(counts))) are delivered once more, as the rows are now."
    }

    private mutating func forecastRewind(
        _ consumer: ConsumerSettings,
        _ target: Int64,
        _ catalog: BytePath
    ) throws(OperatorError) {
        to = target
        let name = consumer.name
        guard from != to else {
            effect = "\(name) is at rev \(to) already: nothing is sent again."
            return
        }
        let filter = FeedFilter(consumer)
        let reader = try FeedReader(path: catalog, filter: filter)
        let (least, greatest) = (min(from, to), max(from, to))
        let counts = try OrderForecast.database { () throws(SQLError) in
            try reader.counts(after: least, through: greatest)
        }
        rows = counts.rows.reduce(0) { $0 + $1.count }
        let rows = OrderForecast.count(self.rows, "row")
        let what = self.rows == 0 ? rows : "\(rows) (\(OrderForecast.list(counts.rows)))"
        guard to < from else {
            effect =
                "\(name) goes on from rev \(from) to rev \(to): \(what) are left out, and come only "
                + "when they change again."
            return
        }
        effect = "\(name) goes back from rev \(from) to rev \(to): \(what)"
        if counts.deletions > 0 {
            effect += " and \(OrderForecast.count(counts.deletions, "deletion"))"
        }
        effect += " are sent again"
        if consumer.delivery == .session { effect += ", with the rest of their sessions" }
        effect += ". " + consumer.repeatRule
    }

    // MARK: Words

    private static func count(_ count: Int64, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    private static func list(_ counts: [(table: String, count: Int64)]) -> String {
        counts.sorted { $0.count > $1.count }.map { "\($0.table) \($0.count)" }
            .joined(separator: ", ")
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
}
