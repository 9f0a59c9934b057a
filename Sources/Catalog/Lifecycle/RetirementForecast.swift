import Core
import SQL

/// What a pass over what is too old would take away.
package struct RetirementForecast: Sendable {
    /// Rows of one table.
    package struct Row: Sendable {
        package var table: String
        package var before: WallTime
        package var count: Int64
    }

    package var rows: [Row] = []
    /// Nil when files are kept for ever.
    package var archiveBefore: WallTime?
    package var files: Int64 = 0
    package var bytes: UInt64 = 0
    /// Sessions that stay whatever their age, subagents among them.
    package var heldSessions: Int64 = 0

    init() {}
}

extension CatalogReader {
    /// What would go: rows older than the plan says, and files to which nothing came since `archive`.
    package func retirement(
        _ plan: RetentionPlan,
        archive: WallTime?,
        held: Set<SessionName>
    ) throws(OperatorError) -> RetirementForecast {
        do throws(SQLError) {
            let sessions = try SessionFamily(database).sessions(of: held)
            let list = sessions.map { "\($0)" }.joined(separator: ",")
            var forecast = RetirementForecast()
            forecast.heldSessions = Int64(sessions.count)
            for table in AgingTable.allCases {
                guard let before = plan.cutoffs[table] else { continue }
                let count = try database.prepare(
                    """
                    SELECT count(*) FROM \(table.rawValue)
                    WHERE \(table.time) < ? AND coalesce(session, 0) NOT IN (\(list))
                    """
                ).first(before.nanoseconds) { $0.int(0) }
                forecast.rows.append(
                    RetirementForecast.Row(
                        table: table.rawValue,
                        before: before,
                        count: count ?? 0
                    )
                )
            }
            guard let archive else { return forecast }
            forecast.archiveBefore = archive
            let files = try database.prepare(
                """
                SELECT count(*), total(held) FROM files WHERE expired = 0 AND changed < ?
                    AND id NOT IN (SELECT file FROM entries WHERE session IN (\(list)))
                """
            ).first(archive.nanoseconds) { ($0.int(0), UInt64($0.double(1))) }
            if let files { (forecast.files, forecast.bytes) = files }
            return forecast
        } catch {
            throw OperatorError(error)
        }
    }
}
