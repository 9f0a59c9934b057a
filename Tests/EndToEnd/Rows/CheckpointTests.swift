import Core
import Foundation
import TestSupport
import Testing

/// Copies of the rows in files that never change, made on schedule and by command.
@Suite struct CheckpointTests {
    /// What `checkpoint list --json` says.
    private struct Listed: Decodable {
        var number: Int
        var path: String
        var damaged: Bool
        var whole: Bool?
        var rows: Int?
        var deletions: Int?
    }

    private static func line(_ session: String, _ uuid: String, _ text: String) -> String {
        """
        {"type":"user","uuid":"\(uuid)","sessionId":"\(session)","timestamp":"2026-02-21T05:18:59.416Z",\
        "cwd":"/home/ann/code","version":"2.1.0","message":{"role":"user","content":"\(text)"}}

        """
    }

    private static func list(_ receiver: ReceiverNode) async throws -> [Listed] {
        let outcome = try await receiver.command("checkpoint", "list", "--json")
        guard outcome.end == .exit(0) else { throw TestFailure(outcome.all) }
        return try Stage.decode(outcome.output)
    }

    @Test("They are made on schedule, compressed when they are old, and verified")
    func schedule() async throws {
        try await Stage.with { stage in
            let folder = stage.folder.appending("checkpoints")
            let receiver = try ReceiverNode(
                stage,
                extra: """
                    [checkpoints]
                    directory = "\(folder)"
                    every = "10s"
                    compress_after = "1s"

                    """
            )
            try await receiver.start()
            let root = stage.folder.appending("home/.claude")
            let (one, two) = (
                "5a5a1111-2222-4333-8444-555566667777", "6b6b1111-2222-4333-8444-555566667777"
            )
            let projects = root.appending("projects/-home-ann-code")
            let agent = try AgentNode(
                stage,
                ports: [("main", receiver.port)],
                files: root,
                sources: ""
            )
            try Files.write(
                projects.appending(BytePath(one + ".jsonl")),
                CheckpointTests.line(one, "u1", "first words")
            )
            try await agent.join(receiver)
            try await agent.start()
            try await agent.shipped()
            try await eventually("a checkpoint comes by itself", every: .milliseconds(200)) {
                try await CheckpointTests.list(receiver).contains { $0.rows ?? 0 > 0 }
            }
            let first = try #require(try await CheckpointTests.list(receiver).first)
            #expect(first.whole == true && first.damaged == false)

            try Files.write(
                projects.appending(BytePath(two + ".jsonl")),
                CheckpointTests.line(two, "u2", "second words")
            )
            try await agent.shipped()
            try await eventually("the rows of the second session") {
                let rows = try await receiver.command("sql", "SELECT count(*) FROM sessions")
                return rows.output.contains("2")
            }
            let now = try await receiver.command("checkpoint", "now")
            #expect(now.end == .exit(0), "\(now.all)")
            let erased = try await receiver.command("erase", two, "--yes")
            #expect(erased.end == .exit(0) && erased.output.contains("\(folder)"), "\(erased.all)")
            try await eventually("the deletions are in a later one", every: .milliseconds(200)) {
                let last = try await CheckpointTests.list(receiver).last
                return last?.deletions ?? 0 > 0 && last?.whole == false
            }

            let old = BytePath(first.path).appending("messages.jsonl")
            try await eventually("the first is compressed", every: .milliseconds(200)) {
                Files.exists(BytePath("\(old).zst")) && !Files.exists(old)
            }
            let verified = try await receiver.command("checkpoint", "verify")
            #expect(verified.end == .exit(0), "\(verified.all)")
            try await receiver.stop()
            try Files.setMode(BytePath("\(old).zst"), 0o600)
            try Files.flipBit(BytePath("\(old).zst"), at: 20)
            let damaged = try await receiver.command("checkpoint", "verify")
            #expect(damaged.end == .exit(1), "\(damaged.all)")
            #expect(
                damaged.output.contains("checkpoint \(first.number), messages"),
                "\(damaged.all)"
            )
        }
    }

    @Test("Without a folder there are none, and what is no action is refused")
    func usage() async throws {
        try await Stage.with { stage in
            let receiver = try ReceiverNode(stage)
            let none = try await receiver.command("checkpoint")
            #expect(none.end == .exit(78) && none.errors.contains("[checkpoints]"), "\(none.all)")
            let other = try ReceiverNode(
                stage,
                "other",
                extra: "[checkpoints]\ndirectory = \"\(stage.folder)/checkpoints\"\n"
            )
            let wrong = try await other.command("checkpoint", "make")
            #expect(wrong.end == .exit(2), "\(wrong.all)")
        }
    }
}
