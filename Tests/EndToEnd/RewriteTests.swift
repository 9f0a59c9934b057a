import Core
import TestSupport
import Testing

/// Files that do not only grow, while the agent looks and while it does not (cases 9, 10).
@Suite struct RewriteTests {
    /// Whether the agent runs while it happens.
    enum Moment: String, CaseIterable, CustomTestStringConvertible {
        case watched = "while it is watched"
        case away = "while the agent is down"
        var testDescription: String { rawValue }
    }

    static let old = Array("{\"old\":\"line\"}\n".utf8)

    @Test(
        "A truncated file begins a new generation, the old bytes are kept",
        arguments: Moment.allCases
    )
    func truncated(_ moment: Moment) async throws {
        let content = Array(repeatElement(RewriteTests.old, count: 300).joined())
        try await RewriteTests.change(content, moment) { pair in
            try Files.truncate(pair.at("a.jsonl"))
            try Files.append(pair.at("a.jsonl"), "{\"new\":1}\n")
        } check: { pair in
            try await RewriteTests.expect(pair, "a.jsonl~g1", content)
        }
    }

    @Test(
        "A file that was truncated and grew past its old end is not taken for the old one",
        arguments: Moment.allCases
    )
    func regrown(_ moment: Moment) async throws {
        let content = Array(repeatElement(RewriteTests.old, count: 100).joined())
        try await RewriteTests.change(content, moment) { pair in
            let other = Array(repeatElement(Array("{\"other\":2}\n".utf8), count: 1000).joined())
            try Files.write(pair.at("a.jsonl"), other)
        } check: { pair in
            try await RewriteTests.expect(pair, "a.jsonl~g1", content)
        }
    }

    @Test("A rewrite in place of the same length is a new generation", arguments: Moment.allCases)
    func rewritten(_ moment: Moment) async throws {
        let content = Array(repeatElement(RewriteTests.old, count: 3000).joined())
        try await RewriteTests.change(content, moment) { pair in
            try Files.overwrite(pair.at("a.jsonl"), at: 10, Array("XYZ".utf8))
        } check: { pair in
            try await RewriteTests.expect(pair, "a.jsonl~g1", content)
        }
    }

    @Test("Copytruncate keeps both", arguments: Moment.allCases)
    func copyTruncate(_ moment: Moment) async throws {
        let content = Array(repeatElement(RewriteTests.old, count: 300).joined())
        try await RewriteTests.change(content, moment) { pair in
            try Files.write(pair.at("a.jsonl.1"), content)
            try Files.truncate(pair.at("a.jsonl"))
            try Files.append(pair.at("a.jsonl"), "{\"after\":1}\n")
        } check: { pair in
            try await RewriteTests.expect(pair, "a.jsonl~g1", content)
        }
    }

    @Test("A rename moves the path and sends nothing again", arguments: Moment.allCases)
    func renamed(_ moment: Moment) async throws {
        let content = Array(repeatElement(RewriteTests.old, count: 300).joined())
        try await RewriteTests.change(content, moment) { pair in
            try Files.makeFolder(pair.at("moved"))
            try Files.rename(pair.at("a.jsonl"), pair.at("moved/b.jsonl"))
        } check: { pair in
            let status = try await pair.receiver.status()
            #expect(status.durableBytes == content.count && status.files == 1)
        }
    }

    @Test(
        "Rotation keeps the old file under its new name and ships the new one",
        arguments: Moment.allCases
    )
    func rotated(_ moment: Moment) async throws {
        let content = Array(repeatElement(RewriteTests.old, count: 300).joined())
        try await RewriteTests.change(content, moment) { pair in
            try Files.append(pair.at("a.jsonl"), "{\"last\":1}\n")
            try Files.rename(pair.at("a.jsonl"), pair.at("a.jsonl.1"))
            try Files.write(pair.at("a.jsonl"), "{\"first\":1}\n")
        } check: { pair in
            let seen1 = try await pair.receiver.status().streams
            #expect(seen1 == 2)
        }
    }

    @Test(
        "A file that replaces another by rename leaves its predecessor complete",
        arguments: Moment.allCases
    )
    func renamedOver(_ moment: Moment) async throws {
        let content = Array(repeatElement(RewriteTests.old, count: 300).joined())
        try await RewriteTests.change(content, moment) { pair in
            try Files.append(pair.at("a.jsonl"), "{\"last\":1}\n")
            try Files.write(pair.at("a.tmp"), "{\"fresh\":1}\n")
            try Files.rename(pair.at("a.tmp"), pair.at("a.jsonl"))
        } check: { pair in
            try await RewriteTests.expectSomewhere(pair, content + Array("{\"last\":1}\n".utf8))
        }
    }

    @Test(
        "A deleted file is complete in the archive, its last lines too (case 10)",
        arguments: Moment.allCases
    )
    func deleted(_ moment: Moment) async throws {
        let content = Array(repeatElement(RewriteTests.old, count: 300).joined())
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try Files.write(pair.at("keep.jsonl"), "{}\n")
            try Files.write(pair.at("a.jsonl"), content)
            try await pair.settles()
            let archived = try await pair.archived("a.jsonl")
            if moment == .away { try await pair.agent.stop() }
            try Files.append(pair.at("a.jsonl"), "{\"last\":1}\n")
            try Files.remove(pair.at("a.jsonl"))
            if moment == .away { try await pair.agent.start() }
            let whole = content + Array("{\"last\":1}\n".utf8)
            try await eventually("\(archived) is whole") { try Files.read(archived) == whole }
            try await pair.agent.shows("lets go of what is verified") { $0.held.files == 0 }
            #expect(FileTree(pair.agent.state.appending("held")).files.count == 1)
        }
    }

    @Test("A tool that clears its history while the receiver is away loses nothing (case 10)")
    func historyCleared() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try Files.write(pair.at("keep.jsonl"), "{}\n")
            try await pair.settles()
            try await pair.receiver.kill()
            var random = SeededRandom(seed: 10)
            var contents: [BytePath: [UInt8]] = [:]
            for number in 0..<50 {
                let name = BytePath("s/\(number).jsonl")
                contents[name] = random.bytes(3000)
                try Files.write(pair.at(name), contents[name] ?? [])
            }
            try await pair.agent.shows("sees them") { $0.files == 51 }
            for name in contents.keys { try Files.remove(pair.at(name)) }
            try await pair.agent.shows("holds them") { $0.held.files == 50 }
            let seen2 = try await pair.agent.command("status").output.contains("held until")
            #expect(seen2)
            // What the agent saw a second ago is in its checkpoints.
            try await Task.sleep(for: .seconds(1.5))
            try await pair.agent.kill()
            try await pair.receiver.start()
            try await pair.agent.start()
            for (name, content) in contents {
                let archived = try await pair.archived(name)
                try await eventually("\(archived) is whole") {
                    (try? Files.read(archived)) == content
                }
            }
            try await pair.agent.shows("lets go of what is verified") { $0.held.files == 0 }
        }
    }

    // MARK: Steps

    private static func change(
        _ content: [UInt8],
        _ moment: Moment,
        _ body: (Pair) throws -> Void,
        check: (Pair) async throws -> Void
    ) async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try Files.write(pair.at("a.jsonl"), content)
            try await pair.settles()
            if moment == .away { try await pair.agent.stop() }
            try body(pair)
            if moment == .away { try await pair.agent.start() }
            try await pair.settles()
            try await check(pair)
            try await pair.agent.verifies()
            let seen3 = try await pair.agent.status().first?.mismatches
            #expect(seen3 == 0)
        }
    }

    private static func expect(_ pair: Pair, _ name: BytePath, _ content: [UInt8]) async throws {
        let archived = try await pair.archived(name)
        try await eventually("\(archived) has the old bytes") {
            (try? Files.read(archived)) == content
        }
    }

    /// The content stands under whatever name the archive found for it.
    private static func expectSomewhere(_ pair: Pair, _ content: [UInt8]) async throws {
        let root = try await pair.receiver.archive("files")
        try await eventually("the old bytes are somewhere in \(root)") {
            FileTree(root).files.contains { (try? Files.read(root.appending($0))) == content }
        }
    }
}
