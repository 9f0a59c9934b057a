import Catalog
import Core
import SQL

/// The agents: what each shipped, what is verified, and what is at risk.
extension Router {
    static var fleetRoutes: [Route] {
        [
            .get("/api/fleet", .viewerAggregate, [], .live) { context, json throws(APIError) in
                try FleetReport(context).write(&json)
            },
            .get(
                "/api/fleet/{agent}/files",
                .viewerOwn,
                Parameters.page.union(["state"]),
                .catalog,
                agentFiles
            ),
            .change("POST", "/api/fleet/tokens", .admin, joinToken),
            .change("POST", "/api/fleet/{agent}/revoke", .admin, revokeAgent),
        ]
    }

    private static let states: [String: String] = [
        "verified": "f.digest_state = 'verified'", "unverified": "f.digest_state = 'unverified'",
        "mismatch": "f.digest_state = 'mismatch'", "behind": "f.parsed_offset < f.held",
        "deleted": "f.deleted = 1",
    ]

    private static func agentFiles(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let limit = try context.parameters.number("limit", or: 100, 1...500)
        let known = context.agents(context.site.seams.receiver.facts())
        let name = context.segment("agent")
        guard known.contains(where: { $0.name == name || $0.id.description == name }) else {
            throw .missing(
                "there is no agent \(TerminalText.line(name))",
                remedy: "GET /api/fleet lists them."
            )
        }
        var conditions = Conditions("f.expired = 0")
        conditions.add(
            "f.agent = (SELECT agent FROM agents WHERE identity = ?1 OR name = ?1)",
            [.text(name)]
        )
        conditions.add(context.scope("f.owner"))
        if let wanted = context.parameters["state"] {
            guard let state = states[wanted] else {
                throw .usage("state is one of \(states.keys.sorted().joined(separator: ", "))")
            }
            conditions.add(state)
        }
        if let text = context.parameters["cursor"] {
            conditions.add(
                "(f.changed, f.id) < (?, ?)",
                try Cursor(text, "a").numbers(2).map { .integer($0) }
            )
        }
        let all = try context.rows(
            """
            SELECT f.file, f.generation, f.source, f.path, f.held, f.parsed_offset,
                f.digest_state, f.deleted, f.closed, f.changes, f.began, f.changed, f.entries,
                f.malformed, f.recovered, f.unknown, f.id
            FROM files f \(conditions.sql) ORDER BY f.changed DESC, f.id DESC LIMIT ?
            """,
            conditions.values + [.integer(limit + 1)]
        ) { row -> ([UInt8], [Int64]) in
            var json = JSONBuffer(capacity: 500)
            json.object { describe(row, &$0) }
            return (json.bytes, [row.int(11), row.int(16)])
        }
        let shown = all.prefix(Int(limit))
        json.array("files") { json in for file in shown { json.raw(nil, file.0) } }
        let last = all.count > shown.count ? shown.last : nil
        json.string("next", last.map { Cursor("a", $0.1).text })
    }

    private static func describe(_ row: Statement, _ json: inout JSONBuffer) {
        json.identifier("file", row.int(0))
        json.number("generation", row.int(1))
        json.string("source", row.text(2))
        json.string("path", row.text(3))
        json.number("bytes", row.int(4))
        json.number("parsed", row.int(5))
        json.string("digest", row.text(6))
        json.bool("deleted", row.bool(7))
        json.bool("closed", row.bool(8))
        json.number("changes", row.int(9))
        json.time("began", row.optionalTime(10))
        json.time("changed", row.optionalTime(11))
        json.number("entries", row.int(12))
        json.number("malformed", row.int(13))
        json.number("recovered", row.int(14))
        json.number("unknown", row.int(15))
    }

    // MARK: Enrolling and revoking

    private static func joinToken(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let body = try RequestBody(context.request)
        guard let owner = try body.text("owner"), owner.utf8.count <= 200 else {
            throw .usage("owner is missing: whose agent will it be?")
        }
        let seconds = try body.number("valid_seconds")
        if let seconds, !(60...2_592_000).contains(seconds) {
            throw .usage("valid_seconds is 60 to 2592000 (30 days)")
        }
        let made = try operating { () throws(OperatorError) in
            try context.site.seams.receiver.makeToken(
                owner: owner,
                valid: seconds.map { .seconds($0) },
                by: context.identity.name
            )
        }
        json.string("token", made.token)
        json.string("command", made.command)
        json.time("expires", made.expires)
    }

    private static func revokeAgent(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        guard let agent = AgentID(context.segment("agent")) else {
            throw .missing("there is no such agent")
        }
        let isGone = try operating { () throws(OperatorError) in
            try context.site.seams.receiver.revoke(agent, by: context.identity.name)
        }
        guard isGone else { throw .missing("there is no such agent") }
        json.bool("revoked", true)
    }
}
