import Core
import Foundation
import Glibc
import TestSupport
import Testing

/// What the commands say and how they end.
@Suite struct CommandTests {
    @Test("A wrong configuration ends both programs with 78, naming file, line and column")
    func configuration() async throws {
        try await Stage.with { stage in
            let agent = stage.folder.appending("bad-agent.conf")
            try Files.write(agent, "[agent]\nname = \"a\"\nrescan = \"often\"\n")
            let receiver = stage.folder.appending("bad-receiver.conf")
            try Files.write(receiver, "[storage]\nminimum_fre = \"1GiB\"\n")
            for command in ["check", "run", "status"] {
                let one = try await stage.run(
                    AgentNode.program,
                    [command, "--config", agent.description]
                )
                #expect(one.end == .exit(78))
                #expect(one.errors.contains("\(agent):3:"), "\(one.all)")
                let other = try await stage.run(
                    ReceiverNode.program,
                    [command, "--config", receiver.description]
                )
                #expect(other.end == .exit(78))
                #expect(other.errors.contains("\(receiver):2:1"), "\(other.all)")
                #expect(other.errors.contains("minimum_free"), "\(other.all)")
            }
        }
    }

    @Test(
        "Wrong words end with 2",
        arguments: [
            ["frobnicate"], ["run", "more"], ["status", "--frobnicate"], ["check", "--config"],
        ]
    )
    func usage(_ words: [String]) async throws {
        try await Stage.with { stage in
            for program in [AgentNode.program, ReceiverNode.program] {
                let outcome = try await stage.run(program, words)
                #expect(outcome.end == .exit(2), "\(program): \(outcome.all)")
                #expect(!outcome.errors.isEmpty)
            }
        }
    }

    @Test("SIGTERM and SIGINT end both programs in good order", arguments: [SIGTERM, SIGINT])
    func signals(_ number: Int32) async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try Files.write(pair.at("a.jsonl"), "{}\n")
            try await pair.agent.shipped()
            for process in [pair.agent.process, pair.receiver.process] {
                let process = try #require(process)
                process.signal(number)
                let end = try await process.wait(within: .seconds(10), "the program")
                #expect(end == .exit(0))
            }
        }
    }

    @Test("A second receiver is not let onto the port of another", arguments: [1, 2])
    func samePort(_ threads: Int) async throws {
        try await Stage.with { stage in
            let first = try ReceiverNode(stage, listenKeys: "threads = \(threads)")
            try await first.start()
            let second = try ReceiverNode(stage, "second", listenKeys: "threads = \(threads)")
            let text = Files.text(second.configuration)
            try Files.write(
                second.configuration,
                text.replacingOccurrences(of: ":\(second.port)\"", with: ":\(first.port)\"")
            )
            let outcome = try await second.command("run")
            #expect(outcome.end == .exit(1))
            #expect(outcome.errors.contains("cannot listen on 127.0.0.1:\(first.port)"))
            #expect(outcome.errors.contains("→ Stop what listens there"), "\(outcome.all)")
            try await first.stop()
        }
    }

    @Test("run --once ships, verifies and ends with 0; without its receiver with 1 and one line")
    func once() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, starts: false)
            var tree = SessionTree(seed: 9)
            for number in 0..<40 { try Files.write(pair.at(BytePath("\(number)")), tree.lines(20)) }
            let outcome = try await pair.agent.command("run", "--once")
            #expect(outcome.end == .exit(0), "\(outcome.all)")
            let archive = try await pair.receiver.archive("files")
            #expect(FileTree.differences(source: pair.files, archive: archive).isEmpty)
            try await pair.receiver.stop()
            let verified = try await pair.receiver.command("verify")
            #expect(verified.end == .exit(0), "\(verified.all)")
            try Files.append(pair.at("0"), "more\n")
            let alone = try await pair.agent.command("run", "--once")
            #expect(alone.end == .exit(1), "\(alone.all)")
            let lines = alone.errors.split(separator: "\n")
            #expect(lines.filter { $0.contains("cannot be reached") }.count == 1, "\(alone.all)")
        }
    }

    @Test("check prints what is in effect, explain why, forget lets go")
    func smallCommands() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            let check = try await pair.agent.command("check")
            #expect(
                check.end == .exit(0) && check.output.contains("finished_after"),
                "\(check.all)"
            )
            let theirs = try await pair.receiver.command("check")
            #expect(theirs.end == .exit(0) && theirs.output.contains("journal_limit"))
            try Files.write(pair.at("a.jsonl"), "{}\n")
            try await pair.settles()
            let path = pair.at("a.jsonl").description
            let explained = try await pair.agent.command("explain", path)
            #expect(explained.output.contains("mode tail"), "\(explained.all)")
            let outside = try await pair.agent.command("explain", "/etc/passwd")
            #expect(outside.output.contains("below no source's root"), "\(outside.all)")
            try await pair.receiver.stop()
            try Files.append(pair.at("a.jsonl"), "{\"secret\":1}\n")
            try await pair.agent.shows("sees it") { $0.first?.pendingBytes == 13 }
            try Files.remove(pair.at("a.jsonl"))
            try await pair.agent.shows("holds it") { $0.held.files == 1 }
            let forgotten = try await pair.agent.command("forget", path)
            #expect(forgotten.output.contains("1 held contents were let go"), "\(forgotten.all)")
            let status = try await pair.agent.status()
            #expect(status.held.files == 0 && status.first?.gaps == 1)
        }
    }
}
