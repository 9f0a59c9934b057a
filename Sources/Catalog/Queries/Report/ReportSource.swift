import Core
import SQL

/// The rows of a table that a report is about, found by way of their sessions: those of the time first (CROSS JOIN
/// keeps that order), so that a short time of a long history is read alone.
package struct ReportSource {
    /// FROM with its conditions; `s` is the session.
    package private(set) var sql: String
    package private(set) var values: [SQLValue]

    /// - Parameters:
    ///   - table: with its alias, which has `session` and `timestamp`.
    ///   - sessions: conditions on `s`.
    ///   - span: of the rows.
    ///   - more: joins behind it; `a` and `o` are joined already.
    ///   - condition: on the rows.
    init(
        _ table: String,
        _ sessions: Conditions,
        _ span: TimeSpan,
        joining more: String = "",
        where condition: String? = nil
    ) {
        let alias = table.split(separator: " ").last ?? ""
        var rows = Conditions()
        rows.within(span, "\(alias).timestamp")
        let bounds = rows.sql.isEmpty ? "" : " AND " + rows.sql.dropFirst("WHERE ".count)
        var all = Conditions("TRUE")
        if let since = span.since { all.add("s.ended >= ?", [.integer(since.nanoseconds)]) }
        if let until = span.until { all.add("s.started < ?", [.integer(until.nanoseconds)]) }
        all.add(sessions)
        if let condition { all.add(condition) }
        sql = """
            FROM sessions s CROSS JOIN \(table) ON \(alias).session = s.id\(bounds)
            \(sessions.from(.sessions, and: [.agent, .owner])) \(more) \(all.sql)
            """
        values = rows.values + all.values
    }
}
