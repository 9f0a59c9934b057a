import SQL

/// Finds sessions with the subagents that they called, whatever the tool names them.
struct SessionFamily {
    private let database: Connection

    init(_ database: Connection) { self.database = database }

    /// The rows of these sessions and of all below them, in no order.
    func sessions(of names: Set<SessionName>) throws(SQLError) -> [Int64] {
        let named = try database.prepare(
            """
            SELECT s.id FROM sessions s JOIN owners o ON o.owner = s.owner
            WHERE s.session = ?1 AND o.name = ?2 AND s.tool = ?3
            UNION
            SELECT s.id FROM sessions s JOIN owners o ON o.owner = s.owner
            WHERE s.session >= ?1 || '/' AND s.session < ?1 || '0' AND o.name = ?2 AND s.tool = ?3
            """
        )
        var found: Set<Int64> = []
        for name in names.sorted() {
            found.formUnion(try named.all(name.session, name.owner, name.tool) { $0.int(0) })
        }
        return try descendants(of: found).sorted()
    }

    /// The sessions and their subagents.
    func descendants(of sessions: Set<Int64>) throws(SQLError) -> Set<Int64> {
        let children = try database.prepare(
            "SELECT id FROM sessions WHERE parent = ? AND lineage = 'subagent'"
        )
        var found = sessions
        var next = sessions.sorted()
        while let session = next.popLast() {
            for child in try children.all(session, row: { $0.int(0) })
            where found.insert(child).inserted {
                next.append(child)
            }
        }
        return found
    }

    /// What a session is called; nil for an unknown one.
    func name(of session: Int64) throws(SQLError) -> SessionName? {
        try database.prepare(
            """
            SELECT o.name, s.tool, s.session FROM sessions s JOIN owners o ON o.owner = s.owner
            WHERE s.id = ?
            """
        ).first(session) {
            SessionName(owner: $0.text(0), tool: $0.text(1), session: $0.text(2))
        }
    }

    /// The session, those that called it, and those that they called.
    func ancestors(of session: Int64) throws(SQLError) -> Set<Int64> {
        let parent = try database.prepare(
            "SELECT parent FROM sessions WHERE id = ? AND lineage = 'subagent' AND parent IS NOT NULL"
        )
        var found: Set<Int64> = [session]
        var current = session
        while let above = try parent.first(current, row: { $0.int(0) }),
            found.insert(above).inserted
        {
            current = above
        }
        return found
    }
}
