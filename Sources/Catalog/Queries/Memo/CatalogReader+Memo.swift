import Core
import Platform
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
        let name = question.name(isTimed: isTimed)
        let epoch = try epoch()
        var (known, texts) = memo.known(name, epoch: epoch, sessions)
        func missing() -> [Candidate] {
            zip(sessions, known).filter { $0.0.stamp != nil && $0.1 == nil }.map(\.0)
        }
        var unknown = missing()
        if !unknown.isEmpty {
            if memo.place(of: name) != nil {
                try recallStored(unknown, epoch, memo)
                (known, texts) = memo.known(name, epoch: epoch, sessions)
                unknown = missing()
            }
            if try learn(question, name, epoch, isTimed, unknown, memo) {
                (known, texts) = memo.known(name, epoch: epoch, sessions)
            }
        }
        let skipped = learning?.pending ?? []
        var cells: [MemoCell] = []
        for (session, found) in zip(sessions, known) {
            guard let found else {
                if !skipped.contains(session.id) { direct.append(session.id) }
                continue
            }
            guard let times = found.times else { continue }
            let since = span.since?.nanoseconds ?? .min
            let until = span.until?.nanoseconds ?? .max
            if times.lowerBound >= since, times.upperBound < until || span.until == nil {
                found.cells.unpack(into: &cells)
                CatalogReader.tell(session.id, cells, found.width, texts, body)
            } else if times.upperBound >= since, times.lowerBound < until {
                direct.append(session.id)
            }
        }
    }

    private func epoch() throws(OperatorError) -> Int64 {
        try rows("SELECT value FROM properties WHERE name = 'epoch'") { $0.int(0) }.first ?? 0
    }

    /// Asks the sessions, those first that changed last, as long as there is time; true when any was asked.
    private func learn(
        _ question: SessionQuestion,
        _ name: String,
        _ epoch: Int64,
        _ isTimed: Bool,
        _ sessions: [Candidate],
        _ memo: SessionMemo
    ) throws(OperatorError) -> Bool {
        let sorted = sessions.sorted { ($1.stamp ?? 0, $0.id) < ($0.stamp ?? 0, $1.id) }
        for start in stride(from: 0, to: sorted.count, by: CatalogReader.batch) {
            if let deadline = learning?.deadline, Clock.monotonic() > deadline {
                learning?.pending.formUnion(sorted[start...].map(\.id))
                return start > 0
            }
            let part = sorted[start..<min(start + CatalogReader.batch, sorted.count)]
            let (news, texts) = try found(question, isTimed, part)
            memo.remember(name, epoch: epoch, news, texts)
        }
        return !sorted.isEmpty
    }

    /// What the question finds in each of these sessions.
    private func found(
        _ question: SessionQuestion,
        _ isTimed: Bool,
        _ sessions: ArraySlice<Candidate>
    ) throws(OperatorError) -> (news: [SessionMemo.News], texts: [String]) {
        let ids = sessions.map(\.id)
        var buffer = CellBuffer()
        let span = isTimed ? nil : TimeSpan()
        var parts: [Int64: SessionAnswers.Part] = [:]
        for (session, cells, width) in try ask(question, ids[...], span, &buffer) {
            parts[session] = SessionAnswers.Part(width: width, cells: cells)
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
                let former = parts[row.int(0)]?.times ?? times
                parts[row.int(0), default: SessionAnswers.Part()].times =
                    min(
                        former.lowerBound,
                        times.lowerBound
                    )...max(former.upperBound, times.upperBound)
            }
        }
        let news = sessions.map { session in
            SessionMemo.News(
                session: session.id,
                stamp: session.stamp ?? 0,
                part: parts[session.id] ?? SessionAnswers.Part()
            )
        }
        return (news, buffer.texts)
    }

    // MARK: Keeping

    /// Takes over what `session_answers` has of these sessions.
    private func recallStored(
        _ sessions: [Candidate],
        _ epoch: Int64,
        _ memo: SessionMemo
    ) throws(OperatorError) {
        for start in stride(from: 0, to: sessions.count, by: CatalogReader.batch) {
            let part = sessions[start..<min(start + CatalogReader.batch, sessions.count)]
            try takeStored(
                """
                FROM json_each(?1) j CROSS JOIN session_answers t ON t.session = j.value
                JOIN session_changes c ON c.session = t.session AND c.rev = t.stamp
                WHERE t.form = ?2
                """,
                [CatalogReader.list(part.map(\.id)[...]), .integer(memo.form)],
                epoch,
                memo
            )
        }
    }

    private func takeStored(
        _ source: String,
        _ values: [SQLValue],
        _ epoch: Int64,
        _ memo: SessionMemo
    ) throws(OperatorError) {
        let all = try rows("SELECT t.session, t.stamp, t.answers \(source)", values) { row in
            SessionAnswers(
                session: row.int(0),
                stamp: row.int(1),
                form: memo.form,
                bytes: row.blob(2)
            )
        }
        for answers in all {
            guard let (parts, texts) = answers.unpack(count: memo.kept.count) else { continue }
            for (kept, part) in zip(memo.kept, parts) {
                let news = SessionMemo.News(
                    session: answers.session,
                    stamp: answers.stamp,
                    part: part
                )
                memo.remember(kept.name, epoch: epoch, [news], texts)
            }
        }
    }

    /// Remembers all that `session_answers` has.
    package func rememberStored() throws(OperatorError) {
        guard let memo, try keepsAnswers() else { return }
        try takeStored(
            """
            FROM session_answers t
            JOIN session_changes c ON c.session = t.session AND c.rev = t.stamp WHERE t.form = ?1
            """,
            [.integer(memo.form)],
            try epoch(),
            memo
        )
    }

    /// Whether there is the table for them: a catalog of an older version gets it when it is opened to be written.
    private func keepsAnswers() throws(OperatorError) -> Bool {
        try !rows("SELECT 1 FROM sqlite_schema WHERE name = 'session_answers'") { _ in true }
            .isEmpty
    }

    /// Asks all questions of the memo of sessions that `session_answers` lacks, at most a few dozen, those first that
    /// changed last, and none that is still written to.
    ///
    /// - Returns: what is to be written there; empty when it lacks none.
    package func unstoredAnswers() throws(OperatorError) -> [SessionAnswers] {
        guard let memo, try keepsAnswers() else { return [] }
        let epoch = try epoch()
        let sessions: [Candidate] = try rows(
            """
            SELECT c.session, c.rev FROM session_changes c
            LEFT JOIN session_answers t ON t.session = c.session AND t.stamp = c.rev AND t.form = ?1
            WHERE t.session IS NULL
                AND NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.session = c.session)
            ORDER BY c.rev DESC LIMIT \(CatalogReader.batch)
            """,
            [.integer(memo.form)]
        ) { (id: $0.int(0), stamp: $0.optionalInt(1)) }
        guard !sessions.isEmpty else { return [] }
        var parts = [[(part: SessionAnswers.Part, texts: [String])]](
            repeating: [],
            count: sessions.count
        )
        for kept in memo.kept {
            let (news, texts) = try found(kept.question, kept.isTimed, sessions[...])
            memo.remember(kept.name, epoch: epoch, news, texts)
            for (index, item) in news.enumerated() { parts[index].append((item.part, texts)) }
        }
        return zip(sessions, parts).map { session, parts in
            SessionAnswers(session: session.id, stamp: session.stamp ?? 0, form: memo.form, parts)
        }
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
