import Catalog
import Core
import Platform
import SQL

/// What is now: numbers, machines, files, and the stream.
extension Router {
    static var liveRoutes: [Route] {
        [
            .get("/api/live", .viewerAggregate, ["zone", "owner"], .live, live),
            .get("/api/live/machines", .viewerAggregate, ["owner"], .live, machines),
            .get("/api/live/files", .viewerAggregate, ["limit", "owner", "zone"], .live, files),
            Route(
                "GET",
                "/api/stream",
                .viewerAggregate,
                Parameters.query.union(["sessions", "after", "numbers"]),
                .live,
                answer: stream
            ),
        ]
    }

    /// Whose numbers are wanted, as far as they may be seen.
    private static func owner(_ context: RequestContext) throws(APIError) -> String? {
        guard let wanted = context.parameters["owner"] else { return context.identity.scope }
        guard context.identity.scope == nil || context.identity.scope == wanted else {
            throw .forbidden("these are somebody else's")
        }
        return wanted
    }

    private static func live(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let owner = try owner(context)
        let zone = try context.parameters.zone()
        let numbers = LiveNumbers(seams: context.site.seams, board: context.site.live.board)
        try context.reading { (catalog) throws(OperatorError) in
            try numbers.write(
                catalog,
                context.head,
                owner: owner,
                zone: zone,
                now: context.now,
                &json
            )
        }
    }

    private static func machines(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let owner = try owner(context)
        let facts = context.site.seams.receiver.facts()
        let activity = context.site.live.board.machines(
            owner,
            now: context.now.seconds,
            count: 60,
            step: 15
        )
        var counts: [String: [Int64]] = [:]
        for machine in activity { counts[machine.agent.identity] = machine.counts }
        let last = try context.rows(
            """
            SELECT a.identity, (SELECT MAX(changed) FROM files f WHERE f.agent = a.agent)
            FROM agents a
            """
        ) { ($0.text(0), $0.optionalTime(1)) }
        let lastByAgent = Dictionary(last, uniquingKeysWith: { first, _ in first })
        json.time("as_of", context.now)
        json.number("step_ms", 15_000)
        json.array("machines") { json in
            for agent in facts.agents where agent.revoked == nil {
                guard owner == nil || agent.owner == owner else { continue }
                let series =
                    counts[agent.id.description] ?? Array(repeating: 0, count: 60)
                json.object { json in
                    json.string("agent", agent.id.description)
                    json.string("name", agent.name)
                    json.string("owner", agent.owner)
                    json.bool("online", agent.isConnected)
                    json.time("last", lastByAgent[agent.id.description] ?? nil)
                    json.array("counts") { json in
                        for count in series { json.number(nil, count) }
                    }
                    json.number("messages", series.reduce(0, +))
                }
            }
        }
    }

    // MARK: Files

    private static func files(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let owner = try owner(context)
        let limit = try context.parameters.number("limit", or: 20, 1...500)
        let zone = try context.parameters.zone()
        let midnight = zone.start(ofDay: zone.day(of: context.now)).nanoseconds
        let hour = context.now.nanoseconds - 3_600_000_000_000
        var scope = Conditions("f.expired = 0")
        if let owner {
            scope.add("f.owner = (SELECT owner FROM owners WHERE name = ?)", [.text(owner)])
        }
        json.time("as_of", context.now)
        try context.forEach(
            """
            SELECT SUM(f.deleted = 0), SUM(f.deleted), SUM(f.held), SUM(f.changes),
                SUM(f.changed >= ?), SUM(f.changed >= ?)
            FROM files f \(scope.sql)
            """,
            [.integer(hour), .integer(midnight)] + scope.values
        ) { row in
            json.number("tracked", row.int(0))
            json.number("deleted", row.int(1))
            json.number("bytes", row.int(2))
            json.number("changes", row.int(3))
            json.number("changed_last_hour", row.int(4))
            json.number("changed_today", row.int(5))
        }
        try touched(context, owner, midnight, &json)
        let isAggregate = context.identity.role == .viewerAggregate
        try json.array("recent") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT f.file, f.generation, a.name, f.source, f.path, f.held, f.changes, f.changed,
                    f.held - f.parsed_offset
                FROM files f LEFT JOIN agents a ON a.agent = f.agent \(scope.sql)
                ORDER BY f.changed DESC, f.id LIMIT ?
                """,
                scope.values + [.integer(limit)]
            ) { row in
                json.object { json in
                    json.identifier("file", row.int(0))
                    json.number("generation", row.int(1))
                    json.string("machine", row.optionalText(2))
                    json.string("source", row.text(3))
                    json.string("path", isAggregate ? nil : row.text(4))
                    json.number("bytes", row.int(5))
                    json.number("changes", row.int(6))
                    json.time("last_change", row.optionalTime(7))
                    json.number("behind_bytes", max(0, row.int(8)))
                }
            }
        }
    }

    /// What the assistants did to files today.
    private static func touched(
        _ context: RequestContext,
        _ owner: String?,
        _ midnight: Int64,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var conditions = Conditions(
            "s.ended >= ? AND f.timestamp >= ?",
            [.integer(midnight), .integer(midnight)]
        )
        if let owner {
            conditions.add("s.owner = (SELECT owner FROM owners WHERE name = ?)", [.text(owner)])
        }
        try context.forEach(
            """
            SELECT COUNT(DISTINCT f.path), SUM(f.operation = 'read'), SUM(f.operation = 'write'),
                SUM(f.operation = 'edit'), SUM(f.operation = 'delete'), SUM(f.lines_added),
                SUM(f.lines_removed)
            FROM sessions s JOIN file_access f ON f.session = s.id \(conditions.sql)
            """,
            conditions.values
        ) { row in
            json.object("today") { json in
                json.number("files", row.int(0))
                json.number("reads", row.int(1))
                json.number("writes", row.int(2))
                json.number("edits", row.int(3))
                json.number("deletes", row.int(4))
                json.number("lines_added", row.int(5))
                json.number("lines_removed", row.int(6))
            }
        }
    }

    // MARK: The stream

    private static func stream(_ context: RequestContext) throws(APIError) -> HTTPResponse {
        var query: SearchQuery?
        if context.identity.role >= .viewerOwn {
            var asked = try context.parameters.query()
            if let session = context.parameters["sessions"] {
                asked.filter.terms.append(FilterTerm(.session, session))
            }
            let restricted = try context.restricted(asked)
            // What cannot be asked is said now, and not by a stream that never comes.
            _ = try context.reading { (catalog) throws(OperatorError) in
                try catalog.conditions(restricted.filter, .messages)
            }
            query = restricted
        }
        // What comes between this answer and the first look is on the stream too.
        var after = context.head.position
        let last = context.request.headers["last-event-id"].flatMap { StreamPosition($0) }
        let asked = try context.position("after")
        if let position = last ?? asked {
            after = StreamPosition(series: position.series ?? after.series, seq: position.seq)
        }
        let zone =
            context.parameters["zone"] == nil
            ? nil : try context.parameters.number("zone", or: 0, -1080...1080)
        let wish = LiveClient.Wish(
            query: query,
            hasNumbers: try context.parameters.flag("numbers") ?? true,
            owner: context.identity.scope,
            zone: zone,
            access: context.identity.access,
            expires: context.identity.expires,
            after: after
        )
        guard let feed = context.site.live.watch(wish) else { throw .busy }
        return HTTPResponse(
            200,
            [
                ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"),
                ("X-Accel-Buffering", "no"),
            ],
            .feed(feed)
        )
    }
}
