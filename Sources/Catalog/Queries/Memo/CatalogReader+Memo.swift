import Core
import SQL

extension CatalogReader {
    /// A session, and which state of it there is; nil for one that nothing is remembered of.
    typealias Candidate = (id: Int64, stamp: Int64?)

    /// Sessions that are asked at once; what is found in them is kept even when a request ends before the others.
    private static let batch = 50
    /// Rows may be of another day than their session's own events.
    private static let margin: Int64 = 86_400_000_000_000

    /// Gives `body` what the question finds in the sessions that the filter lets through, in the time that it asks,
    /// session by session.
    package func forEach(
        _ question: SessionQuestion,
        _ filter: RowFilter,
        _ body: (SessionRow) -> Void
    ) throws(OperatorError) {
        let sessions = try candidates(filter)
        var direct: [Int64] = []
        if let memo {
            try recall(question, filter.span, sessions, memo, &direct, body)
        } else {
            direct = sessions.map(\.id)
        }
        for part in CatalogReader.parts(direct) {
            var buffer = CellBuffer()
            let found = try ask(question, part, filter.span, &buffer)
            for (session, cells, width) in found {
                CatalogReader.tell(session, cells, width, buffer.texts, body)
            }
        }
    }

    private static func parts(_ sessions: [Int64]) -> [ArraySlice<Int64>] {
        stride(from: 0, to: sessions.count, by: batch).map {
            sessions[$0..<min($0 + batch, sessions.count)]
        }
    }

    private static func tell(
        _ session: Int64,
        _ cells: [MemoCell],
        _ width: Int,
        _ texts: [String],
        _ body: (SessionRow) -> Void
    ) {
        guard width > 0 else { return }
        for start in stride(from: 0, to: cells.count, by: width) {
            body(SessionRow(session, cells, at: start, texts))
        }
    }

    // MARK: Sessions

    private func candidates(_ filter: RowFilter) throws(OperatorError) -> [Candidate] {
        let version = try rows("PRAGMA data_version") { $0.int(0) }.first ?? 0
        if let last = lastCandidates, last.version == version, last.filter == filter {
            return last.sessions
        }
        var conditions = try conditions(RowFilter(filter.terms), .sessions)
        let edge = CatalogReader.margin
        if let since = filter.span.since {
            conditions.add(
                "(s.ended >= ? OR s.ended IS NULL)",
                [.integer(since.nanoseconds &- edge)]
            )
        }
        if let until = filter.span.until {
            conditions.add(
                "(s.started < ? OR s.started IS NULL)",
                [.integer(until.nanoseconds &+ edge)]
            )
        }
        let sessions = try rows(
            """
            SELECT s.id, c.rev FROM sessions s LEFT JOIN session_changes c ON c.session = s.id
            \(conditions.from(.sessions)) \(conditions.sql) ORDER BY s.id
            """,
            conditions.values
        ) { (id: $0.int(0), stamp: $0.optionalInt(1)) }
        lastCandidates = (version, filter, sessions)
        return sessions
    }

    // MARK: Remembering

    private func recall(
        _ question: SessionQuestion,
        _ span: TimeSpan,
        _ sessions: [Candidate],
        _ memo: SessionMemo,
        _ direct: inout [Int64],
        _ body: (SessionRow) -> Void
    ) throws(OperatorError) {
        let isTimed = span.since != nil || span.until != nil
        let name = question.sql { isTimed ? "\($0) IS NOT NULL" : "TRUE" }
        let epoch =
            try rows("SELECT value FROM properties WHERE name = 'epoch'") { $0.int(0) }.first ?? 0
        var (known, texts) = memo.known(name, epoch: epoch, sessions)
        var isNew = false
        let missing = zip(sessions, known).filter { $0.0.stamp != nil && $0.1 == nil }.map(\.0)
        for start in stride(from: 0, to: missing.count, by: CatalogReader.batch) {
            let part = missing[start..<min(start + CatalogReader.batch, missing.count)]
            try learn(question, name, epoch, isTimed, part, memo)
            isNew = true
        }
        if isNew { (known, texts) = memo.known(name, epoch: epoch, sessions) }
        for (session, found) in zip(sessions, known) {
            guard let found else {
                direct.append(session.id)
                continue
            }
            guard let times = found.times else { continue }
            let since = span.since?.nanoseconds ?? .min
            let until = span.until?.nanoseconds ?? .max
            if times.lowerBound >= since, times.upperBound < until || span.until == nil {
                CatalogReader.tell(session.id, found.cells, found.width, texts, body)
            } else if times.upperBound >= since, times.lowerBound < until {
                direct.append(session.id)
            }
        }
    }

    private func learn(
        _ question: SessionQuestion,
        _ name: String,
        _ epoch: Int64,
        _ isTimed: Bool,
        _ sessions: ArraySlice<Candidate>,
        _ memo: SessionMemo
    ) throws(OperatorError) {
        let ids = sessions.map(\.id)
        var buffer = CellBuffer()
        let span = isTimed ? nil : TimeSpan()
        var news: [Int64: SessionMemo.Found] = [:]
        for session in sessions { news[session.id] = SessionMemo.Found(stamp: session.stamp ?? 0) }
        for (session, cells, width) in try ask(question, ids[...], span, &buffer) {
            news[session]?.cells = cells
            news[session]?.width = width
        }
        for table in question.tables {
            try forEach(
                """
                SELECT t.session, MIN(t.timestamp), MAX(t.timestamp), COUNT(*)
                FROM json_each(?1) j CROSS JOIN \(table) t ON t.session = j.value GROUP BY 1
                """,
                [CatalogReader.list(ids[...])]
            ) { row in
                // Rows without a time are of all times; where a time is asked for they are of none.
                let times = row.isNull(1) ? (isTimed ? nil : 0...0) : row.int(1)...row.int(2)
                guard let times else { return }
                let former = news[row.int(0)]?.times ?? times
                news[row.int(0)]?.times =
                    min(
                        former.lowerBound,
                        times.lowerBound
                    )...max(former.upperBound, times.upperBound)
            }
        }
        memo.remember(
            name,
            epoch: epoch,
            news.map { SessionMemo.News(session: $0.key, found: $0.value) },
            buffer.texts
        )
    }

    private static func list(_ sessions: ArraySlice<Int64>) -> SQLValue {
        .text("[" + sessions.map { String($0) }.joined(separator: ",") + "]")
    }

    /// What is found in these sessions; without a span all that has a time.
    private func ask(
        _ question: SessionQuestion,
        _ sessions: ArraySlice<Int64>,
        _ span: TimeSpan?,
        _ buffer: inout CellBuffer
    ) throws(OperatorError) -> [(session: Int64, cells: [MemoCell], width: Int)] {
        var values = [CatalogReader.list(sessions)]
        var bounds: [(sql: String, value: Int64)] = []
        if let since = span?.since { bounds.append((">=", since.nanoseconds)) }
        if let until = span?.until { bounds.append(("<", until.nanoseconds)) }
        values += bounds.map { .integer($0.value) }
        let sql = question.sql { column in
            guard span != nil else { return "\(column) IS NOT NULL" }
            let parts = bounds.enumerated().map { "\(column) \($0.element.sql) ?\($0.offset + 2)" }
            return parts.isEmpty ? "TRUE" : parts.joined(separator: " AND ")
        }
        var found: [(session: Int64, cells: [MemoCell], width: Int)] = []
        var local = CellBuffer()
        try forEach(sql, values) { row in
            let width = row.columnCount - 1
            if found.last?.session != row.int(0) { found.append((row.int(0), [], width)) }
            if question.reduce == nil {
                buffer.append(row, width, to: &found[found.count - 1].cells)
            } else {
                local.append(row, width, to: &found[found.count - 1].cells)
            }
        }
        guard let reduce = question.reduce else { return found }
        return found.map { session, cells, width in
            let rows = stride(from: 0, to: cells.count, by: max(1, width)).map {
                SessionRow(session, cells, at: $0, local.texts)
            }
            let reduced = reduce(session, rows)
            return (session, reduced.joined().map { buffer.cell($0) }, reduced.first?.count ?? 0)
        }
    }
}
