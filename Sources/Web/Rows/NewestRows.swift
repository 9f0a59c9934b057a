import Catalog
import Core
import SQL

/// A list by time, newest first, what has no time last: a page of it by way of an index over the time.
///
/// A cursor is the last row's time (0 for none) and number.
struct NewestRows {
    /// Columns as in a statement: the time, and the number that decides between equal times.
    let time: String
    let row: String
    let cursor: [Int64]?

    /// Gives each row of the page to `body`, `limit` at most.
    ///
    /// - Parameters:
    ///   - context: what asks.
    ///   - select: the statement up to its conditions.
    ///   - conditions: of all pages.
    ///   - limit: rows at most.
    ///   - body: takes a row.
    /// - Throws: what reading throws.
    func forEach(
        _ context: RequestContext,
        _ select: String,
        _ conditions: Conditions,
        limit: Int64,
        _ body: (Statement) -> Void
    ) throws(APIError) {
        var count: Int64 = 0
        if cursor.map({ $0[0] != 0 }) ?? true {
            var timed = conditions
            timed.add("\(time) IS NOT NULL")
            if let cursor {
                timed.add("\(time) <= ?", [.integer(cursor[0])])
                timed.add("(\(time), \(row)) < (?, ?)", cursor.map { .integer($0) })
            }
            try context.forEach(
                "\(select) \(timed.sql) ORDER BY \(time) DESC, \(row) DESC LIMIT ?",
                timed.values + [.integer(limit)]
            ) { found in
                count += 1
                body(found)
            }
        }
        guard count < limit else { return }
        var timeless = conditions
        timeless.add("\(time) IS NULL")
        if let cursor, cursor[0] == 0 { timeless.add("\(row) < ?", [.integer(cursor[1])]) }
        try context.forEach(
            "\(select) \(timeless.sql) ORDER BY \(row) DESC LIMIT ?",
            timeless.values + [.integer(limit - count)],
            body
        )
    }
}
