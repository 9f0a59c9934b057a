import Catalog
import Core
import SQL

/// What the page's analyses ask of sessions.
enum PageQuestions {
    /// Those that are asked in a span of time.
    static let all = [
        commands, slowest, retries, loops, dangers, hosts, accesses, sensitive, context, growth,
        composition, quarters, messageTypes, projectTags,
    ]

    // MARK: Calls

    /// Commands of shells by their first two words: name, calls, failed or interrupted.
    static let commands = SessionQuestion(
        "substr(u.command, 1, 200), u.outcome IN ('error', 'interrupted')",
        of: "tool_usage u",
        where: "u.category = 'shell' AND u.command IS NOT NULL"
    ) { _, rows in
        var counts: [String: (calls: Int64, errors: Int64)] = [:]
        for row in rows {
            let words = row.text(0).split(whereSeparator: \.isWhitespace)
            // What stands before a command: assignments of variables.
            let name = words.drop { $0.contains("=") }.prefix(2).joined(separator: " ")
            counts[name, default: (0, 0)].calls += 1
            counts[name]?.errors += row.int(1)
        }
        return counts.map { [.text($0.key), .integer($0.value.calls), .integer($0.value.errors)] }
    }

    /// The slowest calls: number of the row, duration.
    static let slowest = SessionQuestion(
        "u.row, u.duration",
        of: "tool_usage u",
        where: "u.duration IS NOT NULL",
        order: "u.duration DESC"
    ) { _, rows in
        rows.prefix(20).map { [.integer($0.int(0)), .integer($0.int(1))] }
    }

    /// How often the same call came again at once (formula 12).
    static let retries = SessionQuestion(
        tables: ["tool_usage"],
        sql: { within in
            """
            SELECT session, SUM(run - 1) FROM (
                SELECT session, COUNT(*) AS run FROM (
                    SELECT u.session AS session, u.name AS name, u.input_hash AS input,
                        ROW_NUMBER() OVER (PARTITION BY u.session ORDER BY u.timestamp, u.id)
                        - ROW_NUMBER() OVER (PARTITION BY u.session, u.name, u.input_hash
                            ORDER BY u.timestamp, u.id) AS island
                    \(SessionQuestion.sessions)
                    CROSS JOIN tool_usage u ON u.session = s.id AND \(within("u.timestamp"))
                    WHERE u.name IS NOT NULL AND u.input_hash IS NOT NULL
                ) GROUP BY session, name, input, island HAVING run >= 3
            ) GROUP BY session ORDER BY session
            """
        }
    )

    /// Ten minutes with at least six failures of a kind.
    static let loops = SessionQuestion(
        tables: ["tool_usage"],
        sql: { within in
            """
            SELECT session, COUNT(*) FROM (
                SELECT u.session AS session, u.timestamp / 600000000000, COUNT(*) AS calls,
                    SUM(u.outcome = 'error') AS errors
                \(SessionQuestion.sessions)
                CROSS JOIN tool_usage u ON u.session = s.id AND \(within("u.timestamp"))
                WHERE u.name IS NOT NULL AND u.error_class IS NOT NULL
                GROUP BY 1, 2, u.error_class HAVING calls >= 6 AND errors >= 6
            ) GROUP BY session ORDER BY session
            """
        }
    )

    /// Dangerous calls that ran, were denied, failed.
    static let dangers = SessionQuestion(
        """
        SUM(u.outcome = 'success'), SUM(u.outcome = 'denied'),
        SUM(u.outcome IN ('error', 'interrupted'))
        """,
        of: "tool_usage u",
        where: "u.danger IS NOT NULL",
        by: "u.session"
    )

    /// Hosts that calls name, and how often.
    static let hosts = SessionQuestion(
        "substr(COALESCE(u.query, u.command), 1, 2000)",
        of: "tool_usage u",
        where: "u.network = 1 AND COALESCE(u.query, u.command) LIKE '%://%'"
    ) { _, rows in
        var hosts: [String: Int64] = [:]
        for row in rows {
            if let host = WebHost.first(in: row.text(0)) { hosts[host, default: 0] += 1 }
        }
        return hosts.map { [.text($0.key), .integer($0.value)] }
    }

    // MARK: Files

    /// Accesses by file, operation and hour: path, operation, how many, lines added, removed, the last one's time.
    static let accesses = SessionQuestion(
        """
        f.path, f.operation, COUNT(*), SUM(f.lines_added), SUM(f.lines_removed), MAX(f.timestamp)
        """,
        of: "file_access f",
        by: "f.path, f.operation, f.timestamp / 3600000000000"
    )

    /// Sensitive files that were touched.
    static let sensitive = SessionQuestion(
        "f.path",
        of: "file_access f",
        where: "f.sensitive = 1",
        by: "f.path"
    )

    /// Responses by the file that they count for: the file, how many, what they cost, those without a price.
    static let responsesOfFiles = SessionQuestion(
        "e.file, COUNT(*), SUM(r.cost), SUM(r.cost IS NULL)",
        of: "responses r",
        joining: "JOIN entries e ON e.seq = r.entry",
        where: "r.error = 0",
        by: "e.file"
    )

    // MARK: Context

    /// The last response: its time, the greatest pressure, redundancy and efficiency.
    static let context = SessionQuestion(
        "MAX(k.timestamp), MAX(k.pressure), k.redundancy, k.efficiency",
        of: "context_analysis k",
        by: "k.session"
    )

    /// How much the context grew from response to response.
    static let growth = SessionQuestion(
        tables: ["context_analysis"],
        sql: { within in
            """
            SELECT session, growth FROM (
                SELECT k.session AS session, k.context_tokens - LAG(k.context_tokens) OVER (
                    PARTITION BY k.session ORDER BY k.timestamp, k.id) AS growth
                \(SessionQuestion.sessions)
                CROSS JOIN context_analysis k ON k.session = s.id AND \(within("k.timestamp"))
            ) WHERE growth > 0 ORDER BY session
            """
        }
    )

    /// What contexts are made of, and its bytes.
    static let composition = SessionQuestion(
        """
        CASE x.kind WHEN 'tool_result' THEN 'tool results' WHEN 'tool_use' THEN 'tool calls'
            WHEN 'prompt' THEN 'prompts' WHEN 'text' THEN 'answers' WHEN 'thinking' THEN 'thinking'
            WHEN 'compact_summary' THEN 'summaries' ELSE 'other' END, SUM(x.length)
        """,
        of: "messages x",
        where: "x.retracted = 0",
        by: "2"
    )

    // MARK: Conversations

    private static let spoken = "x.retracted = 0 AND x.kind IN ('prompt', 'text')"

    /// Prompts and answers by quarter of an hour.
    static let quarters = SessionQuestion(
        "x.timestamp / 900000000000, COUNT(*)",
        of: "messages x",
        where: spoken + " AND x.timestamp IS NOT NULL",
        by: "2"
    )

    /// Tagged messages by type.
    static let messageTypes = tagged("message_type")
    /// Tagged messages by the project that they name.
    static let projectTags = tagged("project_tag")

    private static func tagged(_ column: String) -> SessionQuestion {
        SessionQuestion(
            "t.\(column), COUNT(*)",
            of: "messages x",
            joining: "JOIN tags t ON t.id = x.id",
            where: "x.retracted = 0 AND t.\(column) IS NOT NULL",
            by: "t.\(column)"
        )
    }
}
