import Catalog
import Delivery

/// A system that rows are delivered to; it belongs to its consumer's thread, and may block it.
///
/// Whatever it throws, the same rows come again under the same keys: a backend must take a repeat without a trace,
/// and of an `id` keep the greatest `rev`.
package protocol Backend: AnyObject {
    /// Connects, and makes or migrates the schema; called before the first delivery and after each refusal.
    ///
    /// - Returns: the cursor that the backend keeps with its rows; nil when it keeps none.
    func prepare() throws(Refusal) -> Cursor?

    /// Stores the rows durably, all or, as far as later repeats are harmless, some of them.
    func deliver(_ batch: DeliveryBatch, from source: any DeliverySource) throws(Refusal)

    /// What `prepare` runs at the server, for those who must have it run by somebody else; empty for none.
    var schema: String { get }

    /// Whether rows are kept by their time, so that one that leaves its time must be told.
    var keepsRowsByTime: Bool { get }

    /// Ends connections and closes files.
    func close()
}

extension Backend {
    package var keepsRowsByTime: Bool { false }
}

/// Rows on their way into a backend.
package struct DeliveryBatch: Sendable {
    /// The consumer's name.
    package var consumer: String
    /// Where the consumer was before the page of which these rows are.
    package var after: Cursor
    /// Where it is when the page is delivered.
    package var through: Cursor
    /// Whether nothing of the page is left after these; what of a page came before may come again until then.
    package var completes: Bool
    /// Whether a backend that keeps the cursor sets it to `through` with the last rows of the page: not for dead letters.
    package var movesCursor: Bool
    /// Whether these rows are the whole of their sessions, which replace what was delivered of them before.
    package var hasWholeSessions: Bool
    /// How often the consumer was rewound: the same rows in another turn are no repeat.
    package var turn: Int64
    /// Those of one table together, in the order of their `rev`.
    package var rows: [FeedRow]

    package init(
        consumer: String,
        after: Cursor,
        through: Cursor,
        completes: Bool = true,
        movesCursor: Bool = true,
        hasWholeSessions: Bool = false,
        turn: Int64 = 0,
        rows: [FeedRow]
    ) {
        self.consumer = consumer
        self.after = after
        self.through = through
        self.completes = completes
        self.movesCursor = movesCursor
        self.hasWholeSessions = hasWholeSessions
        self.turn = turn
        self.rows = rows
    }

    /// The rows by table, in the order in which the tables come.
    package var tables: [(table: FeedTable, rows: ArraySlice<FeedRow>)] {
        var found: [(FeedTable, ArraySlice<FeedRow>)] = []
        var start = 0
        for index in rows.indices.dropFirst() where rows[index].table != rows[start].table {
            found.append((rows[start].table, rows[start..<index]))
            start = index
        }
        if !rows.isEmpty { found.append((rows[start].table, rows[start...])) }
        return found
    }
}
