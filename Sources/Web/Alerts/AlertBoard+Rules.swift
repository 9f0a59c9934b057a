import Catalog
import Core
import SQL

extension AlertBoard {
    private static let day: Int64 = 86_400_000_000_000

    /// Why a rule holds, of what may be seen; nil when it does not.
    func cause(_ rule: AlertRule) throws(APIError) -> AlertCause? {
        switch rule.kind {
        case .cost: try cost(rule)
        case .budget: try budget(rule)
        case .silence: silence(rule)
        case .lag: lag(rule)
        case .finding: try finding(rule)
        case .parseFailures: try parseFailures(rule)
        case .toolVersion: try toolVersion()
        case .disk:
            Double(facts.diskAvailable) <= rule.threshold
                ? AlertCause("\(ByteCount.text(facts.diskAvailable)) are free on the disk") : nil
        }
    }

    /// The day that it is now, which a rule of days is about.
    private var today: Set<String> { ["day \(meter.zone.day(of: context.now))"] }

    private func cost(_ rule: AlertRule) throws(APIError) -> AlertCause? {
        let terms = ["project", "owner", "model"].compactMap { name in
            rule.scope[name].flatMap { value in
                FilterField(rawValue: name).map { FilterTerm($0, value) }
            }
        }
        let since = BudgetPeriod.day.bounds(at: context.now, meter.zone).start
        let spent = try meter.sum(terms, since: since).cost
        return Double(spent) > rule.threshold * 1_000_000
            ? AlertCause("\(spent / 1_000_000) dollars were spent today", today) : nil
    }

    /// Budgets that are used up to a share (80 % unless it is told), by name or all.
    private func budget(_ rule: AlertRule) throws(APIError) -> AlertCause? {
        let share = rule.threshold > 0 ? rule.threshold : 0.8
        var words: [String] = []
        var subjects: Set<String> = []
        for budget in try SettingsBook(context.site).budgets() {
            if let wanted = rule.scope["budget"], wanted != budget.id, wanted != budget.name {
                continue
            }
            guard let state = try meter.state(of: budget), state.share >= share else { continue }
            words.append("\(budget.name) is used to \(Int((state.share * 100).rounded())) %")
            let start = budget.period.bounds(at: context.now, meter.zone).start
            subjects.insert("\(budget.id) \(start.seconds)")
        }
        return words.isEmpty ? nil : AlertCause(words.joined(separator: ", "), subjects)
    }

    private func silence(_ rule: AlertRule) -> AlertCause? {
        let silent = context.agents(facts).filter { agent in
            guard agent.revoked == nil, !agent.isConnected,
                rule.scope["agent"].map({ $0 == agent.name }) ?? true,
                rule.scope["owner"].map({ $0 == agent.owner }) ?? true
            else { return false }
            let seen = agent.seen ?? agent.enrolled
            return Double((context.now - seen).milliseconds) / 60_000 > rule.threshold
        }.map(\.name)
        return silent.isEmpty
            ? nil
            : AlertCause("nothing is heard of \(silent.joined(separator: ", "))", Set(silent))
    }

    private func lag(_ rule: AlertRule) -> AlertCause? {
        let late = context.site.seams.consumers.consumers().filter { consumer in
            Double(consumer.lagSeconds) > rule.threshold
                && rule.scope["consumer"].map { $0 == consumer.name } ?? true
        }.map(\.name)
        return late.isEmpty
            ? nil : AlertCause("\(late.joined(separator: ", ")) is behind", Set(late))
    }

    /// So many findings of a severity or a worse one in 24 hours, those left out that somebody has looked at.
    private func finding(_ rule: AlertRule) throws(APIError) -> AlertCause? {
        let notes = try Router.operating { () throws(OperatorError) in
            try context.site.seams.notebook.findingNotes()
        }
        var conditions = Conditions(
            "timestamp >= ? AND id NOT IN (SELECT value FROM json_each(?))",
            [
                .integer(context.now.nanoseconds - AlertBoard.day),
                .text("[\(notes.keys.map { String($0) }.joined(separator: ","))]"),
            ]
        )
        if let severity = rule.scope["severity"] {
            let all = ["critical", "high", "medium", "low"]
            let worse = all.prefix { $0 != severity } + [severity]
            conditions.add(
                "severity IN (SELECT value FROM json_each(?))",
                [
                    .text(
                        "[\(worse.filter { all.contains($0) }.map { "\"\($0)\"" }.joined(separator: ","))]"
                    )
                ]
            )
        }
        conditions.add(context.scope("owner"))
        let found = try context.rows(
            "SELECT COUNT(*), MAX(entry) FROM findings \(conditions.sql)",
            conditions.values
        ) { ($0.int(0), $0.int(1)) }.first
        guard let found, Double(found.0) >= max(1, rule.threshold) else { return nil }
        return AlertCause("\(found.0) findings in 24 hours", ["entry \(found.1)"])
    }

    private func parseFailures(_ rule: AlertRule) throws(APIError) -> AlertCause? {
        var conditions = Conditions(
            "changed >= ?",
            [.integer(context.now.nanoseconds - AlertBoard.day)]
        )
        conditions.add(context.scope("owner"))
        let counts =
            try context.rows(
                "SELECT SUM(entries), SUM(malformed + unknown) FROM files \(conditions.sql)",
                conditions.values
            ) { ($0.int(0), $0.int(1)) }.first ?? (0, 0)
        guard counts.0 > 0, Double(counts.1) / Double(counts.0) > rule.threshold else {
            return nil
        }
        return AlertCause(
            "\(counts.1) of \(counts.0) records of today's files could not be read",
            today
        )
    }

    /// A version that no session had before the last day.
    private func toolVersion() throws(APIError) -> AlertCause? {
        let since = context.now.nanoseconds - AlertBoard.day
        var conditions = Conditions("s.ended >= ?1 AND s.version IS NOT NULL", [.integer(since)])
        conditions.add(
            """
            NOT EXISTS (SELECT 1 FROM sessions o WHERE o.ended < ?1 AND o.tool = s.tool
                AND o.version = s.version)
            """
        )
        conditions.add(context.scope("s.owner"))
        let versions = try context.rows(
            """
            SELECT DISTINCT s.tool || ' ' || substr(s.version, 1, 100) FROM sessions s
            \(conditions.sql) ORDER BY 1 LIMIT 5
            """,
            conditions.values
        ) { TerminalText.line($0.text(0)) }
        return versions.isEmpty
            ? nil : AlertCause("new: \(versions.joined(separator: ", "))", Set(versions))
    }
}
