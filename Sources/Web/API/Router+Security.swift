import Catalog
import Core
import SQL

/// What was found: secrets, dangers, sensitive files; in numbers, and one by one.
extension Router {
    static var securityRoutes: [Route] {
        [
            .get(
                "/api/analytics/security",
                .viewerAggregate,
                Parameters.filters,
                .live,
                security
            ),
            .get(
                "/api/findings",
                .viewerOwn,
                Parameters.filters.union(Parameters.page).union(["state", "severity"]),
                .live,
                findings
            ),
            .change("POST", "/api/findings/state", .admin, triage),
        ]
    }

    // MARK: Numbers

    private static func security(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.span()
        head(context, filter.span, &json)
        let found = try context.reading { (catalog) throws(OperatorError) in
            try catalog.findingConditions(filter)
        }
        try rules(context, filter, found, &json)
        try json.array("machines") { (json) throws(APIError) in
            try context.forEach(
                """
                SELECT a.name, f.severity, COUNT(*) FROM findings f
                LEFT JOIN sessions s ON s.id = f.session LEFT JOIN agents a ON a.agent = s.agent
                \(found.sql) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
                """,
                found.values
            ) { row in
                json.object { json in
                    json.string("machine", row.optionalText(0))
                    json.string("severity", row.text(1))
                    json.number("count", row.int(2))
                }
            }
        }
        try dangers(context, filter, &json)
        try network(context, filter, &json)
        var paths: Set<String> = []
        try context.forEach(PageQuestions.sensitive, filter) { paths.insert($0.text(0)) }
        json.number("sensitive_files", paths.count)
        NumberLinks(context, filter).write(NumberLinks.security, &json)
    }

    private static func rules(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ found: Conditions,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let rules = try context.reading { (catalog) throws(OperatorError) in
            try catalog.findings(filter)
        }
        let notes = try operating { () throws(OperatorError) in
            try context.site.seams.notebook.findingNotes()
        }
        var states: [String: [FindingNote.State: Int64]] = [:]
        let ids = notes.keys.map { String($0) }.joined(separator: ",")
        var decided = found
        decided.add("f.id IN (SELECT value FROM json_each(?))", [.text("[\(ids)]")])
        try context.forEach(
            "SELECT f.id, f.kind, f.rule, f.severity FROM findings f \(decided.sql)",
            decided.values
        ) { row in
            guard let note = notes[row.int(0)] else { return }
            let key = "\(row.text(1)) \(row.text(2)) \(row.text(3))"
            states[key, default: [:]][note.state, default: 0] += 1
        }
        let isAggregate = context.identity.role == .viewerAggregate
        json.number("total", rules.reduce(0) { $0 + $1.count })
        json.array("rules") { json in
            for rule in rules {
                let decided = states["\(rule.kind) \(rule.rule) \(rule.severity)"] ?? [:]
                let triaged = decided[.triaged] ?? 0
                let wrong = decided[.falsePositive] ?? 0
                json.object { json in
                    json.string("kind", rule.kind)
                    json.string("rule", rule.rule)
                    json.string("severity", rule.severity)
                    json.number("count", rule.count)
                    json.number("sessions", rule.sessions)
                    json.string("example", isAggregate ? nil : rule.example)
                    json.number("new", rule.count - triaged - wrong)
                    json.number("triaged", triaged)
                    json.number("false_positive", wrong)
                }
            }
        }
    }

    private static func dangers(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var counts: [Int64] = [0, 0, 0, 0, 0]
        try context.forEach(PageQuestions.dangers, filter) { row in
            for lane in counts.indices { counts[lane] += row.int(lane) }
        }
        json.object("dangerous") { json in
            json.number("calls", counts[0])
            json.number("ran", counts[1])
            json.number("denied", counts[2])
            json.number("failed", counts[3])
            json.number("unfinished", counts[4])
        }
    }

    private static func network(
        _ context: RequestContext,
        _ filter: RowFilter,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        var hosts: [String: Int64] = [:]
        try context.forEach(PageQuestions.hosts, filter) { row in
            if let host = row.optionalText(0) { hosts[host, default: 0] += row.int(1) }
        }
        json.number("hosts", hosts.count)
        let isAggregate = context.identity.role == .viewerAggregate
        json.array("network") { json in
            let sorted = hosts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            for (host, count) in sorted.prefix(isAggregate ? 0 : 100) {
                json.object { json in
                    json.string("host", host)
                    json.number("calls", count)
                }
            }
        }
    }

    // MARK: One by one

    private static func findings(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.filter()
        let limit = try context.parameters.number("limit", or: 100, 1...500)
        let rows = try FindingRows(context)
        var conditions = try context.reading { (catalog) throws(OperatorError) in
            try catalog.findingConditions(filter)
        }
        if let severity = context.parameters["severity"] {
            conditions.add("f.severity = ?", [.text(severity)])
        }
        if context.parameters["state"] != nil {
            let state = try context.parameters.choice("state", or: FindingNote.State.new)
            // What nobody decided of is new.
            let ids = rows.notes.filter { state == .new || $0.value.state == state }
                .map { String($0.key) }.joined(separator: ",")
            conditions.add(
                "f.id \(state == .new ? "NOT IN" : "IN") (SELECT value FROM json_each(?))",
                [.text("[\(ids)]")]
            )
        }
        try context.forEach(
            "SELECT COUNT(*), COUNT(DISTINCT f.session) FROM findings f \(conditions.sql)",
            conditions.values
        ) { row in
            json.number("total", row.int(0))
            json.number("sessions", row.int(1))
        }
        let cursor = try context.parameters["cursor"].map { (text) throws(APIError) in
            try Cursor(text, "i").numbers(2)
        }
        var last: [Int64]?
        try json.array("findings") { (json) throws(APIError) in
            last = try rows.write(conditions, limit: limit, behind: cursor, &json)
        }
        json.string("next", last.map { Cursor("i", $0).text })
    }

    private static func triage(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let body = try RequestBody(context.request)
        guard let state = FindingNote.State(rawValue: try body.text("state") ?? "") else {
            throw .usage("state is new, triaged or false_positive")
        }
        let ids = try body.texts("ids") ?? []
        guard (1...1000).contains(ids.count) else { throw .usage("ids are 1 to 1000 findings") }
        var rows: [Int64] = []
        for id in ids {
            guard id.utf8.count == 16, let number = UInt64(id, radix: 16) else {
                throw .usage("\(TerminalText.line(id)) is no finding")
            }
            rows.append(Int64(bitPattern: number))
        }
        let known = try context.count(
            "SELECT COUNT(*) FROM findings WHERE id IN (SELECT value FROM json_each(?))",
            [.text("[\(rows.map { String($0) }.joined(separator: ","))]")]
        )
        guard known == Int64(Set(rows).count) else { throw .missing("there is no such finding") }
        let note = FindingNote(
            state: state,
            note: String((try body.text("note") ?? "").prefix(1000)),
            at: context.now,
            by: context.identity.name
        )
        let decided = rows
        try operating { () throws(OperatorError) in
            try context.site.seams.notebook.note(decided, note)
        }
        json.number("changed", known)
    }
}
