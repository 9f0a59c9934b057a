import Core
import Testing
import Transcripts

/// The classic rules told again in the plainest way, to compare with; for ASCII texts.
private enum ClassicModel {
    static let chains: [(String, String)] = [
        ("photo_capture", "photo image camera capture upload scan"),
        ("reconstruction", "nerf gaussian mesh 3d_model reconstruction training"),
        ("quality_assessment", "quality f1_score artifacts accuracy validation"),
        ("unity_integration", "unity gameobject import export lod material"),
        ("token_optimization", "token cost optimization efficiency budget"),
        ("system_architecture", "architecture design framework pattern strategy"),
        ("agent_collaboration", "agent collaboration coordination handshake sync"),
        ("data_management", "database storage persistence cache index"),
        ("ui_ux", "ui ux interface user display interaction"),
        ("testing_validation", "test validation qa benchmark metrics"),
    ]

    static func words(_ text: String) -> [String] {
        text.split(separator: " ").map { $0.split(separator: "_").joined(separator: " ") }
    }

    static func contains(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains {
            Array(text[$0..<$0 + part.count]) == part
        }
    }

    static func chain(_ text: String) -> String {
        let scores = chains.map { chain in words(chain.1).count { contains(text, $0) } }
        let best = scores.max() ?? 0
        guard best > 0, let index = scores.firstIndex(of: best) else {
            return "system_architecture"
        }
        return chains[index].0
    }

    static func keywords(_ text: String) -> [String] {
        Array(Set(chains.flatMap { words($0.1) }).filter { contains(text, $0) }.sorted().prefix(10))
    }

    static func hasWord(_ text: String, _ words: String) -> Bool {
        let parts = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        return words.split(separator: " ").contains { parts.contains(String($0)) }
    }

    static func shl(_ text: String) -> [String] {
        var tags: [String] = []
        if hasWord(text, "ready complete done finished approved") { tags.append("@Status-Ready") }
        if hasWord(text, "blocked waiting issue problem error") { tags.append("@Status-Blocked") }
        if hasWord(text, "decided approved finalized confirmed") { tags.append("@Decision-Made") }
        if ["?", "how should", "which", "what if"].contains(where: { contains(text, $0) }) {
            tags.append("@Question-Open")
        }
        if hasWord(text, "todo fixme implement build create") { tags.append("@Action-Required") }
        return tags + ["@Chain-" + chain(text)]
    }
}

@Suite("The classic tags are exactly those of the rules") struct ClassicTests {
    private static let tagger = ClassicTagger()

    private func tags(_ text: String, _ speaker: String = "user") -> TagSet {
        ClassicTests.tagger.tags(text, speaker: speaker)
    }

    @Test("They equal a plain telling of the rules on any text", arguments: 0..<20)
    func model(_ seed: Int) {
        var state = UInt64(seed) &* 977 &+ 11
        let pieces =
            ClassicModel.chains.flatMap { ClassicModel.words($0.1) } + [
                "ready", "done", "Approved", "issue", "todo", "build", "which", "what if", "?", "_",
                "-", " ", " ", "x", "ISSUE", "\n", "how should",
            ]
        for _ in 0..<20 {
            let text = (0..<8).map { _ -> String in
                state = state &* 6_364_136_223_846_793_005 &+ 1
                return pieces[Int(state >> 33) % pieces.count] + (state >> 60 < 8 ? " " : "")
            }.joined()
            let found = tags(text)
            let lower = text.lowercased()
            #expect(found.domainChain == ClassicModel.chain(lower), "\(text)")
            #expect(found.keywords == ClassicModel.keywords(lower), "\(text)")
            #expect(found.shl == ClassicModel.shl(lower), "\(text)")
        }
    }

    @Test("A tie goes to the first chain, nothing to the architecture")
    func ties() {
        #expect(tags("photo nerf").domainChain == "photo_capture")
        #expect(tags("photo nerf mesh").domainChain == "reconstruction")
        #expect(tags("photo photo nerf mesh").domainChain == "reconstruction")
        #expect(tags("hello").domainChain == "system_architecture")
        #expect(tags("").shl == ["@Chain-system_architecture"])
    }

    @Test(
        "Tiers",
        arguments: [
            ("A", "the long-term plan"), ("A", "Framework, should we?"), ("C", "Should we go"),
            ("C", "what do you think"), ("E", "go"),
        ]
    )
    func tiers(_ tier: String, _ text: String) {
        #expect(tags(text).aceTier == tier)
        #expect(tags(text, "Chief-Architect").aceTier == "A")
    }

    @Test(
        "Words stand alone, of any case and script",
        arguments: [
            ("READY", true), ("ready.", true), ("(ready)", true), ("already", false),
            ("readyé", false), ("éready", false), ("ready_", false),
            ("ready\u{0307}", true), ("ready٣", false), ("½ready", false), ("ready-made", true),
            ("fini\u{017f}hed", true), ("f\u{0131}nished", true),
            ("F\u{0130}NISHED", false), ("中ready", false), ("。ready", true), ("done", true),
            ("undone", false),
        ]
    )
    func boundaries(_ text: String, _ isReady: Bool) {
        #expect(tags(text).shl.contains("@Status-Ready") == isReady)
    }

    @Test("Characters that are lowered to ASCII letters count as these")
    func lowered() {
        #expect(tags("TO\u{212a}EN").domainChain == "token_optimization")
        #expect(tags("\u{017f}can").keywords == [])
        #expect(tags("qual\u{0130}ty").keywords == [])
        #expect(tags("U\u{0130}").keywords == ["ui"])
    }

    @Test(
        "Projects",
        arguments: [
            ("python", "run python with pip"), ("docker", "docker docker"),
            ("ai-agent-host", "AI Agent-Host"), ("ai-agent-host", "claude code, ClaudeCode"),
            ("ai-agent-host", "questdb"), ("database", "sql sql questdb"),
            ("docker", "image\nbuild container"), ("docker", "an image to build"),
            ("python", "a.py"), ("database", "time-series"),
            ("ai-agent-host", "agentic environment"), ("python", "pipip docker pip"),
        ]
    )
    func projects(_ tag: String, _ text: String) {
        #expect(tags(text).projectTag == tag)
    }

    @Test(
        "No project",
        arguments: ["", "hello", "ai agent\nhost", "image\nbuild", "stack docker", "claude  code"]
    )
    func noProject(_ text: String) {
        #expect(tags(text).projectTag == (text == "stack docker" ? "docker" : nil))
    }

    @Test(
        "Tasks",
        arguments: [
            ("bug_fix", "Fix it"), ("bug_fix", "implement the prefix"),
            ("feature", "add a big\nfeature"), ("other", "a feature to add"),
            ("feature", "new function"),
            ("other", "function new"), ("refactor", "clean up"), ("testing", "inspect"),
            ("documentation", "explain"), ("review", "look at"), ("other", "hi"),
            ("other", "addfeatur"), ("feature", "addfeature"), ("feature", "create tests"),
        ]
    )
    func tasks(_ category: String, _ text: String) {
        #expect(tags(text).taskCategory == category)
    }

    @Test(
        "Message types",
        arguments: [
            ("user_input", "user", "> hi\n\n\n\n"), ("user_input", "assistant", "short"),
            ("claude_response", "assistant", "I'll go"),
            ("claude_response", "user", "● done"),
            ("tool_usage", "assistant", "a\nb\nc\nRunning: x"),
            ("user_input", "assistant", "a -> b\n1\n2\n3"),
            ("claude_response", "assistant", "a\nb\nc\nd"), ("user_input", "user", "a\nb\nc\nd"),
            ("system_info", "system", "a\nb\nc\nd"),
            ("user_input", "assistant", "\n\n a\nb \n\n"),
            ("claude_response", "assistant", "a\nb\nc\n$"),
            ("claude_response", "assistant", "❌ a\nb\nc\nd\n⎿"),
        ]
    )
    func messageTypes(_ type: String, _ speaker: String, _ text: String) {
        #expect(tags(text, speaker).messageType == type)
    }

    // MARK: Scores

    private func row(
        _ seconds: Int64,
        _ speaker: String = "a",
        context: String? = nil,
        chain: String? = "x",
        shl: [String] = ["@Chain-x"]
    ) -> ClassicRow {
        ClassicRow(
            time: WallTime(nanoseconds: seconds * 1_000_000_000),
            speaker: speaker,
            context: context,
            chain: chain,
            shl: shl
        )
    }

    @Test("The collaboration score, by hand")
    func collaboration() {
        #expect(ClassicScores.collaboration([]) == 0)
        // 0.2 * (33.333 + 10 + 1 + 100 + 100)
        #expect(ClassicScores.collaboration([row(0)]) == 48.87)
        // 0.2 * (66.667 + 20 + 2 + 100 + 50)
        #expect(ClassicScores.collaboration([row(0), row(1, "b", chain: nil, shl: [])]) == 47.73)
    }

    @Test("Conversations are cut by context and by time")
    func threads() {
        let rows = [
            row(0), row(300), row(601), row(602), row(700, context: "c"),
            row(710, "b", context: "c", shl: ["@Status-Blocked"]),
            row(5000), row(5010, shl: ["@Status-Ready"]),
        ]
        let threads = ClassicScores.threads(rows.reversed())
        #expect(threads.map(\.name) == ["session_1", "c", "session_3"])
        #expect(threads.map(\.finalStatus) == ["Completed", "Blocked", "Ready"])
        #expect(threads[1].participants == ["a", "b"])
        #expect(threads[0].seconds == 300)
    }

    @Test("A topic shifts when it stays for two messages")
    func shifts() {
        #expect(ClassicScores.shifts(["a", "b", "a", "b", "b", "c"]).map(\.index) == [3])
        #expect(ClassicScores.shifts(["a", "b"]) == [])
        #expect(ClassicScores.shifts(["a", "b", "b", "a", "a"]).map(\.to) == ["b", "a"])
    }
}
