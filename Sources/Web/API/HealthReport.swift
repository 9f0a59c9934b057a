import Core
import Platform

/// Whether what agents ship arrives as rows, from end to end.
struct HealthReport {
    /// How long something may wait while nothing moves.
    private static let patience = Duration.seconds(120)
    /// The same before it is worth a word.
    private static let notable = Duration.seconds(15)

    private let context: RequestContext
    private let facts: ReceiverFacts
    private let problems: [(text: String, isFailing: Bool)]

    init(_ context: RequestContext) {
        self.context = context
        facts = context.site.seams.receiver.facts()
        problems = HealthReport.problems(facts, context)
    }

    private static func problems(
        _ facts: ReceiverFacts,
        _ context: RequestContext
    ) -> [(text: String, isFailing: Bool)] {
        var problems: [(String, Bool)] = []
        if facts.storageFailure != nil { problems.append(("the storage refuses", true)) }
        if facts.rowsFailure != nil { problems.append(("rows cannot be written", true)) }
        if facts.window.bytes == 0 {
            problems.append(("agents are paused: \(facts.window.reason)", true))
        }
        if context.site.live.failure != nil { problems.append(("rows cannot be read", true)) }
        if let since = facts.pendingSince {
            // What waits behind other work is no stall: then rows are being made all the time.
            let moved = max(since, facts.lastRows ?? since)
            let still = context.now - moved
            if still >= patience {
                problems.append(("nothing has moved for \(still.components.seconds) s", true))
            } else if context.now - since >= notable {
                let age = (context.now - since).components.seconds
                problems.append(("the oldest of what waits came \(age) s ago", false))
            }
        }
        if facts.journalDamage > 0 { problems.append(("the journal was damaged", false)) }
        for consumer in context.site.seams.consumers.consumers()
        where [.failed, .stalled, .stopped].contains(consumer.state) {
            problems.append(("consumer \(consumer.name) is \(consumer.state.rawValue)", false))
        }
        return problems
    }

    private var status: String {
        if problems.contains(where: \.isFailing) { return "failing" }
        return problems.isEmpty ? "ok" : "degraded"
    }

    var response: HTTPResponse {
        var json = JSONBuffer()
        json.object { write(&$0) }
        return HTTPResponse(
            status == "failing" ? 503 : 200,
            [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
            .bytes(json.bytes)
        )
    }

    private func write(_ json: inout JSONBuffer) {
        json.string("status", status)
        json.array("problems") { json in
            for problem in problems { json.string(nil, problem.text) }
        }
        json.number("pending", facts.unarchived + facts.unread)
        json.time("pending_since", facts.pendingSince)
        json.number("synced", facts.durable)
        json.time("lastSyncAt", facts.lastSync)
        json.number("uptime", facts.running.components.seconds)
        json.string("version", context.site.options.version)
        json.object("agents") { json in
            json.number("connected", facts.agents.count { $0.isConnected })
            json.number("enrolled", facts.agents.count { $0.revoked == nil })
        }
        json.object("stages") { json in stages(&json) }
        json.object("disk") { $0.number("available", facts.diskAvailable) }
        json.array("consumers") { json in
            for consumer in context.site.seams.consumers.consumers() {
                json.object { json in
                    json.string("name", consumer.name)
                    json.string("state", consumer.state.rawValue)
                    json.number("lag_rows", consumer.lagRows)
                    json.number("lag_seconds", consumer.lagSeconds)
                }
            }
        }
    }

    private func stages(_ json: inout JSONBuffer) {
        // The words of a failure may name files: not for everybody.
        let isKnown = context.isKnown
        json.object("journal") { json in
            json.number("backlog", facts.journalBacklog)
            json.number("damaged_ranges", facts.journalDamage)
        }
        json.object("archive") { json in
            json.number("pending", facts.unarchived)
            json.string("failure", isKnown ? facts.storageFailure : nil)
        }
        json.object("rows") { json in
            json.number("pending", facts.unread)
            json.number("streams", facts.unreadStreams)
            json.time("last", facts.lastRows)
            json.string("failure", isKnown ? facts.rowsFailure : nil)
        }
    }
}
