import Core
import Foundation
import Testing
import Transcripts

@testable import Receiver

/// `report`, with numbers that were counted by hand.
struct ReportCommandTests {
    /// A week in which something happened, and less in the one before.
    private static let weeks: Story = {
        var story = Story()
        var head = SessionFact()
        head.workingDirectory = "/home/ann/ship"
        let answer = { (text: String, model: String) in
            Story.message(0, .assistant, .text, text, model: model)
        }
        story.tell(-691_200, "old", [.session(head), Story.prompt("Hello there")])
        story.tell(-691_190, "old", [Story.response("r0", "m-large", output: 10)])
        story.tell(-691_180, "old", Story.bash("c0", "swift test"))
        story.tell(-691_170, "old", Story.result("c0", .success))

        story.tell(0, "new", [.session(head), Story.prompt("Fix the parser test, which is slow?")])
        story.tell(
            10,
            "new",
            [answer("I will.", "m-large"), Story.response("r1", "m-large", output: 20)]
        )
        // Edited, tried, edited again.
        story.tell(20, "new", Story.file("c1", "Edit", "/a.swift", .edit))
        story.tell(21, "new", Story.result("c1", .success, milliseconds: 1000))
        story.tell(30, "new", Story.bash("c2", "swift test"))
        story.tell(90, "new", Story.result("c2", .error, "error: cannot find 'x' in scope"))
        story.tell(100, "new", Story.file("c3", "Edit", "/a.swift", .edit))
        story.tell(103, "new", Story.result("c3", .success, milliseconds: 3000))
        // Right at once; to look is no try.
        story.tell(200, "new", [Story.prompt("Now the other one")])
        story.tell(210, "new", Story.file("c4", "Edit", "/b.swift", .edit))
        story.tell(212, "new", Story.result("c4", .success, milliseconds: 2000))
        story.tell(215, "new", Story.bash("c5", "ls -la"))
        story.tell(216, "new", Story.result("c5", .success, milliseconds: 100))
        story.tell(300, "new", [Story.prompt("Stop me")])
        story.tell(
            305,
            "new",
            [Story.message(0, .user, .interruption, "[Request interrupted by user]")]
        )
        story.tell(310, "new", Story.file("c6", "Read", "/a.swift", .read, range: "1-10"))
        story.tell(311, "new", Story.result("c6", .success, milliseconds: 700_000))
        story.tell(320, "new", Story.file("c7", "Read", "/a.swift", .read, range: "1-10"))
        story.tell(330, "new", Story.bash("c8", "rm -rf ~/work"))
        story.tell(331, "new", Story.result("c8", .denied))
        story.tell(340, "new", [answer("Done.", "free"), Story.response("r2", "free", output: 5)])
        story.tell(3000, "new", [answer("Really done.", "m-large")])
        return story
    }()

    private func report(_ words: String...) throws -> [String: Any] {
        try QueryStage(ReportCommandTests.weeks).object(
            list: ["report", "--format", "json"] + words
        )
    }

    private func rows(_ report: [String: Any], _ name: String) throws -> [[String: Any]] {
        try #require(report[name] as? [[String: Any]])
    }

    @Test("Numbers of the last seven days stand beside those of the seven before")
    func numbers() throws {
        let report = try report()
        let now = try #require(report["numbers"] as? [String: Any])
        let before = try #require(report["before"] as? [String: Any])
        func check(_ name: String, _ a: Int, _ b: Int) {
            #expect(now[name] as? Int == a, "\(name)")
            #expect(before[name] as? Int == b, "\(name)")
        }
        check("sessions", 1, 1)
        check("prompts", 3, 1)
        check("responses", 2, 1)
        check("tokens", 25, 10)
        check("cost_microdollars", 20_000_000, 10_000_000)
        check("unpriced_responses", 1, 0)
        check("tool_calls", 8, 1)
        check("tool_errors", 1, 0)
        // Gaps of the messages: 340 s in all, and one of 2,660 s that counts for five minutes.
        check("active_nanoseconds", 640_000_000_000, 30_000_000_000)
        #expect(now["one_shot_rate"] as? Double == 0.5)
        #expect(before["one_shot_rate"] is NSNull)
        #expect(abs((now["interruption_rate"] as? Double ?? 0) - 1.0 / 3) < 0.00001)
        #expect(report["schema"] as? Int == 1)
    }

    @Test("Tools have the rate of their paired calls, and percentiles by nearest rank")
    func tools() throws {
        let tools = try rows(try report(), "tools")
        #expect(tools.map { $0["name"] as? String } == ["Bash", "Edit", "Read"])
        let (bash, edit, read) = (tools[0], tools[1], tools[2])
        #expect(bash["calls"] as? Int == 3 && bash["paired"] as? Int == 3)
        #expect(bash["errors"] as? Int == 1 && bash["denied"] as? Int == 1)
        #expect(abs((bash["success_rate"] as? Double ?? 0) - 2.0 / 3) < 1e-9)
        #expect(bash["p95_nanoseconds"] as? Int == 60_000_000_000)
        #expect(edit["p50_nanoseconds"] as? Int == 2_000_000_000)
        #expect(edit["p95_nanoseconds"] as? Int == 3_000_000_000)
        #expect(edit["success_rate"] as? Double == 1)
        #expect(read["calls"] as? Int == 2 && read["paired"] as? Int == 1)
        #expect(read["over_10_minutes"] as? Int == 1)
    }

    @Test("Errors have a class, findings a rule, costs what has no price")
    func sections() throws {
        let report = try report()
        let errors = try rows(report, "errors")
        #expect(errors.count == 1 && errors[0]["tools"] as? String == "Bash 1")
        #expect(errors[0]["name"] as? String == "compile")
        let findings = try rows(report, "findings")
        #expect(findings.first?["rule"] as? String == "recursive_delete")
        let models = try rows(report, "models")
        #expect(models.map { $0["key"] as? String } == ["m-large", "free"])
        #expect(models[1]["cost_microdollars"] is NSNull)
        #expect(try rows(report, "days").map { $0["key"] as? String } == ["2026-11-05"])
        #expect(try rows(report, "sessions").count == 1)
    }

    @Test("Quality counts turns, prompts and reads")
    func quality() throws {
        let quality = try #require(try report()["quality"] as? [String: Any])
        #expect(quality["edit_turns"] as? Int == 2 && quality["one_shot_turns"] as? Int == 1)
        #expect(quality["prompts"] as? Int == 3 && quality["interruptions"] as? Int == 1)
        #expect(quality["reads"] as? Int == 2 && quality["rereads"] as? Int == 1)
    }

    @Test("The classic score is that of its formula")
    func classic() throws {
        let report = try report()
        let classic = try #require(report["classic"] as? [String: Any])
        // Six messages of three speakers; "testing_validation" and the default chain; all have tags.
        let score = (100 + 2.0 / 10 * 100 + 6.0 / 100 * 100 + 100 + 100) * 0.2
        #expect(classic["messages"] as? Int == 6)
        #expect(classic["collaboration_score"] as? Double == score)
        #expect(classic["conversations"] as? Int == 1)
        let speakers = try rows(report, "speakers")
        #expect(speakers.map { $0["name"] as? String } == ["ann", "m-large", "free"])
        #expect(speakers.map { $0["count"] as? Int } == [3, 2, 1])
        let domains = try rows(report, "domains")
        #expect(
            domains.map { $0["name"] as? String } == ["system_architecture", "testing_validation"]
        )
        #expect(try rows(report, "keywords").map { $0["name"] as? String } == ["test"])
        #expect(try rows(report, "status_tags").first?["name"] as? String == "@Status-Ready")
    }

    @Test("It is about what the options ask, in the time they say")
    func scope() throws {
        for (words, sessions) in [
            (["--project", "ship"], 1), (["--project", "other"], 0), (["--owner", "ann"], 1),
            (["--since", "30d"], 2), (["--until", "2026-11-01", "--since", "2026-10-20"], 1),
            (["--session", "new"], 1), (["--has", "danger"], 1), (["--model", "free"], 1),
        ] {
            let report = try QueryStage(ReportCommandTests.weeks)
                .object(list: ["report", "--format", "json"] + words)
            let numbers = try #require(report["numbers"] as? [String: Any])
            #expect(numbers["sessions"] as? Int == sessions, "\(words)")
        }
    }

    @Test("Markdown is aligned, and nothing of the content is Markdown")
    func markdown() throws {
        let text = try QueryStage(ReportCommandTests.weeks).run("report")
        #expect(text.hasPrefix("# Report: 2026-10-30 23:50 to 2026-11-06 23:50 UTC\n"))
        #expect(text.contains("| prompts            |           3 |      1 |       +200 % |"))
        #expect(text.contains("- One-shot rate: 50.0 % (1 of 2 turns with edits)"))
        #expect(text.contains("rm -rf"))
        for table in text.split(separator: "\n\n") where table.hasPrefix("|") {
            let lines = table.split(separator: "\n")
            #expect(Set(lines.map { DisplayWidth.of($0) }).count == 1, "\(table)")
        }
        #expect(try QueryStage(nil).run("report").contains("Nothing yet"))
    }

    @Test("It is written to a file, never over one that is there unasked")
    func file() throws {
        let stage = try QueryStage(ReportCommandTests.weeks)
        let path = stage.folder + "/report.md"
        try stage.run("report", "--to", path)
        let text = String(
            decoding: FileManager.default.contents(atPath: path) ?? Data(),
            as: UTF8.self
        )
        #expect(text == (try stage.run("report")))
        #expect(throws: OperatorError.self) { try stage.run("report", "--to", path) }
        try stage.run("report", "--to", path, "--force")
    }
}
