import Core
import SQL

extension CatalogReader {
    /// The sessions that the filter lets through, in its order.
    package func sessions(_ filter: SessionFilter) throws(OperatorError) -> [SessionSummary] {
        let conditions = try conditions(filter)
        let found = try rows(
            """
            \(SessionSummary.select) \(conditions.from(.sessions, and: [.agent, .owner]))
            \(conditions.sql) ORDER BY \(filter.order.sql) LIMIT ? OFFSET ?
            """,
            conditions.values + [.integer(Int64(filter.limit)), .integer(Int64(filter.offset))]
        ) { SessionSummary($0) }
        var sessions: [SessionSummary] = []
        for session in found { sessions.append(try complete(session)) }
        return sessions
    }

    /// How many sessions the filter lets through, whatever its limit.
    package func sessionCount(_ filter: SessionFilter) throws(OperatorError) -> Int64 {
        try sessionCount(try conditions(filter))
    }

    /// How many sessions meet the conditions.
    package func sessionCount(_ conditions: Conditions) throws(OperatorError) -> Int64 {
        try rows(
            "SELECT COUNT(*) FROM sessions s \(conditions.from(.sessions)) \(conditions.sql)",
            conditions.values
        ) { $0.int(0) }.first ?? 0
    }

    private func conditions(_ filter: SessionFilter) throws(OperatorError) -> Conditions {
        try listed(filter.query.filter, filter.query.words, withSubagents: filter.withSubagents)
    }

    /// The conditions of sessions that are listed, and counted wherever sessions are: words are of the title.
    package func listed(
        _ filter: RowFilter,
        _ words: SearchWords = SearchWords(),
        withSubagents: Bool = false
    ) throws(OperatorError) -> Conditions {
        var conditions = try conditions(filter, .sessions)
        // A session of which only its subagents tell has nothing to list.
        conditions.add("s.entries > 0 OR s.messages > 0", [], isNegated: false)
        if !withSubagents { conditions.add("s.lineage IS NOT 'subagent'") }
        for title in words.texts { conditions.add("s.title LIKE '%' || ? || '%'", [.text(title)]) }
        return conditions
    }

    /// The session that `text` is the beginning of: of the tool's identifier, or of the row's in hexadecimal;
    /// "last" is the one with the newest activity.
    ///
    /// - Throws: `.input` when there is none, or several.
    package func session(matching text: String) throws(OperatorError) -> SessionSummary {
        let candidates = try candidates(text)
        if candidates.count == 1 { return try complete(candidates[0]) }
        guard !candidates.isEmpty else {
            throw OperatorError(
                .input,
                "no session begins with \(TerminalText.line(text))",
                remedy: "tailship-receiver sessions lists them."
            )
        }
        let names = candidates.prefix(5).map {
            "\n    \(CatalogReader.hex($0.id))  \($0.session)  "
                + DisplayWidth.cut($0.title ?? "", to: 60)
        }
        throw OperatorError(
            .input,
            "several sessions begin with \(TerminalText.line(text))",
            remedy: "Give more of it: " + TerminalText.lines(names.joined())
                + (candidates.count > 5 ? "\n    …" : "")
        )
    }

    private func candidates(_ text: String) throws(OperatorError) -> [SessionSummary] {
        guard !text.isEmpty else { return [] }
        if text == "last" {
            var newest = SessionFilter()
            newest.limit = 1
            return try sessions(newest)
        }
        let exact = try rows(
            "\(SessionSummary.joined) WHERE s.session = ?",
            [.text(text)]
        ) { SessionSummary($0) }
        if !exact.isEmpty { return exact }
        let named = try rows(
            """
            \(SessionSummary.joined) WHERE s.session >= ?1 AND s.session < ?1 || char(1114111)
            ORDER BY s.lineage IS 'subagent', s.ended DESC LIMIT 1000
            """,
            [.text(text)]
        ) { SessionSummary($0) }
        let main = named.filter { !$0.isSubagent }
        if !main.isEmpty { return main }
        if !named.isEmpty { return named }
        guard text.count <= 16, let prefix = UInt64(text, radix: 16) else { return [] }
        let bits = UInt64(64 - 4 * text.count)
        let first = prefix << bits
        let last = first | (bits == 0 ? 0 : (1 << bits) - 1)
        return try rows(
            "\(SessionSummary.joined) WHERE s.id BETWEEN ? AND ? LIMIT 100",
            [.integer(Int64(bitPattern: first)), .integer(Int64(bitPattern: last))]
        ) { SessionSummary($0) }
    }

    /// The subagents of a session, without theirs, in the order of their start.
    package func subagents(of session: Int64) throws(OperatorError) -> [SessionSummary] {
        let found = try rows(
            """
            \(SessionSummary.joined) WHERE s.parent = ? AND s.lineage = 'subagent'
            ORDER BY s.started, s.id
            """,
            [.integer(session)]
        ) { SessionSummary($0) }
        var sessions: [SessionSummary] = []
        for session in found { sessions.append(try complete(session)) }
        return sessions
    }

    /// The session and all subagents below it, each behind the one that called it.
    package func family(of session: SessionSummary) throws(OperatorError) -> [SessionSummary] {
        var family = [session]
        var known: Set<Int64> = [session.id]
        var waiting = try subagents(of: session.id).reversed() as [SessionSummary]
        while let next = waiting.popLast() {
            guard known.insert(next.id).inserted else { continue }
            family.append(next)
            waiting += try subagents(of: next.id).reversed()
        }
        return family
    }

    /// Adds what the subagents used, and the short identifier.
    private func complete(_ session: SessionSummary) throws(OperatorError) -> SessionSummary {
        var session = session
        let sums = try rows(
            """
            WITH RECURSIVE tree(id) AS (
                SELECT ?1
                UNION
                SELECT s.id FROM sessions s JOIN tree ON s.parent = tree.id
                WHERE s.lineage = 'subagent'
            )
            SELECT SUM(input_tokens + output_tokens + cache_write_tokens + cache_read_tokens),
                SUM(cost), SUM(unpriced)
            FROM sessions WHERE id IN (SELECT id FROM tree)
            """,
            [.integer(session.id)]
        ) { ($0.int(0), $0.int(1), $0.int(2)) }
        if let sum = sums.first { (session.tokens, session.cost, session.unpriced) = sum }
        session.short = try short(session)
        return session
    }

    /// Short identifier and title of a session, of a subagent without one its caller's; nil for an unknown one.
    func name(ofSession id: Int64) throws(OperatorError) -> (short: String, title: String?)? {
        let found = try rows("\(SessionSummary.joined) WHERE s.id = ?", [.integer(id)]) {
            SessionSummary($0)
        }
        guard let session = found.first else { return nil }
        var title = session.title
        if title == nil, session.isSubagent, let parent = session.parent {
            let titles = try rows("SELECT title FROM sessions WHERE id = ?", [.integer(parent)]) {
                $0.optionalText(0)
            }
            title = titles.first.flatMap { $0 }.map { "subagent of: " + $0 }
        }
        return (try short(session), title)
    }

    private func short(_ session: SessionSummary) throws(OperatorError) -> String {
        let hex = CatalogReader.hex(session.id)
        guard !session.isSubagent else { return String(hex.prefix(12)) }
        // Identifiers that begin with a time have their difference further behind.
        for length in [8, 13, 18, 23, 36] where length < session.session.count {
            let prefix = String(session.session.prefix(length))
            let others = try rows(
                """
                SELECT 1 FROM sessions
                WHERE session >= ?1 AND session < ?1 || char(1114111) AND id <> ?2
                    AND lineage IS NOT 'subagent' LIMIT 1
                """,
                [.text(prefix), .integer(session.id)]
            ) { _ in true }
            if others.isEmpty { return prefix }
        }
        let same = try rows(
            "SELECT COUNT(*) FROM sessions WHERE session = ?",
            [.text(session.session)]
        ) { $0.int(0) }
        return same == [1] ? session.session : hex
    }

    /// A row's identifier for people and programs: sixteen hexadecimal digits.
    package static func hex(_ id: Int64) -> String { Hex.encode(UInt64(bitPattern: id)) }
}
