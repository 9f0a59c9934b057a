import Core
import Glibc
import TestSupport
import Testing

/// Processes that end without a chance to do anything, at moments that nobody chose.
@Suite struct CrashTests {
    private static let kills = Stage.isLong ? 20 : 8

    @Test("The agent is killed again and again while files are written and backfilled (case 2)")
    func agentKilled() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, starts: false)
            var writer = try Writer(pair.files, seed: 2)
            try writer.backlog()
            try pair.agent.launch()
            for _ in 0..<CrashTests.kills {
                try await writer.write(for: .milliseconds(Int.random(in: 20...300)))
                try await pair.agent.kill()
                try await writer.write(for: .milliseconds(20))
                try pair.agent.launch()
            }
            try await writer.write(for: .milliseconds(200))
            try await CrashTests.end(pair)
        }
    }

    @Test("The receiver is killed again and again while files come in (case 1)")
    func receiverKilled() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            var writer = try Writer(pair.files, seed: 3)
            try writer.backlog()
            for _ in 0..<CrashTests.kills {
                try await writer.write(for: .milliseconds(Int.random(in: 100...800)))
                try await pair.receiver.kill()
                try await pair.receiver.start()
                // Its waits between attempts grow; one that is started anew connects at once.
                try await pair.agent.shows("is connected", within: .seconds(60)) {
                    $0.first?.connected == true
                }
            }
            try await writer.write(for: .milliseconds(200))
            try await CrashTests.end(pair)
        }
    }

    @Test("Both are killed in turn, also while the other is down")
    func bothKilled() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            var writer = try Writer(pair.files, seed: 4)
            try writer.backlog()
            for round in 0..<CrashTests.kills / 2 {
                try await writer.write(for: .milliseconds(Int.random(in: 20...300)))
                try await pair.receiver.kill()
                try await writer.write(for: .milliseconds(50))
                try await pair.agent.kill()
                if round.isMultiple(of: 2) {
                    try pair.agent.launch()
                    try await pair.receiver.start()
                } else {
                    try await pair.receiver.start()
                    try pair.agent.launch()
                }
            }
            try await CrashTests.end(pair)
        }
    }

    /// Everything is there once: the files are the same, and no byte is durable twice.
    private static func end(_ pair: Pair) async throws {
        if pair.agent.process?.end == nil { try await pair.agent.answers() }
        try await pair.settles(within: .seconds(90))
        try await pair.agent.verifies()
        let status = try await pair.receiver.status()
        let tree = FileTree(pair.files)
        #expect(
            status.durableBytes
                == tree.files.reduce(0) { $0 + Files.size(tree.root.appending($1)) }
        )
        #expect(status.files == tree.files.count)
        let seen1 = try await pair.agent.status().first?.mismatches
        #expect(seen1 == 0)
        let archived = FileTree(try await pair.receiver.archive("files")).files
        #expect(archived.count == tree.files.count, "nothing has an older generation")
        try await pair.agent.stop()
        try await pair.receiver.stop()
        let seen2 = try await pair.receiver.command("verify").end
        #expect(seen2 == .exit(0))
    }
}
