import Core
import TestSupport
import Testing

/// The first promise of all: what is on the workstation is on the server.
@Suite struct ShippingTests {
    @Test("Sessions of all tools arrive byte for byte, verify, and show in both statuses")
    func everyPreset() async throws {
        try await Stage.with { stage in
            let receiver = try ReceiverNode(stage)
            try await receiver.start()
            let agent = try AgentNode(stage, ports: [("main", receiver.port)], sources: "")
            let home = stage.folder.appending("home")
            var tree = SessionTree(seed: 1)
            try tree.write(home)
            try await agent.join(receiver)
            try await agent.start()
            for (source, folder) in SessionTree.sources {
                try await receiver.settles(on: home.appending(folder), as: source)
            }
            let verify = try await agent.command("verify")
            #expect(verify.end == .exit(0))
            #expect(verify.output.contains("RECEIVER") && verify.output.contains("main"))
            let text = try await agent.command("status")
            #expect(text.output.contains("everything is shipped"), "\(text.all)")
            let status = try await agent.status()
            #expect(status.files == tree.count, "\(text.all)")
            #expect(status.first?.mismatches == 0)
            let there = try await receiver.status()
            #expect(there.files == tree.count)
            #expect(there.durableBytes == tree.bytes)
            let theirs = try await receiver.command("status")
            #expect(theirs.output.contains("taking everything"))
            try await agent.stop()
            try await receiver.stop()
            let verified = try await receiver.command("verify")
            #expect(verified.end == .exit(0) && verified.output.contains("all as verified"))
        }
    }

    @Test("Files of 1 to 1,023 bytes that never grow are shipped (case 5)")
    func smallFiles() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            for size in stride(from: 1, through: 1023, by: 7) {
                try Files.write(
                    pair.at(BytePath("small/\(size)")),
                    [UInt8](repeating: 0x61, count: size)
                )
            }
            try await pair.settles()
        }
    }

    @Test("Different files with the same first kilobytes are both shipped (case 6)")
    func samePrefix() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            var random = SeededRandom(seed: 6)
            let parent = random.bytes(64 * 1024)
            try Files.write(pair.at("parent.jsonl"), parent)
            for fork in 0..<20 {
                try Files.write(pair.at(BytePath("fork-\(fork).jsonl")), parent + [UInt8(fork)])
            }
            for fork in 0..<20 {
                try Files.append(pair.at(BytePath("fork-\(fork).jsonl")), random.bytes(100))
            }
            try Files.write(pair.at("copy.jsonl"), parent)
            try await pair.settles()
        }
    }

    @Test("Any bytes pass: NUL, invalid UTF-8, no final newline, empty (case 8)")
    func anyBytes() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try Files.write(pair.at("nul.jsonl"), [UInt8](repeating: 0, count: 100_000))
            try Files.write(pair.at("invalid.jsonl"), [0xff, 0xfe, 0x0a, 0xc3, 0x28, 0xed, 0xa0])
            try Files.write(pair.at("partial.jsonl"), "{\"a\":1}\n{\"b\":")
            try Files.write(pair.at("empty.jsonl"), "")
            try Files.write(pair.at("newlines.jsonl"), [UInt8](repeating: 0x0a, count: 5000))
            try await pair.settles()
            try Files.append(pair.at("partial.jsonl"), "2}\n")
            try await pair.settles()
        }
    }

    @Test("Names are bytes: newlines, invalid UTF-8, spaces, and as long as they may be (case 19)")
    func anyName() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            let names: [[UInt8]] = [
                Array("two\nlines.jsonl".utf8), [0x66, 0xff, 0xfe, 0x2e, 0x6a], Array(" ".utf8),
                Array("tab\there".utf8), Array("ünï/cödé/🚢.jsonl".utf8), Array("-rf".utf8),
                Array("a~g1".utf8), Array("%s%n$HOME".utf8), [0x07, 0x1b, 0x5b, 0x33],
                [UInt8](repeating: 0x78, count: 255),
            ]
            for name in names where name != Array("a~g1".utf8) {
                try Files.write(pair.at(BytePath(name)), "content of \(name.count)\n")
            }
            try await pair.settles()
        }
    }
}
