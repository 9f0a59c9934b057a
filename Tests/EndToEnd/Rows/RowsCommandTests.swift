import CatalogSupport
import Core
import TestSupport
import Testing

/// Each command that reads the rows, once, beside a receiver that runs.
@Suite struct RowsCommandTests {
    @Test("Every command answers from what an agent shipped")
    func commands() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, preset: "claude-code")
            var conversation = Conversation(80)
            let name = BytePath("projects/-home-ada-ship/\(conversation.session).jsonl")
            let text = conversation.next("find the needle").joined() + conversation.text(2)
            try Files.write(pair.at(name), text)
            try await pair.receiver.hasRows(Conversation.turn * 3)
            let session = conversation.session
            func answers(_ words: [String], _ parts: [String]) async throws {
                let outcome = try await pair.receiver.command(words)
                #expect(outcome.end == .exit(0), "\(words): \(outcome.all)")
                for part in parts {
                    #expect(
                        outcome.output.contains(part),
                        "\(words) lacks \(part): \(outcome.output)"
                    )
                }
            }
            try await answers(["sessions"], ["ship"])
            try await answers(["sessions", "--json"], [session])
            try await answers(
                ["show", session],
                ["find the needle", "swift test", "It works now."]
            )
            try await answers(["search", "needle"], ["needle"])
            try await answers(["search", "needle", "--json"], [session, "\"total\":1"])
            try await answers(["search", "nothing-like-it", "--json"], ["\"total\":0"])
            // 3 turns: 6 responses, 171 tokens of output.
            try await answers(["cost", "--by", "model"], ["claude-opus-4-6", "171"])
            try await answers(["cost", "--by", "day"], ["2026-01-02"])
            try await answers(["cost", "--by", "session"], [])
            try await answers(["report", "--since", "2026-01-01"], ["claude-opus-4-6"])
            try await answers(["report", "--since", "2026-01-01", "--format", "json"], ["{"])
            try await answers(
                ["sql", "SELECT count(*) AS prompts FROM messages WHERE kind = 'prompt'"],
                ["prompts", "3"]
            )
            for format in ["md", "html", "json"] {
                try await answers(["export", session, "--format", format], ["find the needle"])
            }
            let copies = stage.folder.appending("copies")
            try await answers(
                ["export", session, "--format", "original", "--to", copies.description],
                []
            )
            // A session of one file is that file.
            #expect(Files.text(copies) == text)
            let home = stage.folder.appending("restored")
            try await answers(["restore", "agent", "--to", home.description], [])
            #expect(FileTree(home).files.contains { Self.text(home, $0) == text })
        }
    }

    private static func text(_ folder: BytePath, _ name: BytePath) -> String {
        Files.text(folder.appending(name))
    }
}
