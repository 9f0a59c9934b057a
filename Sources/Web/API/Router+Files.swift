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
        var heat = 0.0
        var reads: Int64 = 0
        var writes: Int64 = 0
        var edits: Int64 = 0
        var deletes: Int64 = 0
        var linesAdded: Int64 = 0
        var linesRemoved: Int64 = 0
        var sessions = 0
        /// The last of them: a session's accesses come together.
        var session: Int64?
        var rereads: Int64 = 0
        var last: Int64 = 0
    }

    /// What is known of a session.
    private struct Origin {
        var project: String?
        var owner: String?
        var machine: String?
    }

    /// Whose a file is, and of what project it was at last.
    private struct People {
        var owners: Set<String> = []
        var machines: Set<String> = []
        var project: String?
    }

    /// All files by the numbers of their paths, and what is asked for few of them.
    private struct Heats {
        var all: [Heat] = []
        var paths = TextNumbers()
        var origins: [Int64: Origin] = [:]
        /// Files with their sessions.
        var visits: [(number: Int, session: Int64)] = []
        /// Machines that changed a file within a day of now.
        var recent: [Int: Set<String>] = [:]
        /// Files that are left out.
        var hidden: [Bool]?

        /// Files that are not left out.
        var count: Int { hidden.map { $0.count { !$0 } } ?? all.count }

        /// The hottest, in their order, of those of which `isWanted` says so.
        func foremost(_ limit: Int, _ isWanted: (Int) -> Bool = { _ in true }) -> [Int] {
            let paths = paths.texts
            let isHotter = { [all] (one: Int, other: Int) in
                all[one].heat != all[other].heat
                    ? all[one].heat > all[other].heat : paths[one] < paths[other]
            }
            let wanted = all.indices.filter { hidden?[$0] != true && isWanted($0) }
            // For a page that far behind it is cheaper to sort.
            guard limit < 1000 else { return Array(wanted.sorted(by: isHotter).prefix(limit)) }
            var found = Foremost<Int>(limit, by: isHotter)
            for number in wanted { found.take(number) }
            return found.elements
        }

        func people(of numbers: [Int]) -> [Int: People] {
            var found = Dictionary(numbers.map { ($0, People()) }) { first, _ in first }
            var isWanted = Array(repeating: false, count: all.count)
            for number in numbers { isWanted[number] = true }
            for visit in visits where isWanted[visit.number] {
                guard let origin = origins[visit.session] else { continue }
                if let owner = origin.owner { found[visit.number]?.owners.insert(owner) }
                if let machine = origin.machine { found[visit.number]?.machines.insert(machine) }
                if let project = origin.project { found[visit.number]?.project = project }
            }
            return found
        }
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
        let heats = try heats(context, filter)
        let paths = heats.paths.texts
        let shown = heats.foremost(start + Int(limit)).dropFirst(start)
        let conflicts = heats.foremost(50) { heats.recent[$0]?.count ?? 0 > 1 }
        let people = heats.people(of: shown + conflicts)
        json.array("files") { json in
            for number in shown {
                json.object { json in
                    json.string("path", paths[number])
                    describe(heats.all[number], people[number] ?? People(), &json)
                }
            }
        }
        json.number("total", heats.count)
        let end = start + shown.count
        json.string("next", end < heats.count ? Cursor("h", [Int64(end)]).text : nil)
        json.array("conflicts") { json in
            for number in conflicts {
                json.object { json in
                    json.string("path", paths[number])
                    json.array("machines") { json in
                        for name in heats.recent[number, default: []].sorted() {
                            json.string(nil, name)
                        }
                    }
                    json.array("owners") { json in
                        for name in (people[number] ?? People()).owners.sorted() {
                            json.string(nil, name)
                        }
                    }
                    json.time("last", WallTime(nanoseconds: heats.all[number].last))
                }
            }
        }
        NumberLinks(context, filter).write(NumberLinks.files, &json)
    }

    /// Formula 20, with what else is told of a file.
    private static func heats(
        _ context: RequestContext,
        _ filter: RowFilter
    ) throws(APIError) -> Heats {
        var heats = Heats()
        try context.forEach(
            """
            SELECT s.id, s.project, o.name, a.name FROM sessions s
            LEFT JOIN owners o ON o.owner = s.owner LEFT JOIN agents a ON a.agent = s.agent
            """
        ) { row in
            heats.origins[row.int(0)] = Origin(
                project: row.optionalText(1),
                owner: row.optionalText(2),
                machine: row.optionalText(3)
            )
        }
        let now = context.now.nanoseconds
        try context.forEach(PageQuestions.accesses, filter) { add($0, now, &heats) }
        let count = heats.all.count
        try context.forEach(CatalogReader.reads, filter) { row in
            let number = heats.paths.number(row, 0)
            if number < count { heats.all[number].rereads += row.int(2) }
        }
        guard try context.parameters.flag("sensitive") == true else { return heats }
        var hidden = Array(repeating: true, count: count)
        try context.forEach(PageQuestions.sensitive, filter) { row in
            let number = heats.paths.number(row, 0)
            if number < count { hidden[number] = false }
        }
        heats.hidden = hidden
        return heats
    }

    private static func add(_ row: SessionRow, _ now: Int64, _ heats: inout Heats) {
        let number = heats.paths.number(row, 0)
        if number == heats.all.count { heats.all.append(Heat()) }
        let count = row.int(2)
        let last = row.int(5)
        var weight = 0.0
        switch row.text(1) {
        case "read":
            heats.all[number].reads += count
            weight = 1
        case "write":
            heats.all[number].writes += count
            weight = 3
        case "edit":
            heats.all[number].edits += count
            weight = 3
        case "delete": heats.all[number].deletes += count
        default: break
        }
        if weight > 0 {
            let age = Double(now - last) / 1e9
            heats.all[number].heat += weight * Double(count) * Cooling.factor(max(0, age) / cooling)
        }
        heats.all[number].linesAdded += row.int(3)
        heats.all[number].linesRemoved += row.int(4)
        heats.all[number].last = max(heats.all[number].last, last)
        if weight == 3, now - last < 86_400_000_000_000,
            let machine = heats.origins[row.session]?.machine
        {
            heats.recent[number, default: []].insert(machine)
        }
        guard heats.all[number].session != row.session else { return }
        heats.all[number].session = row.session
        heats.all[number].sessions += 1
        heats.visits.append((number, row.session))
    }

    private static func describe(_ heat: Heat, _ people: People, _ json: inout JSONBuffer) {
        json.string("project", people.project)
        json.number("heat", (heat.heat * 1000).rounded() / 1000)
        json.number("reads", heat.reads)
        json.number("writes", heat.writes)
        json.number("edits", heat.edits)
        json.number("deletes", heat.deletes)
        json.number("sessions", heat.sessions)
        json.number("owners", people.owners.count)
        json.number("machines", people.machines.count)
        json.number("lines_added", heat.linesAdded)
        json.number("lines_removed", heat.linesRemoved)
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
