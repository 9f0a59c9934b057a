import Catalog
import Core
import SQL

/// Sessions as the API tells them.
struct SessionRows {
    let context: RequestContext

    init(_ context: RequestContext) { self.context = context }

    /// What a list is ordered by.
    static func key(_ order: SessionFilter.Order) -> String {
        switch order {
        case .recent: "COALESCE(s.ended, -9223372036854775808)"
        case .oldest: "COALESCE(s.ended, 9223372036854775807)"
        case .cost: "s.cost"
        case .tokens:
            "s.input_tokens + s.output_tokens + s.cache_write_tokens + s.cache_read_tokens"
        case .errors: "s.tool_errors"
        }
    }

    private static let columns = """
        s.id, s.session, s.tool, s.title, s.title_source, s.project, s.cwd, s.git_branch,
        s.git_remote, a.name, a.identity, o.name, s.models, s.version, s.entrypoint, s.link,
        s.started, s.ended, s.received, s.prompts, s.messages, s.responses, s.tool_calls,
        s.tool_errors, s.files_touched, s.findings, s.compactions, s.entries, s.input_tokens,
        s.output_tokens, s.cache_write_tokens, s.cache_read_tokens, s.cost, s.unpriced,
        s.peak_context, s.turn_time, s.health, s.grade, s.outcome, s.integrity, s.lineage,
        s.parent, s.parent_call, s.agent_type
        """

    /// What a session's subagents add to it, and how fresh they are.
    private struct Family {
        var count: Int64 = 0
        var tokens: Int64 = 0
        var cost: Int64 = 0
        var unpriced: Int64 = 0
        var ended: Int64?
        var isWaitingForTool = false
        var hasEndedTurn = false
    }

    /// Writes the sessions of these rows in their order, as objects.
    func write(_ ids: [Int64], _ json: inout JSONBuffer) throws(APIError) {
        guard !ids.isEmpty else { return }
        let list = "(" + ids.map { String($0) }.joined(separator: ",") + ")"
        let families = try families(list)
        var objects: [Int64: [UInt8]] = [:]
        try context.forEach(
            """
            SELECT \(SessionRows.columns) FROM sessions s
            LEFT JOIN agents a ON a.agent = s.agent LEFT JOIN owners o ON o.owner = s.owner
            WHERE s.id IN \(list)
            """
        ) { row in
            var object = JSONBuffer(capacity: 1024)
            object.object { write(row, families[row.int(0)] ?? Family(), &$0) }
            objects[row.int(0)] = object.bytes
        }
        for id in ids { if let object = objects[id] { json.raw(nil, object) } }
    }

    /// Writes one under a key.
    func writeOne(_ key: StaticString, _ id: Int64, _ json: inout JSONBuffer) throws(APIError) {
        var list = JSONBuffer()
        try write([id], &list)
        guard !list.bytes.isEmpty else { throw .missing("there is no such session") }
        json.raw(key, list.bytes)
    }

    private func families(_ list: String) throws(APIError) -> [Int64: Family] {
        var families: [Int64: Family] = [:]
        let recent = context.now.nanoseconds - 30 * 86_400_000_000_000
        try context.forEach(
            """
            WITH RECURSIVE tree(root, id) AS (
                SELECT id, id FROM sessions WHERE id IN \(list)
                UNION
                SELECT tree.root, s.id FROM sessions s JOIN tree ON s.parent = tree.id
                WHERE s.lineage = 'subagent'
            )
            SELECT tree.root, s.id = tree.root, s.input_tokens + s.output_tokens
                + s.cache_write_tokens + s.cache_read_tokens, s.cost, s.unpriced, s.ended,
                CASE WHEN s.ended >= \(recent) THEN
                    (SELECT c.outcome IS NULL AND c.name IS NOT NULL FROM tool_usage c
                        WHERE c.session = s.id ORDER BY c.timestamp DESC, c.row DESC LIMIT 1) END,
                CASE WHEN s.ended >= \(recent) THEN
                    (SELECT x.kind = 'text' FROM messages x WHERE x.session = s.id
                        AND x.retracted = 0 ORDER BY x.timestamp DESC, x.block DESC LIMIT 1) END
            FROM tree JOIN sessions s ON s.id = tree.id
            """
        ) { row in
            var family = families[row.int(0)] ?? Family()
            if !row.bool(1) { family.count += 1 }
            family.tokens &+= row.int(2)
            family.cost &+= row.int(3)
            family.unpriced += row.int(4)
            if let ended = row.optionalInt(5), ended >= family.ended ?? .min {
                family.ended = ended
                family.isWaitingForTool = row.bool(6)
                family.hasEndedTurn = row.bool(7)
            }
            families[row.int(0)] = family
        }
        return families
    }

    /// In which of six states it is (the freshest of the family decides).
    private func status(_ family: Family) -> String {
        guard let ended = family.ended else { return "quiet" }
        let age = (context.now.nanoseconds - ended) / 1_000_000_000
        switch age {
        case ..<60: return "working"
        case ..<600: return family.hasEndedTurn && !family.isWaitingForTool ? "waiting" : "idle"
        case ..<3600: return family.isWaitingForTool ? "stale" : "quiet"
        default: return family.isWaitingForTool ? "unclean" : "quiet"
        }
    }

    private func write(_ row: Statement, _ family: Family, _ json: inout JSONBuffer) {
        json.identifier("id", row.int(0))
        json.string("session", row.text(1))
        let isSubagent = row.optionalText(40) == "subagent"
        let short = isSubagent ? CatalogReader.hex(row.int(0)) : row.text(1)
        json.string("short", String(short.prefix(isSubagent ? 12 : 8)))
        json.string("tool", row.text(2))
        let texts: [(StaticString, Int)] = [
            ("title", 3), ("title_source", 4), ("project", 5), ("directory", 6), ("branch", 7),
            ("remote", 8), ("machine", 9), ("agent", 10), ("owner", 11), ("version", 13),
            ("entrypoint", 14), ("link", 15),
        ]
        for (name, column) in texts { json.string(name, row.optionalText(column)) }
        json.array("models") { json in
            for model in row.text(12).split(separator: ",") { json.string(nil, String(model)) }
        }
        json.time("started", row.optionalTime(16))
        json.time("ended", row.optionalTime(17))
        json.time("received", row.optionalTime(18))
        let span = row.isNull(16) || row.isNull(17) ? nil : row.int(17) - row.int(16)
        json.milliseconds("duration_ms", span)
        json.string("status", status(family))
        numbers(row, family, &json)
        json.number("health", row.optionalInt(36))
        json.string("grade", row.optionalText(37))
        json.string("outcome", row.optionalText(38))
        json.string("integrity", row.optionalText(39))
        json.string("lineage", row.optionalText(40))
        json.identifier("parent", row.optionalInt(41))
        json.string("parent_call", row.optionalText(42))
        json.string("agent_type", row.optionalText(43))
        json.number("subagents", family.count)
    }

    private func numbers(_ row: Statement, _ family: Family, _ json: inout JSONBuffer) {
        let counts: [(StaticString, Int)] = [
            ("prompts", 19), ("messages", 20), ("responses", 21), ("tool_calls", 22),
            ("tool_errors", 23), ("files", 24), ("findings", 25), ("compactions", 26),
            ("entries", 27), ("input", 28), ("output", 29), ("cache_write", 30),
            ("cache_read", 31),
        ]
        for (name, column) in counts { json.number(name, row.int(column)) }
        json.number("tokens", family.tokens)
        json.number("cost", family.cost)
        json.number("unpriced", family.unpriced)
        json.number("peak_context", row.optionalInt(34))
        json.milliseconds("turn_ms", row.int(35))
    }
}
