import Catalog
import Core
import Platform
import SQL

/// Brings what arrived to the board, each record once.
struct LiveFeeder {
    /// Records that are looked at when it begins, or when more came than that: older ones matter to no rate.
    private static let most: Int64 = 20_000

    private var series: String?
    private var seq: Int64 = 0

    mutating func feed(
        _ board: LiveBoard,
        _ catalog: CatalogReader,
        _ head: CatalogHead
    ) throws(OperatorError) {
        if head.series != series {
            // What is numbered anew arrived before.
            seq = series == nil ? 0 : head.seq
            series = head.series
        }
        let second = Clock.wall().seconds
        board.trim(now: second)
        guard head.seq > seq else { return }
        try name(board, catalog)
        let start = max(seq, head.seq - LiveFeeder.most)
        let bounds: [SQLValue] = [
            .integer(start), .integer(head.seq),
            .integer((second - LiveBoard.seconds) * 1_000_000_000),
        ]
        try messages(board, catalog, bounds)
        try responses(board, catalog, bounds)
        try latencies(board, catalog, bounds)
        seq = head.seq
    }

    private mutating func name(
        _ board: LiveBoard,
        _ catalog: CatalogReader
    ) throws(OperatorError) {
        var known: [Int64: LiveBoard.Agent] = [:]
        try catalog.forEach(
            """
            SELECT a.agent, a.identity, a.name, o.name FROM agents a
            LEFT JOIN owners o ON o.owner = a.owner
            """
        ) { row in
            known[row.int(0)] = LiveBoard.Agent(
                identity: row.text(1),
                name: row.text(2),
                owner: row.text(3)
            )
        }
        board.set(known)
    }

    /// What arrived within ten minutes; the rest is history and no sign of life.
    private static let new = """
        e.seq > ? AND e.seq <= ? AND e.received >= ? AND e.first = e.seq
            AND (e.timestamp IS NULL OR e.received - e.timestamp < 600000000000)
        """

    private func messages(
        _ board: LiveBoard,
        _ catalog: CatalogReader,
        _ bounds: [SQLValue]
    ) throws(OperatorError) {
        try catalog.forEach(
            """
            SELECT e.received / 1000000000, e.agent, COUNT(*)
            FROM entries e CROSS JOIN messages x ON x.session IS e.session
                AND x.timestamp IS e.timestamp AND x.entry = e.seq AND x.retracted = 0
            WHERE \(LiveFeeder.new) GROUP BY 1, 2
            """,
            bounds
        ) { row in
            let sample = LiveBoard.Sample(messages: row.int(2))
            board.add(sample, second: row.int(0), agent: row.int(1))
        }
    }

    private func responses(
        _ board: LiveBoard,
        _ catalog: CatalogReader,
        _ bounds: [SQLValue]
    ) throws(OperatorError) {
        try catalog.forEach(
            """
            SELECT e.received / 1000000000, e.agent, SUM(r.input_tokens + r.output_tokens
                + r.cache_write_5m_tokens + r.cache_write_1h_tokens + r.cache_read_tokens),
                SUM(r.cost)
            FROM entries e CROSS JOIN responses r ON r.session IS e.session
                AND r.timestamp IS e.timestamp AND r.entry = e.seq AND r.error = 0
            WHERE \(LiveFeeder.new) GROUP BY 1, 2
            """,
            bounds
        ) { row in
            let sample = LiveBoard.Sample(tokens: row.int(2), cost: row.int(3))
            board.add(sample, second: row.int(0), agent: row.int(1))
        }
    }

    private func latencies(
        _ board: LiveBoard,
        _ catalog: CatalogReader,
        _ bounds: [SQLValue]
    ) throws(OperatorError) {
        try catalog.forEach(
            """
            SELECT e.received / 1000000000, e.agent, (e.received - e.timestamp) / 1000000
            FROM entries e
            WHERE \(LiveFeeder.new) AND e.received >= e.timestamp
            """,
            bounds
        ) { board.add(latency: $0.int(2), second: $0.int(0), agent: $0.int(1)) }
    }
}
