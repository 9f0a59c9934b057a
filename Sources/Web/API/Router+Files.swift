import Catalog
import Core
import SQL

/// Files that were touched, over all sessions.
extension Router {
    static var fileRoutes: [Route] {
        [
            .get(
                "/api/analytics/files",
                .viewerOwn,
                Parameters.filters.union(Parameters.page).union(["sensitive"]),
                .catalog,
                files
            ),
            .get(
                "/api/analytics/files/history",
                .viewerOwn,
                Parameters.filters.union(Parameters.page).union(["operation"]),
                .catalog,
                history
            ),
        ]
    }

    /// One file as many sessions saw it.
    private struct Heat {
        var path = ""
        var project: String?
        var heat = 0.0
        var counts = [Int64](repeating: 0, count: 6)
        var sessions = 0
        /// The last of them: a session's accesses come together.
        var session: Int64?
        var owners: Set<String> = []
        var machines: Set<String> = []
        var rereads: Int64 = 0
        var last: Int64 = 0
        /// Machines and owners that changed it within a day of now.
        var recent: Set<String> = []
    }

    /// Seven days in seconds, by which heat falls to 1/e.
    private static let cooling = 604_800.0

    private static func files(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        let filter = try context.span()
        let limit = try context.parameters.number("limit", or: 100, 1...500)
        let start =
            try context.parameters["cursor"].map { (text) throws(APIError) in
                Int(clamping: try Cursor(text, "h").numbers(1)[0])
            } ?? 0
        head(context, filter.span, &json)
        let all = try heats(context, filter).sorted { ($1.heat, $0.path) < ($0.heat, $1.path) }
        let shown = all.dropFirst(start).prefix(Int(limit))
        json.array("files") { json in
            for heat in shown { json.object { describe(heat, &$0) } }
        }
        json.number("total", all.count)
        let end = start + shown.count
        json.string("next", end < all.count ? Cursor("h", [Int64(end)]).text : nil)
        json.array("conflicts") { json in
            for heat in all.filter({ $0.recent.count > 1 }).prefix(50) {
                json.object { json in
                    json.string("path", heat.path)
                    json.array("machines") { json in
                        for name in heat.recent.sorted() { json.string(nil, name) }
                    }
                    json.array("owners") { json in
                        for name in heat.owners.sorted() { json.string(nil, name) }
                    }
                    json.time("last", WallTime(nanoseconds: heat.last))
                }
            }
        }
        NumberLinks(context, filter).write(NumberLinks.files, &json)
    }

    /// Formula 20, with what else is told of a file.
    private static func heats(
        _ context: RequestContext,
        _ filter: RowFilter
    ) throws(APIError) -> [Heat] {
        let sessions = Dictionary(
            try context.rows(
                """
                SELECT s.id, s.project, o.name, a.name FROM sessions s
                LEFT JOIN owners o ON o.owner = s.owner LEFT JOIN agents a ON a.agent = s.agent
                """
            ) { ($0.int(0), ($0.optionalText(1), $0.optionalText(2), $0.optionalText(3))) },
            uniquingKeysWith: { first, _ in first }
        )
        var numbers: [String: Int] = [:]
        var heats: [Heat] = []
        let now = context.now.nanoseconds
        try context.forEach(PageQuestions.accesses, filter) { row in
            let path = row.text(0)
            let number = numbers[path] ?? heats.count
            if number == heats.count {
                heats.append(Heat())
                heats[number].path = path
                numbers[path] = number
            }
            add(row, now, sessions[row.session] ?? (nil, nil, nil), &heats[number])
        }
        try context.forEach(CatalogReader.reads, filter) { row in
            if let number = numbers[row.text(0)] { heats[number].rereads += row.int(2) }
        }
        guard try context.parameters.flag("sensitive") == true else { return heats }
        var sensitive: Set<String> = []
        try context.forEach(PageQuestions.sensitive, filter) { sensitive.insert($0.text(0)) }
        return heats.filter { sensitive.contains($0.path) }
    }

    private static func add(
        _ row: SessionRow,
        _ now: Int64,
        _ session: (project: String?, owner: String?, machine: String?),
        _ heat: inout Heat
    ) {
        let operation = row.text(1)
        let isChange = operation == "edit" || operation == "write"
        let count = row.int(2)
        let last = row.int(5)
        let age = Double(now - last) / 1e9
        let weight = isChange ? 3.0 : operation == "read" ? 1.0 : 0.0
        heat.heat += weight * Double(count) * Cooling.factor(max(0, age) / cooling)
        switch operation {
        case "read": heat.counts[0] += count
        case "write": heat.counts[1] += count
        case "edit": heat.counts[2] += count
        case "delete": heat.counts[3] += count
        default: break
        }
        heat.counts[4] += row.int(3)
        heat.counts[5] += row.int(4)
        heat.last = max(heat.last, last)
        if let machine = session.machine, isChange, now - last < 86_400_000_000_000 {
            heat.recent.insert(machine)
        }
        guard heat.session != row.session else { return }
        heat.session = row.session
        heat.sessions += 1
        heat.project = session.project ?? heat.project
        if let owner = session.owner { heat.owners.insert(owner) }
        if let machine = session.machine { heat.machines.insert(machine) }
    }

    private static func describe(_ heat: Heat, _ json: inout JSONBuffer) {
        json.string("path", heat.path)
        json.string("project", heat.project)
        json.number("heat", (heat.heat * 1000).rounded() / 1000)
        json.number("reads", heat.counts[0])
        json.number("writes", heat.counts[1])
        json.number("edits", heat.counts[2])
        json.number("deletes", heat.counts[3])
        json.number("sessions", heat.sessions)
        json.number("owners", heat.owners.count)
        json.number("machines", heat.machines.count)
        json.number("lines_added", heat.counts[4])
        json.number("lines_removed", heat.counts[5])
        json.number("rereads", heat.rereads)
        json.time("last", WallTime(nanoseconds: heat.last))
    }

    // MARK: One file

    private static func history(
        _ context: RequestContext,
        _ json: inout JSONBuffer
    ) throws(APIError) {
        guard let path = context.parameters["path"] else { throw .usage("path is missing") }
        let limit = try context.parameters.number("limit", or: 100, 1...500)
        var filter = try context.filter()
        // Here it is the file's, whole.
        filter.terms.removeAll { $0.field == .path }
        let asked = filter
        var conditions = try context.reading { (catalog) throws(OperatorError) in
            try catalog.conditions(asked, of: "f")
        }
        conditions.add("f.path = ?", [.text(path)])
        if let operation = context.parameters["operation"] {
            conditions.add("f.operation = ?", [.text(operation)])
        }
        try context.forEach(
            "SELECT COUNT(*), COUNT(DISTINCT f.session) FROM file_access f \(conditions.sql)",
            conditions.values
        ) { row in
            json.number("total", row.int(0))
            json.number("sessions", row.int(1))
        }
        if let text = context.parameters["cursor"] {
            conditions.add(
                "(COALESCE(f.timestamp, 0), f.id) < (?, ?)",
                try Cursor(text, "p").numbers(2).map { .integer($0) }
            )
        }
        let all = try context.rows(
            """
            SELECT f.timestamp, f.operation, f.session, s.title, a.name, f.call, f.lines_added,
                f.lines_removed, f.id
            FROM file_access f LEFT JOIN sessions s ON s.id = f.session
            LEFT JOIN agents a ON a.agent = f.agent \(conditions.sql)
            ORDER BY COALESCE(f.timestamp, 0) DESC, f.id DESC LIMIT ?
            """,
            conditions.values + [.integer(limit + 1)]
        ) { row -> ([UInt8], [Int64]) in
            var json = JSONBuffer(capacity: 300)
            json.object { json in
                json.time("timestamp", row.optionalTime(0))
                json.string("operation", row.text(1))
                json.identifier("session", row.optionalInt(2))
                json.string("title", row.optionalText(3))
                json.string("machine", row.optionalText(4))
                json.identifier("call", row.optionalInt(5))
                json.number("lines_added", row.optionalInt(6))
                json.number("lines_removed", row.optionalInt(7))
            }
            return (json.bytes, [row.int(0), row.int(8)])
        }
        let shown = all.prefix(Int(limit))
        json.array("accesses") { json in for access in shown { json.raw(nil, access.0) } }
        let last = all.count > shown.count ? shown.last : nil
        json.string("next", last.map { Cursor("p", $0.1).text })
    }
}
