import Catalog
import Core
import Platform
import SQL

/// The numbers of now, as `GET /api/live` and the stream tell them.
struct LiveNumbers {
    /// How long after its last event a session counts as active.
    static let active = Duration.seconds(600)

    let seams: Seams
    let board: LiveBoard

    /// Writes the members of the answer.
    func write(
        _ catalog: CatalogReader,
        _ head: CatalogHead,
        owner: String?,
        zone: LocalZone,
        now: WallTime,
        _ json: inout JSONBuffer
    ) throws(OperatorError) {
        json.time("as_of", now)
        json.string("epoch", head.epoch)
        json.number("seq", head.seq)
        json.number("rev", head.rev)
        let midnight = zone.start(ofDay: zone.day(of: now))
        try json.object("today") { (json) throws(OperatorError) in
            json.time("since", midnight)
            try today(catalog, owner, midnight, &json)
        }
        json.number("active_sessions", try active(catalog, owner, now))
        machines(owner, &json)
        let series = board.series(owner, now: now.seconds, count: 60)
        rates(series, &json)
        json.object("sparklines") { json in
            json.number("step_ms", 1000)
            sparkline("messages", series.map(\.messages), &json)
            sparkline("tokens", series.map(\.tokens), &json)
            sparkline("cost", series.map(\.cost), &json)
            sparkline(
                "machines",
                board.online(now: now.seconds, count: 60).map { Int64($0) },
                &json
            )
        }
        latency(owner, now, &json)
        let facts = seams.receiver.facts()
        json.object("ingest") { json in
            json.number("pending", facts.unreadStreams)
            json.string("failure", facts.rowsFailure)
        }
    }

    // MARK: Parts

    /// A condition on a column of owners.
    private func scope(_ owner: String?, _ column: String) -> (sql: String, values: [SQLValue]) {
        guard let owner else { return ("", []) }
        return (" AND \(column) = (SELECT owner FROM owners WHERE name = ?)", [.text(owner)])
    }

    private func today(
        _ catalog: CatalogReader,
        _ owner: String?,
        _ midnight: WallTime,
        _ json: inout JSONBuffer
    ) throws(OperatorError) {
        var terms: [FilterTerm] = []
        if let owner { terms.append(FilterTerm(.owner, FilterTerm.exactly(owner))) }
        let filter = RowFilter(terms, span: TimeSpan(since: midnight))
        var said: [Int64] = [0, 0]
        try catalog.forEach(CatalogReader.said, filter) { row in
            guard row.int(0) > 0 else { return }
            said[0] += row.int(0)
            said[1] += row.int(1)
        }
        json.number("messages", said[0])
        json.number("prompts", said[1])
        json.number("sessions", try catalog.sessionCount(try catalog.listed(filter)))
        let ofResponse = scope(owner, "r.owner")
        try catalog.forEach(
            """
            SELECT \(UsageRow.sums) FROM responses r
            WHERE r.timestamp >= ? AND r.error = 0\(ofResponse.sql)
            """,
            [.integer(midnight.nanoseconds)] + ofResponse.values
        ) { UsageRow.writeSums($0, 0, &json) }
        var (calls, errors): (Int64, Int64) = (0, 0)
        try catalog.forEach(CatalogReader.calls, filter) { row in
            calls += row.int(1)
            errors += row.int(3)
        }
        json.number("tool_calls", calls)
        json.number("tool_errors", errors)
        json.number("findings", try catalog.findingCount(filter))
    }

    private func active(
        _ catalog: CatalogReader,
        _ owner: String?,
        _ now: WallTime
    ) throws(OperatorError) -> Int64 {
        let scope = scope(owner, "s.owner")
        return try catalog.rows(
            """
            SELECT COUNT(*) FROM sessions s
            WHERE s.ended >= ? AND s.lineage IS NOT 'subagent'\(scope.sql)
            """,
            [.integer(now.nanoseconds - LiveNumbers.active.nanoseconds)] + scope.values
        ) { $0.int(0) }.first ?? 0
    }

    private func machines(_ owner: String?, _ json: inout JSONBuffer) {
        let agents = seams.receiver.facts().agents.filter {
            $0.revoked == nil && (owner == nil || $0.owner == owner)
        }
        json.object("machines") { json in
            json.number("online", agents.count { $0.isConnected })
            json.number("enrolled", agents.count)
        }
    }

    private func rates(_ series: [LiveBoard.Sample], _ json: inout JSONBuffer) {
        var sum = LiveBoard.Sample()
        for sample in series { sum += sample }
        json.object("rates") { json in
            json.number("window_ms", 60_000)
            json.number("messages_per_minute", sum.messages)
            json.number("tokens_per_minute", sum.tokens)
            json.number("cost_per_hour", sum.cost &* 60)
        }
    }

    private func sparkline(_ key: StaticString, _ values: [Int64], _ json: inout JSONBuffer) {
        json.array(key) { json in for value in values { json.number(nil, value) } }
    }

    private func latency(_ owner: String?, _ now: WallTime, _ json: inout JSONBuffer) {
        let (count, percentiles) = board.latency(owner, now: now.seconds)
        json.object("latency") { json in
            json.number("window_ms", LiveBoard.seconds * 1000)
            json.number("count", count)
            json.number("p50_ms", percentiles[0])
            json.number("p95_ms", percentiles[1])
            json.number("p99_ms", percentiles[2])
        }
    }
}
