import Catalog
import Core
import Platform
import SQL

/// All metrics; what rows add up to is asked of the catalog's own sums, so that a scrape costs little.
struct MetricsReport {
    /// Projects with a series of their own; the others are "other".
    private static let projects = 20

    private let context: RequestContext
    private let facts: ReceiverFacts
    private var out = MetricsText()

    init(_ context: RequestContext) {
        self.context = context
        facts = context.site.seams.receiver.facts()
    }

    func text() throws(APIError) -> String {
        var report = self
        report.receiver()
        report.agents()
        try report.files()
        try report.usage()
        try report.tools()
        try report.findings()
        try report.sessions()
        report.consumers()
        report.web()
        return report.out.text
    }

    // MARK: What is in memory

    private mutating func receiver() {
        out.metric("build_info", .gauge, "The version that runs.")
        out.sample("build_info", [("version", context.site.options.version)], 1.0)
        let seconds = Double(facts.running.components.seconds)
        out.single("uptime_seconds", .gauge, "Since the start.", seconds)
        out.single("resident_bytes", .gauge, "Memory of the process.", Double(facts.resident))
        out.single("durable_bytes", .gauge, "Content that is synced.", Double(facts.durable))
        out.metric("pending_bytes", .gauge, "Synced content that has not arrived at a stage.")
        out.sample("pending_bytes", [("stage", "archive")], Double(facts.unarchived))
        out.sample("pending_bytes", [("stage", "rows")], Double(facts.unread))
        let age = facts.pendingSince.map { Double((context.now - $0).milliseconds) / 1000 } ?? 0
        out.single("pending_age_seconds", .gauge, "Age of the oldest of what waits.", max(0, age))
        out.single(
            "journal_backlog_bytes",
            .gauge,
            "Size of the journal.",
            Double(facts.journalBacklog)
        )
        out.single(
            "disk_available_bytes",
            .gauge,
            "Free for the storage folder.",
            Double(facts.diskAvailable)
        )
        out.single(
            "window_bytes",
            .gauge,
            "Granted to an agent; 0 is a pause.",
            Double(facts.window.bytes)
        )
        latency()
    }

    private mutating func latency() {
        let latency = context.site.live.board.histogram
        out.metric("ship_latency_seconds", .histogram, "From an event to its receipt.")
        for (bound, number) in zip(LiveBoard.Histogram.bounds, latency.buckets) {
            let labels = [("le", bound.description)]
            out.sample("ship_latency_seconds_bucket", labels, Double(number))
        }
        out.sample("ship_latency_seconds_bucket", [("le", "+Inf")], Double(latency.count))
        out.sample("ship_latency_seconds_sum", [], latency.sum)
        out.sample("ship_latency_seconds_count", [], Double(latency.count))
    }

    private mutating func agents() {
        let all = context.agents(facts)
        let agents = all.filter { $0.revoked == nil }
        out.metric("agents", .gauge, "Agents by state.")
        out.sample("agents", [("state", "connected")], Double(agents.count { $0.isConnected }))
        out.sample("agents", [("state", "away")], Double(agents.count { !$0.isConnected }))
        out.sample("agents", [("state", "revoked")], Double(all.count - agents.count))
        out.metric("agent_connected", .gauge, "Whether the agent is connected.")
        for agent in agents {
            out.sample("agent_connected", [("agent", agent.name)], agent.isConnected ? 1.0 : 0.0)
        }
        out.metric("agent_last_seen_seconds", .gauge, "Since the agent last connected.")
        for agent in agents {
            let seen = agent.seen ?? agent.enrolled
            let age = agent.isConnected ? 0 : Double((context.now - seen).milliseconds) / 1000
            out.sample("agent_last_seen_seconds", [("agent", agent.name)], max(0, age))
        }
    }

    private mutating func consumers() {
        let consumers = context.site.seams.consumers.consumers()
        out.metric("consumer_lag_rows", .gauge, "Rows that a consumer has not had yet.")
        for consumer in consumers {
            out.sample("consumer_lag_rows", [("consumer", consumer.name)], consumer.lagRows)
        }
        out.metric("consumer_lag_seconds", .gauge, "Age of the oldest of them.")
        for consumer in consumers {
            out.sample("consumer_lag_seconds", [("consumer", consumer.name)], consumer.lagSeconds)
        }
        out.metric("consumer_state", .gauge, "1 for the state that a consumer is in.")
        for consumer in consumers {
            for state in ConsumerFacts.State.allCases {
                let labels = [("consumer", consumer.name), ("state", state.rawValue)]
                out.sample("consumer_state", labels, consumer.state == state ? 1.0 : 0.0)
            }
        }
        out.metric("consumer_delivered_total", .counter, "Rows that were delivered.")
        for consumer in consumers {
            out.sample(
                "consumer_delivered_total",
                [("consumer", consumer.name)],
                consumer.delivered
            )
        }
        out.metric("consumer_dead_letters", .gauge, "Rows that a backend refused for good.")
        for consumer in consumers {
            out.sample("consumer_dead_letters", [("consumer", consumer.name)], consumer.deadLetters)
        }
    }

    private mutating func web() {
        out.single(
            "sse_clients",
            .gauge,
            "Streams that are open.",
            Double(context.site.live.clientCount)
        )
        let counts = context.site.meter.all
        out.metric("http_requests_total", .counter, "Answers by route and status.")
        for (route, count) in counts {
            for (status, number) in count.statuses.sorted(by: { $0.key < $1.key }) {
                let labels = [("route", route), ("status", String(status))]
                out.sample("http_requests_total", labels, Double(number))
            }
        }
        out.metric("http_request_seconds", .histogram, "How long answers took, by route.")
        for (route, count) in counts {
            for (bound, number) in zip(RequestMeter.buckets, count.buckets) {
                let labels = [("route", route), ("le", bound.description)]
                out.sample("http_request_seconds_bucket", labels, Double(number))
            }
            let total = Double(count.total)
            out.sample("http_request_seconds_bucket", [("route", route), ("le", "+Inf")], total)
            out.sample("http_request_seconds_sum", [("route", route)], count.seconds)
            out.sample("http_request_seconds_count", [("route", route)], total)
        }
    }

    // MARK: What rows add up to

    private mutating func files() throws(APIError) {
        var conditions = Conditions("f.expired = 0")
        conditions.add(context.scope("f.owner"))
        let sums = try context.rows(
            """
            SELECT COALESCE(a.name, ''), f.digest_state, COUNT(*), SUM(f.held), SUM(f.lines),
                SUM(f.entries), SUM(f.malformed), SUM(f.unknown), SUM(f.recovered)
            FROM files f LEFT JOIN agents a ON a.agent = f.agent \(conditions.sql)
            GROUP BY 1, 2 ORDER BY 1, 2
            """,
            conditions.values
        ) { row in (row.text(0), row.text(1), (2..<9).map { row.int($0) }) }
        out.metric("archive_files", .gauge, "Files by agent and state of their digest.")
        for (agent, state, numbers) in sums {
            out.sample("archive_files", [("agent", agent), ("digest", state)], numbers[0])
        }
        let mismatches = sums.filter { $0.1 == "mismatch" }.reduce(0) { $0 + $1.2[0] }
        out.single("archive_mismatch_files", .gauge, "Files that differ.", Double(mismatches))
        var agents: [String: [Int64]] = [:]
        for (agent, _, numbers) in sums {
            let former = agents[agent] ?? Array(repeating: 0, count: 7)
            agents[agent] = zip(former, numbers).map { $0 + $1 }
        }
        let sorted = agents.sorted { $0.key < $1.key }
        let gauges: [(String, Int, String)] = [
            ("archive_bytes", 1, "Content in the archive."),
            ("lines", 2, "Lines that were read."),
            ("entries", 3, "Records that were read."),
            ("entries_malformed", 4, "Records that are none."),
            ("entries_unknown", 5, "Records of a kind that is not known."),
            ("entries_recovered", 6, "Records that could be read although something was wrong."),
        ]
        for (name, lane, help) in gauges {
            out.metric(name, .gauge, help)
            for (agent, numbers) in sorted { out.sample(name, [("agent", agent)], numbers[lane]) }
        }
    }

    private mutating func usage() throws(APIError) {
        let scope = context.scope("s.owner")
        let sums = try context.rows(
            """
            SELECT COALESCE(s.project, ''), SUM(s.cost), SUM(s.input_tokens),
                SUM(s.output_tokens), SUM(s.cache_write_tokens), SUM(s.cache_read_tokens),
                SUM(s.messages), SUM(s.unpriced)
            FROM sessions s \(scope.sql) GROUP BY 1 ORDER BY 2 DESC, 1
            """,
            scope.values
        ) { row in (row.text(0), (1..<8).map { row.int($0) }) }
        var projects = Array(sums.prefix(MetricsReport.projects))
        if sums.count > projects.count {
            var rest = Array(repeating: Int64(0), count: 7)
            for (_, numbers) in sums.dropFirst(projects.count) {
                rest = zip(rest, numbers).map { $0 + $1 }
            }
            projects.append(("other", rest))
        }
        out.metric("cost_usd", .gauge, "What all that is known cost, by project.")
        for (project, numbers) in projects {
            out.sample("cost_usd", [("project", project)], Double(numbers[0]) / 1e6)
        }
        out.metric("tokens", .gauge, "Tokens by class and project.")
        for (lane, type) in ["input", "output", "cache_write", "cache_read"].enumerated() {
            for (project, numbers) in projects {
                out.sample("tokens", [("type", type), ("project", project)], numbers[lane + 1])
            }
        }
        out.metric("messages", .gauge, "Messages by project.")
        for (project, numbers) in projects {
            out.sample("messages", [("project", project)], numbers[5])
        }
        let unpriced = projects.reduce(0) { $0 + $1.1[6] }
        out.single("responses_unpriced", .gauge, "Responses without a price.", Double(unpriced))
    }

    private mutating func tools() throws(APIError) {
        let since = context.now.nanoseconds - 86_400_000_000_000
        var conditions = Conditions("s.ended >= ?1 AND c.name IS NOT NULL", [.integer(since)])
        conditions.add(context.scope("s.owner"))
        let sums = try context.rows(
            """
            SELECT c.name, COALESCE(c.outcome, 'open'), COUNT(*)
            FROM sessions s JOIN tool_usage c ON c.session = s.id AND c.timestamp >= ?1
            \(conditions.sql) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 200
            """,
            conditions.values
        ) { ($0.text(0), $0.text(1), $0.int(2)) }
        out.metric("tool_calls_day", .gauge, "Calls of the last 24 hours by tool and outcome.")
        for (name, outcome, count) in sums {
            out.sample("tool_calls_day", [("tool", name), ("outcome", outcome)], count)
        }
    }

    private mutating func findings() throws(APIError) {
        let scope = context.scope("owner")
        let sums = try context.rows(
            "SELECT rule, severity, COUNT(*) FROM findings \(scope.sql) GROUP BY 1, 2 ORDER BY 1, 2",
            scope.values
        ) { ($0.text(0), $0.text(1), $0.int(2)) }
        out.metric("findings", .gauge, "Findings by rule and severity.")
        for (rule, severity, count) in sums {
            out.sample("findings", [("rule", rule), ("severity", severity)], count)
        }
    }

    private mutating func sessions() throws(APIError) {
        let since = context.now.nanoseconds - LiveNumbers.active.nanoseconds
        let scope = context.scope("owner")
        var conditions = Conditions("ended >= ?", [.integer(since)])
        conditions.add("lineage IS NOT 'subagent'")
        conditions.add(scope)
        let active = try context.count(
            "SELECT COUNT(*) FROM sessions \(conditions.sql)",
            conditions.values
        )
        out.single("active_sessions", .gauge, "With an event in the last 10 min.", Double(active))
        let all = try context.count("SELECT COUNT(*) FROM sessions \(scope.sql)", scope.values)
        out.single("sessions", .gauge, "All that are known, subagents too.", Double(all))
        out.single("catalog_rev", .gauge, "The catalog's revision.", Double(context.head.rev))
    }
}
