import Core
import TestSupport

/// Files in the shapes that the tools leave in a home folder.
struct SessionTree {
    static let sources: [(name: String, folder: BytePath)] = [
        ("claude-code", ".claude"), ("codex", ".codex"), ("gemini", ".gemini"),
    ]

    private var random: SeededRandom
    private(set) var count = 0
    private(set) var bytes = 0

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// Writes about four hundred files below a home folder.
    mutating func write(_ home: BytePath) throws {
        for project in 0..<8 {
            let folder = home.appending(
                BytePath(".claude/projects/-home-ada-project-\(project)")
            )
            for session in 0..<12 { try claudeSession(folder, "\(project)-\(session)") }
        }
        try put(home.appending(".claude/history.jsonl"), lines(40))
        for day in 1...10 {
            for rollout in 0..<6 {
                let name = "rollout-2026-01-\(day)T0\(rollout)-\(random.next()).jsonl"
                try put(
                    home.appending(BytePath(".codex/sessions/2026/01/\(day)/\(name)")),
                    lines(30)
                )
            }
        }
        try put(home.appending(".codex/history.jsonl"), lines(10))
        try put(home.appending(".codex/archived_sessions/old.jsonl.zst"), random.bytes(5000))
        for project in 0..<5 {
            let folder = home.appending(BytePath(".gemini/tmp/\(project)abcdef"))
            try put(folder.appending("logs.json"), Array("[{\"a\":\(project)}]".utf8))
            for chat in 0..<6 {
                try put(folder.appending(BytePath("chats/session-\(chat).json")), object())
                try put(folder.appending(BytePath("chats/session-\(chat).jsonl")), lines(20))
            }
        }
    }

    private mutating func claudeSession(_ folder: BytePath, _ id: String) throws {
        try put(
            folder.appending(BytePath("\(id).jsonl")),
            lines(Int.random(in: 0..<60, using: &random))
        )
        guard random.oneIn(3) else { return }
        let own = folder.appending(BytePath(id))
        try put(own.appending("subagents/agent-1.jsonl"), lines(15))
        try put(own.appending("subagents/agent-1.meta.json"), object())
        try put(own.appending("tool-results/toolu_01.txt"), random.bytes(2000))
        try put(own.appending("empty.txt"), [])
    }

    private mutating func put(_ path: BytePath, _ content: [UInt8]) throws {
        try Files.write(path, content)
        count += 1
        bytes += content.count
    }

    private mutating func object() -> [UInt8] {
        Array("{\"id\":\(random.next()),\"messages\":[1,2,3]}".utf8)
    }

    /// Lines of JSON, with words that compress as conversation does.
    mutating func lines(_ count: Int) -> [UInt8] {
        var text: [UInt8] = []
        for number in 0..<count {
            let word = String(random.next(), radix: 36)
            let filler = String(
                repeating: "\(word) ",
                count: Int.random(in: 1..<60, using: &random)
            )
            text += Array("{\"n\":\(number),\"type\":\"user\",\"text\":\"\(filler)\"}\n".utf8)
        }
        return text
    }
}
