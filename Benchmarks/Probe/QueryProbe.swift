import Catalog
import Core
import Glibc
import SQL

/// The questions of a page, each asked many times with other arguments, on one connection as a server has it.
struct QueryProbe {
    /// Blocks of a conversation that are shown at once.
    private static let page = 200

    private let catalog: CatalogReader
    private let sessions: [Int64]
    private let projects: [String]
    /// The last day with an entry: the catalog's today.
    private let today: TimeSpan

    init(_ path: BytePath) throws(OperatorError) {
        let catalog = try CatalogReader(path: path)
        // What a running server remembers: each session's part of an answer, until that session changes.
        catalog.memo = SessionMemo(CatalogReader.questions)
        catalog.messageMap = MessageMap()
        self.catalog = catalog
        do throws(SQLError) {
            let database = catalog.database
            sessions = try database.prepare(
                "SELECT id FROM sessions WHERE messages > 0 ORDER BY id LIMIT 2000"
            ).all { $0.int(0) }
            projects = try database.prepare(
                "SELECT DISTINCT project FROM sessions WHERE project IS NOT NULL ORDER BY 1"
            ).all { $0.text(0) }
            let last = try database.prepare("SELECT max(timestamp) FROM responses").first {
                $0.int(0)
            }
            let day: Int64 = 86_400_000_000_000
            today = TimeSpan(since: WallTime(nanoseconds: (last ?? 0) / day * day))
        } catch {
            throw OperatorError(error)
        }
        guard !sessions.isEmpty, !projects.isEmpty else {
            throw OperatorError(.input, "\(path) has no sessions")
        }
    }

    /// Asks one question `rounds` times, or all.
    func run(rounds: Int, only name: String?) throws(OperatorError) {
        try ask("today", rounds, name) { (_) throws(OperatorError) in
            Int(try catalog.numbers(RowFilter(span: today)).messages)
        }
        try ask("sessions", rounds, name) { (round) throws(OperatorError) in
            try catalog.sessions(filter(round)).count
        }
        try ask("session count", rounds, name) { (round) throws(OperatorError) in
            Int(try catalog.sessionCount(filter(round)))
        }
        for (title, words) in [
            ("search common", ["error", "file", "value"]), ("search rare", ["zyxquokka"]),
            ("search two words", ["missing import", "failed request", "thread buffer"]),
        ] {
            try ask(title, rounds, name) { (round) throws(OperatorError) in
                Int(try search(words[round % words.count]))
            }
        }
        try ask("transcript", rounds, name) { (round) throws(OperatorError) in
            var count = 0
            let session = sessions[round * 7 % sessions.count]
            try catalog.transcript(of: session, last: QueryProbe.page) { _ in count += 1 }
            return count
        }
        try ask("cost by model", rounds, name) { (_) throws(OperatorError) in
            try catalog.costs(by: .model, RowFilter()).count
        }
        try ask("cost by day", rounds, name) { (_) throws(OperatorError) in
            try catalog.costs(by: .day, RowFilter()).count
        }
    }

    /// A page of a project's sessions of one tool, other projects and pages in turn.
    private func filter(_ round: Int) throws(OperatorError) -> SessionFilter {
        var filter = SessionFilter()
        let tool = round % 3 == 2 ? "codex" : "claude-code"
        filter.query = try query("project:\(projects[round % projects.count]) tool:\(tool)")
        filter.limit = 50
        filter.offset = round % 2 * 20
        return filter
    }

    private func search(_ words: String) throws(OperatorError) -> Int64 {
        try catalog.search(SearchRequest(query(words))).total
    }

    private func query(_ text: String) throws(OperatorError) -> SearchQuery {
        try SearchQuery(text) { _, _ in nil }
    }

    private func ask(
        _ question: String,
        _ rounds: Int,
        _ name: String?,
        _ body: (Int) throws(OperatorError) -> Int
    ) throws(OperatorError) {
        guard name == nil || name == question else { return }
        var times: [Int64] = []
        var work: [Int64] = []
        var found = 0
        // The first one reads from disk what the others find in memory.
        for round in 0...rounds {
            let meter = Meter()
            found = max(found, try body(round))
            guard round > 0 else { continue }
            work.append(meter.cpu)
            times.append(meter.wall)
        }
        var json = JSONWriter()
        json.object { json in
            json.string("name", question)
            json.number("p50_ms", QueryProbe.milliseconds(times, 0.5))
            json.number("p95_ms", QueryProbe.milliseconds(times, 0.95))
            json.number("max_ms", QueryProbe.milliseconds(times, 1))
            json.number("cpu_p50_ms", QueryProbe.milliseconds(work, 0.5))
            json.number("cpu_p95_ms", QueryProbe.milliseconds(work, 0.95))
            json.number("found", found)
            json.number("peak_mib", Double(Meter.peak / 102) / 10)
        }
        print(json.result)
    }

    /// The value below which that share of them lies.
    private static func milliseconds(_ nanoseconds: [Int64], _ share: Double) -> Double {
        let sorted = nanoseconds.sorted()
        let index = min(sorted.count - 1, Int(Double(sorted.count) * share))
        return Double(sorted[index] / 1000) / 1000
    }
}
