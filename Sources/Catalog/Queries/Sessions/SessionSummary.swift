import Core
import SQL

/// A session as lists and heads show it.
package struct SessionSummary: Sendable, Hashable {
    package var id: Int64
    /// The tool's own identifier; of a subagent `<parent>/<agent>`.
    package var session: String
    /// What finds it again: the beginning of `session`, or of a subagent that of the row's.
    package var short = ""
    package var tool: String
    package var title: String?
    package var project: String?
    package var directory: String?
    package var branch: String?
    package var machine: String?
    package var started: WallTime?
    package var ended: WallTime?
    package var models: String?
    package var lineage: String?
    package var parent: Int64?
    package var parentCall: String?
    package var agentType: String?
    package var prompts: Int64
    package var messages: Int64
    package var calls: Int64
    package var errors: Int64
    package var findings: Int64
    /// Of all classes, subagents' too.
    package var tokens: Int64
    /// Millionths of a dollar, subagents' too.
    package var cost: Int64
    /// Responses without a price, subagents' too.
    package var unpriced: Int64
    package var grade: String?
    package var owner: String?
    /// "completed", "errored" or "abandoned"; nil before the session was settled.
    package var outcome: String?
    /// 0 to 100.
    package var health: Int64?
    /// Whether it is under legal hold.
    package var isHeld: Bool

    package var isSubagent: Bool { lineage == "subagent" }

    static let select = """
        SELECT s.id, s.session, s.tool, s.title, s.project, s.cwd, s.git_branch, a.name, s.started,
            s.ended, s.models, s.lineage, s.parent, s.parent_call, s.agent_type, s.prompts,
            s.messages, s.tool_calls, s.tool_errors, s.findings,
            s.input_tokens + s.output_tokens + s.cache_write_tokens + s.cache_read_tokens,
            s.cost, s.unpriced, s.grade, o.name, s.outcome, s.health,
            s.hold
        FROM sessions s
        """

    /// With the tables that it needs.
    static let joined = """
        \(select) LEFT JOIN agents a ON a.agent = s.agent LEFT JOIN owners o ON o.owner = s.owner
        """

    init(_ row: Statement) {
        id = row.int(0)
        session = row.text(1)
        tool = row.text(2)
        title = row.optionalText(3)
        project = row.optionalText(4)
        directory = row.optionalText(5)
        branch = row.optionalText(6)
        machine = row.optionalText(7)
        started = row.optionalTime(8)
        ended = row.optionalTime(9)
        models = row.optionalText(10)
        lineage = row.optionalText(11)
        parent = row.optionalInt(12)
        parentCall = row.optionalText(13)
        agentType = row.optionalText(14)
        prompts = row.int(15)
        messages = row.int(16)
        calls = row.int(17)
        errors = row.int(18)
        findings = row.int(19)
        tokens = row.int(20)
        cost = row.int(21)
        unpriced = row.int(22)
        grade = row.optionalText(23)
        owner = row.optionalText(24)
        outcome = row.optionalText(25)
        health = row.optionalInt(26)
        isHeld = row.bool(27)
    }
}
