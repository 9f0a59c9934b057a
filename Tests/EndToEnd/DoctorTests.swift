import Core
import Foundation
import TestSupport
import Testing

/// What the doctors say of a way that works, and of ways that do not.
@Suite struct DoctorTests {
    struct Report: Decodable {
        struct Finding: Decodable {
            var check: String
            var level: String
            var text: String
            var remedy: String?
        }
        var result: String
        var findings: [Finding]

        func finding(_ check: String) -> Finding? { findings.first { $0.check == check } }
        var failed: [String] { findings.filter { $0.level == "fail" }.map(\.check) }
    }

    private static func report(_ outcome: Stage.Outcome) throws -> Report {
        try Stage.decode(outcome.output)
    }

    @Test("Both find nothing wrong where everything runs, and disturb nothing")
    func well() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try Files.write(pair.at("a.jsonl"), "{}\n")
            try await pair.settles()
            let agent = try await pair.agent.command("doctor", "--json")
            #expect(agent.end == .exit(0), "\(agent.all)")
            let report = try DoctorTests.report(agent)
            #expect(report.failed.isEmpty)
            #expect(report.finding("reaching main")?.text.contains("both sides believe") == true)
            #expect(report.finding("source files")?.text.contains("1 files") == true)
            #expect(report.finding("holding files")?.level == "ok")
            #expect(report.finding("certificate")?.level == "ok")
            let receiver = try await pair.receiver.command("doctor", "--json")
            #expect(receiver.end == .exit(0), "\(receiver.all)")
            let theirs = try DoctorTests.report(receiver)
            #expect(theirs.failed.isEmpty)
            #expect(theirs.finding("agents' port")?.level == "ok")
            #expect(theirs.finding("agents")?.text == "1 enrolled")
            #expect(theirs.finding("sync")?.text.contains("hard links work") == true)
            // The agent's own connection stands, and no clone was seen.
            try Files.append(pair.at("a.jsonl"), "{\"more\":1}\n")
            try await pair.settles()
            #expect(try await pair.receiver.status().agents.allSatisfy { !$0.cloned })
        }
    }

    @Test("A receiver that is stopped cannot be reached, with what to do")
    func stopped() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try await pair.receiver.stop()
            let outcome = try await pair.agent.command("doctor")
            #expect(outcome.end == .exit(1), "\(outcome.all)")
            #expect(outcome.output.contains("cannot reach 127.0.0.1"), "\(outcome.all)")
            #expect(outcome.output.contains("→ On the server"), "\(outcome.all)")
            let theirs = try await pair.receiver.command("doctor")
            #expect(theirs.output.contains("the receiver is not running"), "\(theirs.all)")
        }
    }

    @Test("Sessions that cannot be read, and none at all, are named", .enabled(if: geteuid() == 0))
    func unreadable() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, starts: false)
            let none = try DoctorTests.report(try await pair.agent.command("doctor", "--json"))
            #expect(none.finding("sessions")?.text == "no sessions were found")
            try Files.write(pair.at("secret.jsonl"), "{}\n")
            try Files.setMode(pair.at("secret.jsonl"), 0)
            for path in [stage.folder, pair.agent.state, pair.files] {
                try await stage.run("chown", ["-R", "nobody", path.description])
            }
            try await stage.run("chown", ["root", pair.at("secret.jsonl").description])
            pair.agent.wrapper = ["/usr/bin/setpriv", "--reuid", "nobody", "--clear-groups", "--"]
            let outcome = try await pair.agent.command("doctor", "--json")
            #expect(outcome.end == .exit(1), "\(outcome.all)")
            let report = try DoctorTests.report(outcome)
            #expect(report.failed == ["source files"], "\(outcome.all)")
            #expect(report.finding("source files")?.text.contains("secret.jsonl") == true)
        }
    }
}
