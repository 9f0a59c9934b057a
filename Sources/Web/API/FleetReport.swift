import Catalog
import Core
import SQL

/// All agents with what their files say of them.
struct FleetReport {
    /// What the files of one agent and source add up to.
    private struct Sums {
        var files: Int64 = 0
        var verified: Int64 = 0
        var mismatched: Int64 = 0
        var deleted: Int64 = 0
        var bytes: Int64 = 0
        var verifiedBytes: Int64 = 0
        var behindBytes: Int64 = 0
        var behindStreams: Int64 = 0
        var last: Int64 = 0
        /// Unverified files of Claude Code that are there and old, and their bytes.
        var soon: [Int64] = [0, 0]
        var now: [Int64] = [0, 0]
        var oldest: Int64?

        static func += (a: inout Sums, b: Sums) {
            a.files += b.files
            a.verified += b.verified
            a.mismatched += b.mismatched
            a.deleted += b.deleted
            a.bytes += b.bytes
            a.verifiedBytes += b.verifiedBytes
            a.behindBytes += b.behindBytes
            a.behindStreams += b.behindStreams
            a.last = max(a.last, b.last)
            for index in 0..<2 {
                a.soon[index] += b.soon[index]
                a.now[index] += b.now[index]
            }
            a.oldest = [a.oldest, b.oldest].compactMap { $0 }.min()
        }
    }

    private static let day: Int64 = 86_400_000_000_000
    /// Days after which Claude Code deletes a session that is not written, and when that is near.
    private static let cleaned: Int64 = 30
    private static let nearlyCleaned: Int64 = 25
    private static let offline = Duration.seconds(300)
    private static let inactive = Duration.days(14)

    let context: RequestContext

    init(_ context: RequestContext) { self.context = context }

    func write(_ json: inout JSONBuffer) throws(APIError) {
        let facts = context.site.seams.receiver.facts()
        let sums = try sums()
        let agents = facts.agents.filter {
            context.identity.scope == nil || $0.owner == context.identity.scope
        }
        var total = Sums()
        json.array("agents") { json in
            for agent in agents {
                let own = sums[agent.id.description] ?? [:]
                var sum = Sums()
                for (_, part) in own { sum += part }
                total += sum
                json.object { write(agent, sum, own, facts, &$0) }
            }
        }
        json.object("totals") { json in
            json.number("files", total.files)
            json.number("verified", total.verified)
            json.number("unverified", total.files - total.verified - total.mismatched)
            json.number("mismatched", total.mismatched)
            json.number("bytes", total.bytes)
        }
        json.object("receiver") { json in
            json.string("version", context.site.options.version)
            json.number("disk_available", facts.diskAvailable)
            json.number("journal_backlog", facts.journalBacklog)
            json.object("window") { json in
                json.number("bytes", facts.window.bytes)
                json.string("reason", facts.window.reason)
                json.string("text", facts.window.text)
            }
            json.number("running_seconds", facts.running.components.seconds)
            json.number("resident_bytes", facts.resident)
        }
    }

    /// By agent and source.
    private func sums() throws(APIError) -> [String: [String: Sums]] {
        var sums: [String: [String: Sums]] = [:]
        let now = context.now.nanoseconds
        let soon = now - FleetReport.nearlyCleaned * FleetReport.day
        let over = now - FleetReport.cleaned * FleetReport.day
        let risk = "f.tool = 'claude-code' AND f.deleted = 0 AND f.digest_state <> 'verified'"
        try context.forEach(
            """
            SELECT a.identity, f.source, COUNT(*), SUM(f.digest_state = 'verified'),
                SUM(f.digest_state = 'mismatch'), SUM(f.deleted), SUM(f.held),
                SUM(CASE WHEN f.digest_state = 'verified' THEN f.held ELSE 0 END),
                SUM(MAX(0, f.held - f.parsed_offset)), SUM(f.held > f.parsed_offset),
                MAX(f.changed),
                SUM(\(risk) AND f.changed < \(soon)),
                SUM(CASE WHEN \(risk) AND f.changed < \(soon) THEN f.held ELSE 0 END),
                SUM(\(risk) AND f.changed < \(over)),
                SUM(CASE WHEN \(risk) AND f.changed < \(over) THEN f.held ELSE 0 END),
                MIN(CASE WHEN \(risk) THEN f.changed END)
            FROM files f JOIN agents a ON a.agent = f.agent WHERE f.expired = 0
            GROUP BY a.identity, f.source
            """
        ) { row in
            var sum = Sums()
            sum.files = row.int(2)
            sum.verified = row.int(3)
            sum.mismatched = row.int(4)
            sum.deleted = row.int(5)
            sum.bytes = row.int(6)
            sum.verifiedBytes = row.int(7)
            sum.behindBytes = row.int(8)
            sum.behindStreams = row.int(9)
            sum.last = row.int(10)
            sum.soon = [row.int(11), row.int(12)]
            sum.now = [row.int(13), row.int(14)]
            sum.oldest = row.optionalInt(15)
            sums[row.text(0), default: [:]][row.text(1)] = sum
        }
        return sums
    }

    private func state(_ agent: AgentFacts) -> String {
        if agent.revoked != nil { return "revoked" }
        if agent.cloned != nil { return "cloned" }
        if agent.isConnected { return "connected" }
        let seen = agent.seen ?? agent.enrolled
        return context.now - seen >= FleetReport.inactive ? "inactive" : "offline"
    }

    private func write(
        _ agent: AgentFacts,
        _ sum: Sums,
        _ sources: [String: Sums],
        _ facts: ReceiverFacts,
        _ json: inout JSONBuffer
    ) {
        json.string("id", agent.id.description)
        json.string("name", agent.name)
        json.string("owner", agent.owner)
        json.string("host", agent.host)
        json.string("system", agent.system)
        json.string("version", agent.version)
        json.string("state", state(agent))
        json.time("enrolled", agent.enrolled)
        json.time("seen", agent.seen)
        json.time("certificate_expires", agent.certificateExpires)
        json.time("revoked", agent.revoked)
        json.time("cloned", agent.cloned)
        json.number("files", sum.files)
        json.number("verified", sum.verified)
        json.number("unverified", sum.files - sum.verified - sum.mismatched)
        json.number("mismatched", sum.mismatched)
        json.number("deleted", sum.deleted)
        json.number("bytes", sum.bytes)
        json.object("behind") { json in
            json.number("rows_bytes", sum.behindBytes)
            json.number("streams", sum.behindStreams)
            json.string("why", why(agent, sum, facts))
        }
        json.time("last_received", sum.last > 0 ? WallTime(nanoseconds: sum.last) : nil)
        json.object("clean_up") { json in
            let risk = sum.now[0] > 0 ? "now" : sum.soon[0] > 0 ? "soon" : "none"
            json.string("risk", sum.files == 0 ? "unknown" : risk)
            json.number("files", sum.soon[0])
            json.number("bytes", sum.soon[1])
            json.time("oldest", sum.oldest.map { WallTime(nanoseconds: $0) })
        }
        json.array("sources") { json in
            for (source, sum) in sources.sorted(by: { $0.key < $1.key }) {
                json.object { json in
                    json.string("source", source)
                    json.number("files", sum.files)
                    json.number("bytes", sum.bytes)
                    json.number("verified", sum.verified)
                }
            }
        }
    }

    /// Why something of it has no rows, or may not be here.
    private func why(_ agent: AgentFacts, _ sum: Sums, _ facts: ReceiverFacts) -> String? {
        if agent.revoked != nil { return "it was revoked" }
        if let failure = facts.rowsFailure {
            return context.identity.role == .viewerAggregate ? "rows cannot be written" : failure
        }
        if facts.window.bytes == 0 { return "agents are paused: \(facts.window.text)" }
        if !agent.isConnected { return "it is not connected" }
        return sum.behindBytes > 0 ? "the rows are being made" : nil
    }
}
