import Core
import Testing

@testable import Settings

@Suite("Presets")
struct PresetTests {
    private func definition(_ name: String, _ text: String = "") throws -> SourceDefinition {
        try #require(Samples.agent(text).definitions.first { $0.name == name })
    }

    @Test(
        "Claude Code's files are shipped: transcripts by tail, JSON objects by snapshot",
        arguments: [
            ("projects/-home-ada-x/0b4e.jsonl", .tail),
            ("projects/-home-ada-x/agent-1.jsonl", .tail),
            ("projects/-home-ada-x/0b4e/subagents/agent-1.jsonl", .tail),
            ("projects/-home-ada-x/0b4e/subagents/agent-1.meta.json", .snapshot),
            ("projects/-home-ada-x/0b4e/subagents/workflows/wf_1/journal.jsonl", .tail),
            ("projects/-home-ada-x/0b4e/subagents/workflows/wf_1/agent-1.meta.json", .snapshot),
            ("projects/-home-ada-x/0b4e/workflows/wf_1.json", .snapshot),
            ("projects/-home-ada-x/0b4e/workflows/scripts/a.js", .tail),
            ("projects/-home-ada-x/0b4e/tool-results/t.txt", .tail),
            ("projects/-home-ada-x/sessions-index.json", .snapshot),
            ("projects/-home-ada-x/.session-aliases", .tail),
            ("projects/-home-ada-x/memory/a.md", .tail), ("projects/x", .tail),
            ("history.jsonl", .tail), ("stats-cache.json", nil), (".credentials.json", nil),
            ("todos/x.json", nil), ("debug/x.txt", nil), ("old/history.jsonl", nil),
            ("projects/x/state.sqlite", nil), ("file-history/u/f", nil),
        ] as [(String, SourceMode?)]
    )
    func claudeCode(path: String, mode: SourceMode?) throws {
        try check("claude-code", root: "/home/ada/.claude", path, mode)
    }

    @Test(
        "Codex's rollouts are shipped, active, archived and compressed",
        arguments: [
            ("sessions/2026/01/02/rollout-2026-01-02T03-04-05-u.jsonl", .tail),
            ("sessions/2026/01/02/rollout-2026-01-02T03-04-05-u.jsonl.zst", .tail),
            ("archived_sessions/rollout-u.jsonl", .tail),
            ("archived_sessions/rollout-u.jsonl.zst", .tail), ("history.jsonl", .tail),
            ("session_index.jsonl", nil), ("state_5.sqlite", nil), ("auth.json", nil),
            ("config.toml", nil), ("archived_sessions/x/rollout-u.jsonl", nil),
        ] as [(String, SourceMode?)]
    )
    func codex(path: String, mode: SourceMode?) throws {
        try check("codex", root: "/home/ada/.codex", path, mode)
    }

    @Test(
        "Gemini's chats are shipped: objects by snapshot, lines by tail",
        arguments: [
            ("tmp/3f2a/chats/session-2026-01-02T03-04-abcd1234.json", .snapshot),
            ("tmp/my-project/chats/session-2026-01-02T03-04-abcd1234.jsonl", .tail),
            ("tmp/my-project/chats/parent-id/sub-id.jsonl", .tail),
            ("tmp/3f2a/logs.json", .snapshot), ("tmp/3f2a/checkpoint.json", nil),
            ("oauth_creds.json", nil), ("tmp/bin/rg", nil),
        ] as [(String, SourceMode?)]
    )
    func gemini(path: String, mode: SourceMode?) throws {
        try check("gemini", root: "/home/ada/.gemini", path, mode)
    }

    private func check(
        _ name: String,
        root: BytePath,
        _ path: String,
        _ mode: SourceMode?
    ) throws {
        let source = try definition(name)
        #expect(source.root == root)
        switch source.decide(BytePath(path)) {
        case .ship(let decided, _): #expect(decided == mode)
        case .skip: #expect(mode == nil)
        }
        if mode != nil {
            // A scanner that prunes gets there.
            var folder = BytePath(path).parent
            while !folder.isEmpty {
                #expect(source.couldShip(below: folder), "\(folder)")
                folder = folder.parent
            }
        }
    }

    @Test("Folders without a file for us are not entered")
    func pruning() throws {
        let claude = try definition("claude-code")
        #expect(claude.couldShip(below: ""))
        #expect(!claude.couldShip(below: "debug"))
        #expect(!claude.couldShip(below: "file-history/u"))
        let gemini = try definition("gemini")
        #expect(gemini.couldShip(below: "tmp/p/chats/x"))
        #expect(!gemini.couldShip(below: "tmp/p/checkpoints"))
    }

    @Test("The tools' own variables move their folders, and root wins over them")
    func variables() throws {
        let context = ExpansionContext(
            home: "/home/ada",
            variables: ["CLAUDE_CONFIG_DIR": "/x/$c", "CODEX_HOME": ""],
            userName: "ada"
        )
        let settings = try Samples.agent("", context)
        #expect(
            settings.definitions.map(\.root) == ["/x/$c", "/home/ada/.codex", "/home/ada/.gemini"]
        )
        let rooted = try Samples.agent("[source.claude-code]\nroot = \"~/c\"", context)
        #expect(rooted.definitions[0].root == "/home/ada/c")
    }

    @Test("A variable that is no absolute path is reported, unless the folder is given")
    func badVariable() throws {
        let context = ExpansionContext(
            home: "/home/ada",
            variables: ["CODEX_HOME": "codex"],
            userName: "ada"
        )
        #expect(
            Samples.agentProblems([], context)
                == "[source.codex]: the variable CODEX_HOME is \"codex\", which is not an absolute path"
        )
        #expect(try Samples.agent("[source.codex]\nroot = \"/c\"", context).definitions.count == 3)
        let settings = try Samples.agent("[source.c]\npreset = \"codex\"\nroot = \"/c\"", context)
        #expect(settings.definitions.map(\.name) == ["c", "claude-code", "gemini"])
    }
}
