import Core
import Platform

/// Who asks, logging in and out, and who may.
extension Router {
    static var accessRoutes: [Route] {
        [
            .get("/api/me", nil, [], .memory) { context, json in
                describe(context.isKnown ? context.identity : nil, context, &json)
            },
            Route("POST", "/api/login", nil, [], .live, answer: login),
            Route("POST", "/api/logout", nil, [], .live, answer: logout),
            .get("/api/access", .admin, [], .live) { context, json in
                json.array("access") { json in
                    for record in context.site.access.book?.all ?? [] {
                        json.object { describe(record, &$0) }
                    }
                }
            },
            .change("POST", "/api/access", .admin, makeAccess),
            .change("DELETE", "/api/access/{id}", .admin) { context, _ throws(APIError) in
                let isGone = try operating { () throws(OperatorError) in
                    try context.site.access.book?.revoke(context.segment("id")) ?? false
                }
                guard isGone else { throw .missing("there is no such login") }
            },
            .get("/api/audit", .admin, Parameters.page, .live, audit),
        ]
    }

    /// Does what may fail as the operator's errors do.
    static func operating<Value>(
        _ body: () throws(OperatorError) -> Value
    ) throws(APIError) -> Value {
        do throws(OperatorError) { return try body() } catch { throw APIError(error) }
    }

    private static func describe(
        _ identity: Identity?,
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) {
        let options = context.site.options
        json.string("role", identity?.role.rawValue)
        json.string("owner", identity?.owner)
        json.string("name", identity?.name)
        json.bool("open", context.site.access.book == nil)
        json.time("expires", identity?.expires)
        json.string("version", options.version)
        json.string("receiver", options.name)
        json.number("zone_minutes", LocalZone.current.offset(context.now).seconds / 60)
    }

    private static func describe(_ record: AccessRecord, _ json: inout JSONBuffer) {
        json.string("id", record.id)
        json.string("kind", record.kind.rawValue)
        json.string("role", record.role.rawValue)
        json.string("owner", record.owner)
        json.string("name", record.name)
        json.time("created", record.created)
        json.time("expires", record.expires)
        json.time("used", record.used)
    }

    // MARK: Logging in and out

    private static func login(_ context: RequestContext) throws(APIError) -> HTTPResponse {
        guard let book = context.site.access.book else {
            throw APIError(409, "conflict", "everything is open here; there is no login")
        }
        let client = context.request.client
        let limiter = context.site.limiter
        guard limiter.mayTry(client, now: Clock.monotonic()) else {
            throw APIError(
                429,
                "rate",
                "too many logins failed",
                remedy: "Wait a minute, then use a new link."
            )
        }
        let body = try RequestBody(context.request)
        let token = try body.text("token") ?? ""
        let made = try operating { () throws(OperatorError) in
            try book.redeem(token, now: context.now)
        }
        guard let made else {
            limiter.failed(client, now: Clock.monotonic())
            throw APIError(
                401,
                "login",
                "this link is not good, or good no more",
                remedy: "tailship-receiver login prints a new one."
            )
        }
        var json = JSONBuffer()
        json.object { describe(made.identity, context, &$0) }
        var response = HTTPResponse.json(json)
        let seconds = (made.identity.expires ?? context.now).seconds - context.now.seconds
        response.set(
            "Set-Cookie",
            context.site.access.setCookie(made.token.text, seconds: max(0, seconds))
        )
        return response
    }

    private static func logout(_ context: RequestContext) throws(APIError) -> HTTPResponse {
        if context.isKnown, let access = context.identity.access {
            _ = try operating { () throws(OperatorError) in
                try context.site.access.book?.revoke(access)
            }
        }
        var response = HTTPResponse.json(JSONBuffer.empty)
        response.set("Set-Cookie", context.site.access.setCookie("", seconds: 0))
        return response
    }

    // MARK: For admins

    private static func makeAccess(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        guard let book = context.site.access.book else {
            throw APIError(409, "conflict", "everything is open here; there are no logins")
        }
        let body = try RequestBody(context.request)
        guard let role = Role(rawValue: try body.text("role") ?? "viewer-own") else {
            throw .usage("role is one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let kind: AccessRecord.Kind
        switch try body.text("kind") ?? "link" {
        case "link": kind = .link
        case "bearer": kind = .bearer
        default: throw .usage("kind is link or bearer")
        }
        let owner = try body.text("owner")
        let name = try body.text("name") ?? owner ?? ""
        let valid = try body.number("valid_seconds") ?? 30 * 86_400
        let made = try operating { () throws(OperatorError) in
            try book.make(
                kind,
                role: role,
                owner: owner,
                name: String(name.prefix(200)),
                valid: .seconds(valid),
                now: context.now
            )
        }
        json.string("id", made.record.id)
        json.string("token", made.token.text)
        let scheme = context.site.access.isSecure ? "https" : "http"
        let host = context.request.headers["host"] ?? "localhost"
        json.string("link", kind == .link ? "\(scheme)://\(host)/login#\(made.token.text)" : nil)
        json.time("expires", made.record.expires)
    }

    private static func audit(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let limit = Int(try context.parameters.number("limit", or: 100, 1...500))
        let before = try context.parameters["cursor"].map { (text) throws(APIError) in
            try Cursor(text, "a").numbers(1)[0]
        }
        let rows = try operating { () throws(OperatorError) in
            try context.site.seams.notebook.audit(before: before, limit: limit + 1)
        }
        json.array("rows") { json in
            for row in rows.prefix(limit) {
                json.object { json in
                    json.time("at", row.at)
                    json.string("action", row.action)
                    json.string("detail", row.detail)
                }
            }
        }
        let last = rows.count > limit ? rows.prefix(limit).last : nil
        json.string("next", last.map { Cursor("a", [$0.row]).text })
    }
}
