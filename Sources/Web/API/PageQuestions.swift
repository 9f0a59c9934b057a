import Catalog
import Core
import SQL

/// What the page's analyses ask of sessions.
enum PageQuestions {
    /// Those that are asked in a span of time.
    static let all = [
        programs, slowest, dangers, hosts, accesses, sensitive, growth, composition, quarters,
        messageTypes, projectTags,
    ]

    // MARK: Calls

    /// What shells run, by the first two words of commands: name, calls, failed.
    static let programs = SessionQuestion(
        "\(CallFilter.program("u")), COUNT(*), SUM(u.outcome \(CallOutcome.failed))",
        of: "tool_usage u",
        where: "u.name IS NOT NULL AND \(CallFilter.isShell("u"))",
        by: "2"
    )

    /// The slowest calls: number of the row, duration.
    static let slowest = SessionQuestion(
        "u.row, u.duration",
        of: "tool_usage u",
        where: "u.name IS NOT NULL AND u.duration IS NOT NULL",
        order: "u.duration DESC"
    ) { _, rows in
        rows.prefix(20).map { [.integer($0.int(0)), .integer($0.int(1))] }
    }

    /// What came of dangerous calls: all, those that ran, were denied, failed, have no result.
    static let dangers = SessionQuestion(
        """
        COUNT(*), SUM(u.outcome = 'success'), SUM(u.outcome = 'denied'),
        SUM(u.outcome \(CallOutcome.failed)), SUM(u.outcome IS NULL)
        """,
        of: "tool_usage u",
        where: "u.name IS NOT NULL AND u.danger IS NOT NULL",
        by: "u.session"
    )

    /// Hosts that calls name, and how often.
    static let hosts = SessionQuestion(
        "\(CallFilter.host("u")), COUNT(*)",
        of: "tool_usage u",
        where: "u.name IS NOT NULL AND \(CallFilter.isOfNetwork("u"))",
        by: "2"
    )

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

    /// The greatest pressure; redundancy and efficiency at the last response.
    static let context = SessionQuestion(
        "k.pressure, k.redundancy, k.efficiency",
        of: "context_analysis k",
        order: "k.timestamp, k.id"
    ) { _, rows in
        func value(_ row: SessionRow?, _ column: Int) -> SQLValue {
            row.flatMap { $0.isNull(column) ? nil : .real($0.double(column)) } ?? .null
        }
        let fullest = rows.filter { !$0.isNull(0) }.max { $0.double(0) < $1.double(0) }
        return [[value(fullest, 0), value(rows.last, 1), value(rows.last, 2)]]
    }

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

    private static let spoken = "x.retracted = 0 AND \(Speaker.isSpoken("x"))"

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
            where: "\(spoken) AND t.\(column) IS NOT NULL",
            by: "t.\(column)"
        )
    }
}
