import Core
import Glibc
import TestSupport
import Testing

/// State that was lost, damaged, or comes from another time or machine.
@Suite struct StateTests {
    /// What is left of the checkpoints.
    enum Loss: String, CaseIterable, CustomTestStringConvertible {
        case removed
        case empty
        case torn
        case zeros = "full of NULs"
        var testDescription: String { rawValue }
    }

    @Test(
        "Lost checkpoints cost a comparison, and nothing is sent again (case 4)",
        arguments: Loss.allCases
    )
    func checkpointsLost(_ loss: Loss) async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try StateTests.fill(pair)
            try await pair.settles()
            try await pair.agent.stop()
            let before = try await pair.receiver.status()
            try StateTests.damage(pair.agent.state.appending("checkpoints.db"), loss)
            try await pair.agent.start()
            try await pair.settles()
            try await pair.agent.verifies()
            let after = try await pair.receiver.status()
            #expect(after.durableBytes == before.durableBytes)
            #expect(after.archivedBytes == before.archivedBytes, "nothing was sent again")
            #expect(after.files == before.files && after.streams == before.streams)
            if loss != .removed {
                #expect(pair.agent.log.contains("set aside"), "\(pair.agent.log)")
            }
        }
    }

    @Test("A receiver restored from an older copy gets what it lacks again (case 22)")
    func receiverRestored() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try StateTests.fill(pair)
            try await pair.settles()
            try await pair.receiver.stop()
            let backup = stage.folder.appending("backup").description
            try await stage.run("cp", ["-a", pair.receiver.storage.description, backup])
            try await pair.receiver.start()
            try Files.append(pair.at("0.jsonl"), "{\"later\":1}\n")
            try Files.write(pair.at("later.jsonl"), "{\"later\":2}\n")
            try await pair.agent.shows("is connected again") { $0.first?.connected == true }
            try await pair.settles()
            try await pair.agent.verifies()
            try await pair.receiver.stop()
            try await stage.run("rm", ["-rf", pair.receiver.storage.description])
            try await stage.run("mv", [backup, pair.receiver.storage.description])
            try await pair.receiver.start()
            try await pair.agent.shows("is connected again") { $0.first?.connected == true }
            try await pair.settles()
            try await pair.agent.verifies()
        }
    }

    @Test(
        "Of two machines with one identity one is refused and told why, and the other goes on (case 21)"
    )
    func cloned() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try Files.write(pair.at("a.jsonl"), "{}\n")
            try await pair.settles()
            try await pair.agent.stop()
            let image = stage.folder.appending("clone-state")
            try await stage.run("cp", ["-a", pair.agent.state.description, image.description])
            try await pair.agent.start()
            try await pair.agent.shows("is connected") { $0.first?.connected == true }
            try Files.append(pair.at("a.jsonl"), "{}\n")
            try await pair.settles()
            let clone = try AgentNode(
                stage,
                "clone",
                ports: [("main", pair.receiver.port)],
                state: image
            )
            try await clone.start()
            let both = [pair.agent, clone]
            var refused: AgentNode?
            try await eventually("one is turned away", within: .seconds(60)) {
                refused = both.first { $0.log.contains("another machine uses the identity") }
                return refused != nil
            }
            let (loser, winner) = refused === clone ? (clone, pair.agent) : (pair.agent, clone)
            try Files.write(winner.files.appending("more.jsonl"), "{\"more\":1}\n")
            try await winner.shipped(within: .seconds(60))
            let status = try await loser.status()
            #expect(status.first?.failure?.contains("tailship-agent join") == true)
            #expect(loser.log.contains("→") && !loser.log.contains("x0a"), "\(loser.log)")
            #expect(pair.receiver.log.contains("two machines use"), "\(pair.receiver.log)")
            let agents = try await pair.receiver.command("agents")
            #expect(agents.output.contains("two machines use it"), "\(agents.all)")
        }
    }

    @Test("A bit that flipped in the archive is named, and a verify repairs it (case 25)")
    func archiveDamaged() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try StateTests.fill(pair)
            try await pair.settles()
            try await pair.agent.verifies()
            try await pair.receiver.stop()
            let archived = try await StateTests.archiveWithoutReceiver(pair).appending("3.jsonl")
            try Files.flipBit(archived, at: 40)
            let verify = try await pair.receiver.command("verify")
            #expect(verify.end == .exit(1))
            #expect(verify.output.contains("3.jsonl"), "\(verify.all)")
            try await pair.receiver.start()
            try await pair.agent.shows("is connected again", within: .seconds(60)) {
                $0.first?.connected == true
            }
            let repair = try await pair.agent.command("verify")
            try await pair.settles()
            try await pair.agent.verifies()
            #expect(pair.agent.log.contains("differs"), "\(repair.all)")
        }
    }

    @Test("A bit that flipped in the journal is named, and what it held is sent again (case 25)")
    func journalDamaged() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            // An archive that has not caught up: as it was before anything came.
            try await pair.agent.stop()
            try await pair.receiver.stop()
            let storage = pair.receiver.storage
            let before = stage.folder.appending("before")
            try await stage.run("cp", ["-a", storage.description, before.description])
            try await pair.receiver.start()
            try await pair.agent.start()
            try StateTests.fill(pair)
            try await pair.agent.shipped()
            try await pair.receiver.kill()
            try await StateTests.keepJournalOnly(stage, storage, before)
            let journal = pair.receiver.storage.appending("journal")
            // A segment that was begun before is empty, whatever its size.
            let segments = try FileTree(journal).files.filter { segment in
                try Files.read(journal.appending(segment)).dropFirst(1400).prefix(200).contains {
                    $0 != 0
                }
            }
            let segment = try #require(segments.last, "the journal is empty")
            // One of the two is in a record, and not in what fills it up to a multiple of eight.
            for offset in [1500, 1510] { try Files.flipBit(journal.appending(segment), at: offset) }
            try await pair.receiver.start()
            #expect(pair.receiver.log.contains("damaged"), "\(pair.receiver.log)")
            try await pair.agent.shows("is connected again", within: .seconds(60)) {
                $0.first?.connected == true
            }
            try await pair.settles()
            try await pair.agent.verifies()
        }
    }

    // MARK: Steps

    private static func fill(_ pair: Pair) throws {
        var tree = SessionTree(seed: 4)
        for number in 0..<60 {
            try Files.write(pair.at(BytePath("\(number).jsonl")), tree.lines(20))
        }
        try Files.write(pair.at("deep/er/empty.jsonl"), "")
        var random = SeededRandom(seed: 44)
        try Files.write(pair.at("large.jsonl"), random.bytes(3 << 20))
    }

    private static func damage(_ path: BytePath, _ loss: Loss) throws {
        let size = Files.size(path)
        for suffix in ["-wal", "-shm"] {
            let beside = BytePath(path.bytes + Array(suffix.utf8))
            if Files.exists(beside) { try Files.remove(beside) }
        }
        switch loss {
        case .removed: try Files.remove(path)
        case .empty: try Files.truncate(path)
        case .torn: try Files.truncate(path, to: size / 2 + 100)
        case .zeros: try Files.write(path, [UInt8](repeating: 0, count: size))
        }
    }

    /// Puts everything but the journal back to what it was.
    private static func keepJournalOnly(
        _ stage: Stage,
        _ storage: BytePath,
        _ before: BytePath
    ) async throws {
        let script =
            "rm -rf \"$2/journal\" && mv \"$1/journal\" \"$2/\" && rm -rf \"$1\" && mv \"$2\" \"$1\""
        let moved = try await stage.run(
            "sh",
            ["-c", script, "-", storage.description, before.description]
        )
        try #require(moved.end == .exit(0), "\(moved.all)")
    }

    private static func archiveWithoutReceiver(_ pair: Pair) async throws -> BytePath {
        let root = pair.receiver.storage.appending("archive")
        let agent = try #require(FileTree(root).files.first?.components.first)
        return root.appending(agent).appending("files")
    }
}
