import Catalog
import Core
import Delivery
import SQL

/// What `consumers.db` says of consumers; each thread, and each command, opens its own.
final class ConsumerStore {
    /// A consumer's row.
    struct Record: Hashable {
        var name: String
        var cursor: Cursor?
        /// Whether the cursor counts although the backend keeps another: after a rewind.
        var overrides = false
        var isPaused = false
        /// How often it was rewound.
        var turn: Int64 = 0
        /// Rows delivered, ever.
        var rows: Int64 = 0
        var delivered: WallTime?
    }

    /// A row that a backend refused for good.
    struct Letter: Hashable {
        var table: String
        var id: Int64
        var rev: Int64
        var words: String
        var first: WallTime
        var last: WallTime
        var attempts: Int64
    }

    static let name: BytePath = "consumers.db"

    let database: Connection

    init(path: BytePath) throws(OperatorError) {
        do throws(SQLError) {
            database = try Connection(
                path: path,
                options: ConnectionOptions(
                    journalMode: .wal,
                    synchronous: .full,
                    cacheKiB: 512,
                    busyTimeout: .seconds(30)
                )
            )
            try ConsumerSchema.migrations.apply(to: database)
        } catch {
            throw OperatorError(error)
        }
    }

    // MARK: Consumers

    func records() throws(SQLError) -> [Record] {
        try database.prepare(
            "SELECT name, epoch, rev, overrides, paused, rows, delivered, turn FROM consumers"
        ).all { row in
            Record(
                name: row.text(0),
                cursor: row.isNull(1)
                    ? nil : Cursor(epoch: UInt64(bitPattern: row.int(1)), rev: row.int(2)),
                overrides: row.bool(3),
                isPaused: row.bool(4),
                turn: row.int(7),
                rows: row.int(5),
                delivered: row.isNull(6) ? nil : WallTime(nanoseconds: row.int(6))
            )
        }
    }

    func record(_ name: String) throws(SQLError) -> Record? {
        try records().first { $0.name == name }
    }

    /// Writes the cursor, and whether it counts before the backend's.
    func set(_ cursor: Cursor, of name: String, overrides: Bool) throws(SQLError) {
        try database.prepare(
            """
            INSERT INTO consumers (name, epoch, rev, overrides) VALUES (?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, rev = excluded.rev,
                overrides = excluded.overrides
            """
        ).run(name, Int64(bitPattern: cursor.epoch), cursor.rev, overrides)
    }

    /// Counts a rewind: what is delivered from now on is no repeat of what was delivered before.
    func nextTurn(of name: String) throws(SQLError) -> Int64 {
        try database.prepare("UPDATE consumers SET turn = turn + 1 WHERE name = ?").run(name)
        return try database.prepare("SELECT turn FROM consumers WHERE name = ?").first(name) {
            $0.int(0)
        } ?? 0
    }

    func set(isPaused: Bool, of name: String) throws(SQLError) {
        try database.prepare(
            """
            INSERT INTO consumers (name, paused) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET paused = excluded.paused
            """
        ).run(name, isPaused)
    }

    func count(rows: Int, at time: WallTime, of name: String) throws(SQLError) {
        try database.prepare(
            "UPDATE consumers SET rows = rows + ?, delivered = ? WHERE name = ?"
        ).run(rows, time.nanoseconds, name)
    }

    // MARK: Dead letters

    func bury(
        _ row: FeedRow,
        words: String,
        of name: String,
        at time: WallTime
    ) throws(SQLError) {
        try database.prepare(
            """
            INSERT INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0)
            ON CONFLICT (consumer, table_name, id) DO UPDATE SET rev = excluded.rev,
                words = excluded.words, last = excluded.last, attempts = attempts + 1, replay = 0
            """
        ).run(
            name,
            row.table.name,
            row.id,
            row.rev,
            String(words.prefix(2000)),
            time.nanoseconds,
            time.nanoseconds
        )
    }

    /// Takes a letter away: the row was delivered, or is there no more.
    func exhume(table: String, id: Int64, of name: String) throws(SQLError) {
        try database.prepare(
            "DELETE FROM dead_letters WHERE consumer = ? AND table_name = ? AND id = ?"
        ).run(name, table, id)
    }

    func letterCount(of name: String) throws(SQLError) -> Int {
        Int(
            try database.prepare("SELECT count(*) FROM dead_letters WHERE consumer = ?")
                .first(name) { $0.int(0) } ?? 0
        )
    }

    func letters(of name: String, limit: Int = 1000) throws(SQLError) -> [Letter] {
        try letters("consumer = ? ORDER BY last DESC LIMIT ?", name, limit)
    }

    /// Letters that are to be tried once more.
    func replays(of name: String, limit: Int) throws(SQLError) -> [Letter] {
        try letters("consumer = ? AND replay = 1 LIMIT ?", name, limit)
    }

    /// Has letters tried once more, those that were refused last at these moments; all of them with none.
    func markForReplay(_ moments: [Int64], of name: String) throws(SQLError) {
        guard !moments.isEmpty else {
            return try database.prepare("UPDATE dead_letters SET replay = 1 WHERE consumer = ?")
                .run(name)
        }
        let mark = try database.prepare(
            "UPDATE dead_letters SET replay = 1 WHERE consumer = ? AND last = ?"
        )
        for moment in moments { try mark.run(name, moment) }
    }

    /// How many letters of each table an order to replay is about.
    func letterCounts(
        _ moments: [Int64],
        of name: String
    ) throws(SQLError) -> [(table: String, count: Int64)] {
        let among = moments.map(String.init).joined(separator: ", ")
        let condition = moments.isEmpty ? "" : " AND last IN (\(among))"
        return try database.prepare(
            """
            SELECT table_name, count(*) FROM dead_letters WHERE consumer = ?\(condition)
            GROUP BY table_name ORDER BY table_name
            """
        ).all(name) { ($0.text(0), $0.int(1)) }
    }

    private func letters(
        _ condition: String,
        _ name: String,
        _ limit: Int
    ) throws(SQLError) -> [Letter] {
        try database.prepare(
            """
            SELECT table_name, id, rev, words, first, last, attempts FROM dead_letters
            WHERE \(condition)
            """
        ).all(name, limit) { row in
            Letter(
                table: row.text(0),
                id: row.int(1),
                rev: row.int(2),
                words: row.text(3),
                first: WallTime(nanoseconds: row.int(4)),
                last: WallTime(nanoseconds: row.int(5)),
                attempts: row.int(6)
            )
        }
    }

    // MARK: Sessions

    func wait(for sessions: Set<Int64>, of name: String) throws(SQLError) {
        let insertion = try database.prepare("INSERT OR IGNORE INTO waiting_sessions VALUES (?, ?)")
        for session in sessions.sorted() { try insertion.run(name, session) }
    }

    func waitingSessions(of name: String) throws(SQLError) -> [Int64] {
        try database.prepare("SELECT session FROM waiting_sessions WHERE consumer = ?")
            .all(name) { $0.int(0) }
    }

    func release(session: Int64, of name: String) throws(SQLError) {
        try database.prepare("DELETE FROM waiting_sessions WHERE consumer = ? AND session = ?")
            .run(name, session)
    }

    // MARK: Orders

    /// Notes an order for the consumer's thread, and who gave it.
    func order(
        _ order: ConsumerOrder,
        to name: String,
        author: String,
        at time: WallTime
    ) throws(SQLError) {
        try database.transaction { () throws(SQLError) in
            if let argument = order.argument {
                try database.prepare(
                    "INSERT INTO orders (consumer, kind, argument) VALUES (?, ?, ?)"
                ).run(name, order.kind, argument)
            } else {
                try database.prepare("INSERT INTO orders (consumer, kind) VALUES (?, ?)")
                    .run(name, order.kind)
            }
            try database.prepare(
                "INSERT INTO audit (time, author, consumer, action, detail) VALUES (?, ?, ?, ?, ?)"
            ).run(time.nanoseconds, author, name, order.kind, order.argument ?? "")
        }
    }

    /// The orders that were not carried out yet, in their order.
    func orders(to name: String) throws(SQLError) -> [(number: Int64, order: ConsumerOrder)] {
        try database.prepare(
            "SELECT number, kind, argument FROM orders WHERE consumer = ? ORDER BY number"
        ).all(name) { row in
            (
                row.int(0),
                ConsumerOrder(kind: row.text(1), argument: row.isNull(2) ? nil : row.text(2))
            )
        }.compactMap { number, order in order.map { (number, $0) } }
    }

    func finish(order number: Int64) throws(SQLError) {
        try database.prepare("DELETE FROM orders WHERE number = ?").run(number)
    }
}
