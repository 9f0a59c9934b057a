import Catalog
import Core
import SQL

extension Registry {
    /// What was ordered and done so far.
    func lifecycle() throws(OperatorError) -> LifecycleOrders {
        try perform { () throws(SQLError) in
            var orders = LifecycleOrders()
            try database.prepare("SELECT owner, tool, session, done FROM erasures").query {
                let name = Registry.name($0)
                orders.erased.insert(name)
                if $0.isNull(3) { orders.pending.insert(name) }
            }
            orders.held = Set(
                try database.prepare("SELECT owner, tool, session FROM holds").all(
                    row: Registry.name
                )
            )
            try database.prepare("SELECT name, cutoff FROM retention").query {
                guard let table = AgingTable(rawValue: $0.text(0)) else { return }
                orders.cutoffs[table] = WallTime(nanoseconds: $0.int(1))
            }
            return orders
        }
    }

    private static func name(_ row: Statement) -> SessionName {
        SessionName(owner: row.text(0), tool: row.text(1), session: row.text(2))
    }

    // MARK: Erasure

    /// Orders that sessions be erased; a running receiver is to be told.
    ///
    /// - Parameters:
    ///   - names: the session and its subagents.
    ///   - above: the sessions that called it, whose hold keeps it too.
    ///   - person: who ordered it.
    ///   - time: now.
    /// - Throws: `.input` when one of them is held; nothing is ordered then.
    func erase(
        _ names: [SessionName],
        below above: [SessionName],
        by person: String,
        at time: WallTime
    ) throws(OperatorError) {
        try database.transaction { () throws(OperatorError) in
            let holds = try holds()
            if let hold = holds.first(where: { hold in
                (names + above).contains { Registry.covers(hold.session, $0) }
            }) {
                throw OperatorError(
                    .input,
                    "\(hold.session.session) is under legal hold since \(hold.since.iso8601)"
                        + (hold.reason.isEmpty ? "" : " (\(hold.reason))") + ": nothing is erased",
                    remedy: "tailship-receiver hold \(hold.session.session) --release lifts it."
                )
            }
            for name in names {
                try run(
                    """
                    INSERT INTO erasures (owner, tool, session, ordered) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET done = NULL
                    """,
                    name.owner,
                    name.tool,
                    name.session,
                    time.nanoseconds
                )
            }
            try audit("erasure ordered", Registry.words(names) + " by \(person)", at: time)
        }
    }

    /// Notes that nothing of the sessions is left in archive and rows.
    func erased(
        _ names: Set<SessionName>,
        _ detail: String,
        at time: WallTime
    ) throws(OperatorError) {
        try database.transaction { () throws(OperatorError) in
            for name in names {
                try run(
                    "UPDATE erasures SET done = ? WHERE owner = ? AND tool = ? AND session = ?",
                    time.nanoseconds,
                    name.owner,
                    name.tool,
                    name.session
                )
            }
            try audit("erased", Registry.words(names.sorted()) + ": " + detail, at: time)
        }
    }

    /// Whether nothing of the sessions waits to be erased.
    func isErased(_ names: [SessionName]) throws(OperatorError) -> Bool {
        try lifecycle().pending.isDisjoint(with: names)
    }

    // MARK: Legal hold

    /// All legal holds.
    func holds() throws(OperatorError) -> [SessionHold] {
        try perform { () throws(SQLError) in
            try database.prepare("SELECT owner, tool, session, since, reason FROM holds").all {
                SessionHold(
                    session: Registry.name($0),
                    since: WallTime(nanoseconds: $0.int(3)),
                    reason: $0.text(4)
                )
            }
        }
    }

    /// Whether a hold on one session is one on the other, too.
    static func covers(_ held: SessionName, _ name: SessionName) -> Bool {
        held.owner == name.owner && held.tool == name.tool
            && (held.session == name.session || name.session.hasPrefix(held.session + "/"))
    }

    /// Puts a session under legal hold; one that is keeps its time and gets the new reason.
    ///
    /// - Throws: `.input` when its erasure was ordered before.
    func hold(
        _ name: SessionName,
        reason: String,
        by person: String,
        at time: WallTime
    ) throws(OperatorError) {
        try database.transaction { () throws(OperatorError) in
            guard try !lifecycle().erased.contains(name) else {
                throw OperatorError(.input, "the erasure of \(name.session) was ordered before")
            }
            try run(
                """
                INSERT INTO holds (owner, tool, session, since, reason) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET reason = excluded.reason
                """,
                name.owner,
                name.tool,
                name.session,
                time.nanoseconds,
                reason
            )
            let words = reason.isEmpty ? "" : ": " + reason
            try audit("hold", Registry.words([name]) + " by \(person)" + words, at: time)
        }
    }

    /// Lifts a legal hold; false when there was none.
    func release(
        _ name: SessionName,
        reason: String,
        by person: String,
        at time: WallTime
    ) throws(OperatorError) -> Bool {
        try database.transaction { () throws(OperatorError) in
            try run(
                "DELETE FROM holds WHERE owner = ? AND tool = ? AND session = ?",
                name.owner,
                name.tool,
                name.session
            )
            guard database.changes > 0 else { return false }
            let words = reason.isEmpty ? "" : ": " + reason
            try audit("hold released", Registry.words([name]) + " by \(person)" + words, at: time)
            return true
        }
    }

    // MARK: Retention

    /// Notes before which times rows are retired from now on, and what went.
    func retired(
        _ cutoffs: [AgingTable: WallTime],
        _ detail: String,
        at time: WallTime
    ) throws(OperatorError) {
        try database.transaction { () throws(OperatorError) in
            for (table, cutoff) in cutoffs {
                try run(
                    """
                    INSERT INTO retention (name, cutoff) VALUES (?, ?)
                    ON CONFLICT DO UPDATE SET cutoff = max(cutoff, excluded.cutoff)
                    """,
                    table.rawValue,
                    cutoff.nanoseconds
                )
            }
            if !detail.isEmpty { try audit("retention", detail, at: time) }
        }
    }

    private static func words(_ names: [SessionName]) -> String {
        guard let first = names.first else { return "nothing" }
        let more = names.count > 1 ? " and \(names.count - 1) subagents" : ""
        return "\(first.tool) \(first.session) of \(first.owner)\(more)"
    }
}
