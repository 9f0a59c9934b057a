import SQL

/// Something that is asked of sessions one by one, so that what a session answers stays true until it changes.
package struct SessionQuestion: Sendable {
    /// The condition that a column with a time lies in the time that is asked for.
    package typealias Within = (_ column: String) -> String

    /// The tables that are read, by which the time of what is found is known.
    let tables: [String]
    /// The statement; its first column is the session, by which it is ordered.
    let sql: @Sendable (Within) -> String
    /// Makes of a session's rows those that are remembered.
    let reduce: (@Sendable (_ session: Int64, _ rows: [SessionRow]) -> [[SQLValue]])?

    /// Asks rows of one table.
    ///
    /// - Parameters:
    ///   - columns: of the rows; `s` is the session.
    ///   - table: with its alias; it has `session` and `timestamp`.
    ///   - joins: behind it.
    ///   - condition: on the rows.
    ///   - groups: what rows are grouped by within a session.
    ///   - order: of a session's rows.
    ///   - reduce: makes of a session's rows those that are remembered.
    package init(
        _ columns: String,
        of table: String,
        joining joins: String = "",
        where condition: String = "TRUE",
        by groups: String? = nil,
        order: String? = nil,
        reduce: (@Sendable (_ session: Int64, _ rows: [SessionRow]) -> [[SQLValue]])? = nil
    ) {
        let words = table.split(separator: " ").map { String($0) }
        let alias = words.last ?? table
        tables = [words.first ?? table]
        self.reduce = reduce
        sql = { within in
            """
            SELECT s.id, \(columns) \(SessionQuestion.sessions)
            CROSS JOIN \(table) ON \(alias).session = s.id AND \(within("\(alias).timestamp"))
            \(joins) WHERE \(condition) \(groups.map { "GROUP BY s.id, \($0)" } ?? "")
            ORDER BY s.id\(order.map { ", \($0)" } ?? "")
            """
        }
    }

    /// Asks a statement that reads several tables.
    ///
    /// - Parameters:
    ///   - tables: all that it reads rows of.
    ///   - reduce: makes of a session's rows those that are remembered.
    ///   - sql: makes the statement; it reads `sessions`, its first column is the session, by which it is ordered.
    package init(
        tables: [String],
        reduce: (@Sendable (_ session: Int64, _ rows: [SessionRow]) -> [[SQLValue]])? = nil,
        sql: @escaping @Sendable (Within) -> String
    ) {
        self.tables = tables
        self.reduce = reduce
        self.sql = sql
    }

    /// Raised with every change after which a `reduce` makes other rows of the same.
    static let version = 1

    /// What tells it from others: of answers that have a time, or of all.
    func name(isTimed: Bool) -> String { sql { isTimed ? "\($0) IS NOT NULL" : "TRUE" } }

    /// The sessions that are asked, as `s`.
    package static let sessions =
        "FROM json_each(?1) j CROSS JOIN sessions s ON s.id = j.value"
}
