/// What a reader found behind a cursor, without the rows themselves.
package struct Page: Hashable, Sendable {
    /// Rows to deliver; 0 when everything that was passed over is of no interest to this consumer.
    package var rows: Int
    /// Where the cursor stands when they were delivered.
    package var through: Cursor
    /// Whether more is waiting behind it already.
    package var hasMore: Bool
    /// Until when there is nothing else to do, for sessions that are not quiet yet; nil for no such moment.
    package var lookAgain: Duration?
    /// Whether these are dead letters that are tried again, which move no cursor.
    package var isReplay: Bool

    package init(
        rows: Int,
        through: Cursor,
        hasMore: Bool = false,
        lookAgain: Duration? = nil,
        isReplay: Bool = false
    ) {
        self.rows = rows
        self.through = through
        self.hasMore = hasMore
        self.lookAgain = lookAgain
        self.isReplay = isReplay
    }
}

/// Some rows of the page at hand, by their index in it.
package struct Part: Hashable, Sendable {
    /// Ascending.
    package var rows: [Int]
    /// Whether nothing of the page is left after it: a backend that keeps the cursor moves it with this one.
    package var isLast: Bool

    package init(rows: [Int], isLast: Bool) {
        self.rows = rows
        self.isLast = isLast
    }
}
