import Core
import Foundation
import SQL
import TestSupport
import Testing

/// Real sessions, shipped by a real agent, and the totals of their rows beside those of other programs.
///
/// TAILSHIP_PROGRAMS names the folder of release programs: with those of a debug build it takes a quarter of an hour.
@Suite struct RealSessionTotalsTests {
    /// What a model used, by class of token.
    private struct Usage: Equatable {
        var responses = 0
        var input = 0
        var output = 0
        var cacheCreate = 0
        var cacheRead = 0

        static func + (one: Usage, other: Usage) -> Usage {
            Usage(
                responses: one.responses + other.responses,
                input: one.input + other.input,
                output: one.output + other.output,
                cacheCreate: one.cacheCreate + other.cacheCreate,
                cacheRead: one.cacheRead + other.cacheRead
            )
        }
    }

    private static let withoutRule: Comment =
        "set TAILSHIP_SESSIONS to a folder of real sessions, and TAILSHIP_CCUSAGE to ccusage_rule.py"
    private static let withoutPeer: Comment =
        "set TAILSHIP_SESSIONS to a folder of real sessions, and make test-peers"

    @Test(.enabled(if: RealHome.folder != nil && RealHome.ccusage != nil, withoutRule))
    func `Tokens by model are those of ccusage's rule, but where it is wrong`() async throws {
        try await Stage.with { stage in
            let receiver = try await Self.shipped(stage)
            print(try await receiver.command("cost", "--by", "model").output)
            let ours = try await Self.usage(receiver)
            let theirs = try await Self.ccusage(stage)
            for model in Set(ours.keys).union(theirs.keys).sorted() {
                let expected = (theirs[model] ?? Usage()) + (Self.accepted[model]?.more ?? Usage())
                #expect((ours[model] ?? Usage()) == expected, "\(model)")
            }
        }
    }

    /// What we have more than ccusage of a model, and why that is right.
    private static let accepted: [String: (more: Usage, reason: String)] = [
        "": (
            Usage(responses: 2, input: 3_000, output: 150, cacheCreate: 300, cacheRead: 1_300),
            "written by hand: records without a time, which it leaves out"
        ),
        "<synthetic>": (
            Usage(responses: -41),
            "no model: what the tool says itself when a request fails, without tokens; cost does not count it"
        ),
        "claude-3-sonnet-20240229": (
            Usage(responses: 3, input: 320, output: 350, cacheCreate: 0, cacheRead: 0),
            "it looks for the text \"usage\":{ and misses lines with a blank in it"
        ),
        "claude-sonnet-4-5-20250929": (
            Usage(responses: 5, input: 14, output: 500, cacheCreate: 3_601, cacheRead: 6_000),
            "the same"
        ),
        "claude-sonnet-4-20250514": (
            Usage(responses: 3, input: 11, output: 90, cacheCreate: 13_976, cacheRead: 57_990),
            "the same of two, and one with an empty usage"
        ),
        "claude-opus-4-8": (
            Usage(responses: 0, input: 0, output: 33_005, cacheCreate: 198_844, cacheRead: 0),
            """
            gateways write a break-down of 0 beside the true count of cache writes; it takes the 0, and with it an \
            earlier line of a response for the larger one
            """
        ),
    ]

    @Test(.enabled(if: RealHome.folder != nil && RealHome.agentsview != nil, withoutPeer))
    func `What agentsview finds is there, and what it does not find is accounted for`() async throws
    {
        try await Stage.with { stage in
            let receiver = try await Self.shipped(stage)
            let theirs = try await Self.agentsview(stage)
            let ours = try CatalogRows(receiver)
            let itsCalls = Set(
                try theirs.prepare("SELECT tool_use_id FROM tool_calls WHERE tool_use_id <> ''").all
                {
                    $0.text(0)
                }
            )
            let calls = try Self.calls(ours)
            print("calls: \(calls.count), agentsview \(itsCalls.count)")
            #expect(itsCalls.subtracting(calls.keys).sorted() == [])
            let read = Set(try theirs.prepare("SELECT file_path FROM sessions").all { $0.text(0) })
            let home = stage.folder.appending("real")
            let more = calls.filter { call, origin in
                !itsCalls.contains(call) && !Self.isUnread(origin.kind)
                    && read.contains(home.appending(BytePath(origin.path)).description)
            }
            #expect(more.isEmpty)
            // It takes an answer without usage for a response too.
            let responses = Set(try ours.texts("SELECT message_id FROM responses"))
            let itsResponses = Set(
                try theirs.prepare(
                    """
                    SELECT claude_message_id FROM messages
                    WHERE claude_message_id <> '' AND token_usage <> ''
                    """
                ).all { $0.text(0) }
            )
            print("responses: \(responses.count), agentsview \(itsResponses.count)")
            #expect(itsResponses.subtracting(responses).sorted() == [])
        }
    }

    /// Records with calls that it does not read: copies of what subagents do (Claude Code), and searches (Codex).
    private static func isUnread(_ kind: String) -> Bool {
        [
            "progress/agent_progress", "response_item/web_search_call",
            "response_item/tool_search_call",
        ].contains(kind)
    }

    /// The calls that have an identifier: where the first record stands that tells of it.
    private static func calls(_ rows: CatalogRows) throws -> [String: (path: String, kind: String)]
    {
        let roots = Dictionary(uniqueKeysWithValues: RealHome.roots)
        let lines = try rows.texts(
            """
            SELECT t.call, f.source, f.path, e.kind FROM tool_usage t
            JOIN entries e ON e.seq = t.entry JOIN files f ON f.id = e.file
            WHERE t.call IS NOT NULL AND t.name IS NOT NULL
            """
        )
        var calls: [String: (path: String, kind: String)] = [:]
        for line in lines {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map(
                String.init
            )
            calls[cells[0]] = ("\(roots[cells[1]] ?? "")/\(cells[2])", cells[3])
        }
        return calls
    }

    private static func agentsview(_ stage: Stage) async throws -> Connection {
        let home = stage.folder.appending("real")
        let data = stage.folder.appending("agentsview")
        let outcome = try await stage.run(
            RealHome.agentsview ?? "",
            ["sync", "--full"],
            environment: [
                "HOME": home.description, "AGENTSVIEW_DATA_DIR": data.description,
                "AGENTSVIEW_NO_DAEMON": "1", "DO_NOT_TRACK": "1",
            ],
            within: .seconds(600)
        )
        guard outcome.end == .exit(0) else { throw TestFailure("agentsview: \(outcome.all)") }
        return try Connection(path: data.appending("sessions.db"), mode: .readOnly)
    }

    /// A receiver that has the rows of all real sessions of the three presets.
    private static func shipped(_ stage: Stage) async throws -> ReceiverNode {
        let folder = try #require(RealHome.folder)
        let home = try RealHome(stage.folder.appending("real"), from: folder)
        let receiver = try ReceiverNode(stage)
        try await receiver.start()
        let sources = RealHome.roots.map { preset, root in
            "[source.\(preset)]\nroot = \"\(home.path.appending(BytePath(root)))\""
        }
        let agent = try AgentNode(
            stage,
            ports: [("main", receiver.port)],
            sources: sources.joined(separator: "\n")
        )
        try await agent.join(receiver)
        try await agent.start()
        try await agent.shipped(within: .seconds(300))
        var last = -1
        try await eventually("all bytes have rows", within: .seconds(900), every: .seconds(3)) {
            let status = try await receiver.status()
            guard status.archivedBytes >= home.bytes, status.streamsWithoutRows == 0 else {
                return false
            }
            let entries = try CatalogRows(receiver).number("SELECT count(*) FROM entries")
            defer { last = entries }
            return entries == last
        }
        return receiver
    }

    /// What `cost --by model` says of Claude Code.
    private static func usage(_ receiver: ReceiverNode) async throws -> [String: Usage] {
        struct Answer: Decodable {
            struct Row: Decodable {
                var key: String
                var responses: Int
                var input_tokens: Int
                var output_tokens: Int
                var cache_write_5m_tokens: Int
                var cache_write_1h_tokens: Int
                var cache_read_tokens: Int
            }
            var rows: [Row]
        }
        let outcome = try await receiver.command(
            "cost",
            "--by",
            "model",
            "--json",
            "--tool",
            "claude-code"
        )
        guard outcome.end == .exit(0) else { throw TestFailure("cost: \(outcome.all)") }
        let answer = try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
        let pairs = answer.rows.map { row in
            (
                row.key == "(none)" ? "" : row.key,
                Usage(
                    responses: row.responses,
                    input: row.input_tokens,
                    output: row.output_tokens,
                    cacheCreate: row.cache_write_5m_tokens + row.cache_write_1h_tokens,
                    cacheRead: row.cache_read_tokens
                )
            )
        }
        return Dictionary(pairs, uniquingKeysWith: +)
    }

    private static func ccusage(_ stage: Stage) async throws -> [String: Usage] {
        struct Answer: Decodable {
            var models: [String: [String: Double]]
        }
        let projects = stage.folder.appending("real/.claude/projects").description
        let outcome = try await stage.run("python3", [RealHome.ccusage ?? "", projects])
        guard outcome.end == .exit(0) else { throw TestFailure("ccusage: \(outcome.all)") }
        let answer = try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
        return answer.models.mapValues { sums in
            func sum(_ key: String) -> Int { Int(sums[key] ?? 0) }
            return Usage(
                responses: sum("n"),
                input: sum("input"),
                output: sum("output"),
                cacheCreate: sum("cache_create"),
                cacheRead: sum("cache_read")
            )
        }
    }
}
