import Catalog
import Core

/// Consumers: how each is, and what can be done to it.
extension Router {
    static var consumerRoutes: [Route] {
        let actions:
            [(String, @Sendable (RequestBody, RequestContext) throws(APIError) -> ConsumerAction)] =
                [
                    ("pause", { _, _ in .pause }),
                    ("resume", { _, _ in .resume }),
                    (
                        "rewind",
                        { (body, context) throws(APIError) in .rewind(try position(body, context)) }
                    ),
                    (
                        "skip",
                        { (body, _) throws(APIError) in .skip(row: try row(try body.text("id"))) }
                    ),
                    (
                        "replay",
                        { (body, _) throws(APIError) in
                            var rows: [Int64] = []
                            for id in try body.texts("ids") ?? [] { rows.append(try row(id)) }
                            return .replay(rows)
                        }
                    ),
                ]
        return [
            .get("/api/consumers", .viewerAggregate, [], .live, consumers),
            .get(
                "/api/consumers/{name}/dead-letters",
                .admin,
                Parameters.page,
                .live,
                deadLetters
            ),
        ]
            + actions.map { name, action in
                .change("POST", "/api/consumers/{name}/\(name)", .admin) {
                    context,
                    json throws(APIError) in
                    try perform(action, context, &json)
                }
            }
    }

    private static func consumers(_ context: RequestContext, _ json: inout JSONBuffer) {
        let isAggregate = context.identity.role == .viewerAggregate
        json.array("consumers") { json in
            for consumer in context.site.seams.consumers.consumers() {
                json.object { describe(consumer, isAggregate, &$0) }
            }
        }
        json.object("head") { json in
            json.string("epoch", context.head.epoch)
            json.number("rev", context.head.rev)
        }
    }

    private static func describe(
        _ consumer: ConsumerFacts,
        _ isAggregate: Bool,
        _ json: inout JSONBuffer
    ) {
        json.string("name", consumer.name)
        json.string("backend", consumer.backend)
        json.string("server", isAggregate ? nil : consumer.server)
        json.string("delivery", consumer.delivery)
        json.string("from", consumer.from)
        json.string("filter", consumer.filter)
        json.string("redact", consumer.redact)
        json.string("state", consumer.state.rawValue)
        json.string("epoch", consumer.epoch)
        json.number("rev", consumer.rev)
        json.object("lag") { json in
            json.number("rows", consumer.lagRows)
            json.number("bytes", consumer.lagBytes)
            json.number("seconds", consumer.lagSeconds)
        }
        json.number("rows_per_second", consumer.rowsPerSecond)
        let eta =
            consumer.rowsPerSecond > 0
            ? Int64(Double(consumer.lagRows) / consumer.rowsPerSecond) : Int64?.none
        json.number("eta_seconds", consumer.lagRows == 0 ? 0 : eta)
        json.number("delivered", consumer.delivered)
        json.number("retries", consumer.retries)
        json.number("dead_letters", consumer.deadLetters)
        if let error = consumer.lastError {
            json.object("last_error") { json in
                json.time("at", consumer.lastErrorAt)
                json.string("text", isAggregate ? nil : error)
            }
        } else {
            json.null("last_error")
        }
        json.time("next_attempt", consumer.nextAttempt)
        json.array("window") { json in
            for commit in consumer.window {
                json.object { json in
                    json.time("at", commit.at)
                    json.number("rev", commit.rev)
                    json.number("lag", commit.lag)
                }
            }
        }
    }

    private static func deadLetters(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let limit = Int(try context.parameters.number("limit", or: 50, 1...500))
        let before = try context.parameters["cursor"].map { (text) throws(APIError) in
            try Cursor(text, "d").numbers(1)[0]
        }
        let rows = try operating { () throws(OperatorError) in
            try context.site.seams.consumers.deadLetters(
                of: context.segment("name"),
                before: before,
                limit: limit + 1
            )
        }
        json.array("rows") { json in
            for row in rows.prefix(limit) {
                json.object { json in
                    json.identifier("id", row.id)
                    json.time("at", row.at)
                    json.string("table", row.table)
                    json.identifier("row", row.row)
                    json.number("rev", row.rev)
                    json.string("text", row.text)
                    json.number("attempts", row.attempts)
                }
            }
        }
        let last = rows.count > limit ? rows.prefix(limit).last : nil
        json.string("next", last.map { Cursor("d", [$0.id]).text })
    }

    // MARK: Actions

    private static func perform(
        _ action: (RequestBody, RequestContext) throws(APIError) -> ConsumerAction,
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let body = try RequestBody(context.request)
        let isDryRun = try body.flag("dry_run")
        let wanted = try action(body, context)
        let outcome = try operating { () throws(OperatorError) in
            try context.site.seams.consumers.perform(
                wanted,
                on: context.segment("name"),
                isDryRun: isDryRun,
                by: context.identity.name
            )
        }
        json.bool("dry_run", isDryRun)
        json.number("rows", outcome.rows)
        json.number("from_rev", outcome.fromRev)
        json.number("to_rev", outcome.toRev)
        json.string("effect", outcome.effect)
    }

    private static func position(
        _ body: RequestBody,
        _ context: RequestContext
    ) throws(APIError) -> ConsumerPosition {
        let to = body.members["to"]
        if to?.text == "beginning" { return .beginning }
        if let rev = to?["rev"]?.number, let number = Int64(exactly: rev), number >= 0 {
            return .rev(number)
        }
        if let text = to?["time"]?.text {
            guard let time = WallTime(iso8601: text) else {
                throw .usage("to.time is no time", remedy: "For example 2026-11-21T06:30:00Z")
            }
            return .time(time)
        }
        if let text = to?["session"]?.text { return .session(try context.session(text)) }
        throw .usage(
            "to is \"beginning\", {\"rev\": …}, {\"time\": …} or {\"session\": …}"
        )
    }

    private static func row(_ text: String?) throws(APIError) -> Int64 {
        guard let text, text.utf8.count == 16, let number = UInt64(text, radix: 16) else {
            throw .usage("id is sixteen hexadecimal digits")
        }
        return Int64(bitPattern: number)
    }
}
