import Foundation
import TestSupport
import Testing
import Web

/// Each number links to the rows that it counts.
@Suite struct NumberTests {
    private func stage(_ seed: UInt64) throws -> WebStage {
        let stage = try WebStage()
        var workload = Workload(seed: seed)
        for number in 0..<8 {
            let days = [0.1, 0.6, 3, 6.9, 12, 29, 33, 61][number]
            let lines = workload.session(number, days: days)
            let agent = number % 3 == 2 ? WebStage.desktop : WebStage.laptop
            try stage.ship(UInt64(number + 1), agent: agent, lines)
            // A fork, whose events are told a second time.
            if number % 3 == 0 {
                try stage.ship(UInt64(number + 101), agent: agent, Array(lines.prefix(9)))
            }
        }
        return stage
    }

    private func tell(_ check: NumberCheck) {
        for problem in check.problems.prefix(40) { Issue.record("\(problem)") }
    }

    @Test("The list behind a number has as many rows as it says", arguments: 0..<4 as Range<UInt64>)
    func links(seed: UInt64) throws {
        let stage = try stage(seed)
        let check = NumberCheck { try stage.client.get($0).json }
        let questions = [
            "since=2000-01-01", "", "since=7d", "since=7d&until=1d", "since=2d&zone=120",
            "project=ship&agent=ann*", "model=claude-opus-4-1&since=90d", "has=error", "name=Read",
        ]
        for question in questions { try check.check(question) }
        tell(check)
        #expect(check.compared > 1000)
        // Nothing agrees because there is none of it.
        #expect(
            check.places.isSuperset(of: [
                "total.errors", "total.denied", "total.unpaired", "total.over_10_minutes",
                "retries",
                "tools[].errors", "errors[].count", "commands[].errors", "matrix[].calls",
                "files[].reads", "peaks[].sessions", "compactions.total", "rules[].count",
                "dangerous.calls", "network[].calls", "sensitive_files", "speakers[].count",
                "keywords[].count", "grades[].count", "outcomes[].count", "interruptions",
            ])
        )
    }

    @Test("Several pages say the same of everything", arguments: 4..<8 as Range<UInt64>)
    func everything(seed: UInt64) throws {
        let stage = try stage(seed)
        let check = NumberCheck { try stage.client.get($0).json }
        try check.checkEverything()
        tell(check)
    }

    @Test("A finding, a call and a point of the context lead to their place in the transcript")
    func places() throws {
        let stage = try WebStage()
        try stage.ship(1, Lines.conversation)
        let path = "/api/sessions/\(Lines.session)"
        let items = try stage.client.get("\(path)/transcript").list("items")
        let findings = try stage.client.get("\(path)/findings").list("findings")
        #expect(Set(findings.compactMap { $0["kind"] as? String }) == ["danger", "secret"])
        let points = try stage.client.get("\(path)/context").list("points")
        #expect(points.count == 4)
        for place in findings + points {
            let index = try #require(place["index"] as? Int)
            #expect(items[index]["id"] as? String == place["item"] as? String)
        }
        for finding in try stage.client.get("/api/findings").list("findings") {
            #expect(items.contains { $0["id"] as? String == finding["item"] as? String })
        }
        let matches = try stage.client.get("/api/search?program=git%20commit").list("matches")
        let call = try #require(matches.first?["call"] as? String)
        let page = try stage.client.get("\(path)/transcript?call=\(call)&limit=1")
        let found = try #require(page.list("items").first)
        #expect((found["call"] as? [String: Any])?["id"] as? String == call)
        #expect(found["kind"] as? String == "tool_use")
        #expect(try stage.client.get("\(path)/transcript?call=00ff").status == 404)
    }

    @Test(
        "What a filter cannot ask is said",
        arguments: [
            "error_class=nonsense", "outcome=nonsense", "grade=G", "has=nonsense", "duration=long",
            "tag=nonsense", "within=only%20words", "kind=prompt,nonsense",
        ]
    )
    func nonsense(_ filter: String) throws {
        let stage = try WebStage()
        #expect(try stage.client.get("/api/search?\(filter)").status == 400)
    }

    /// The port of a page that runs, open to everybody.
    private static let running = ProcessInfo.processInfo.environment["TAILSHIP_PAGE_PORT"].flatMap {
        UInt16($0)
    }

    @Test("The numbers of a page that runs are those of their lists", .enabled(if: running != nil))
    func runningPage() throws {
        let client = WebClient(port: try #require(Self.running))
        let check = NumberCheck(most: 12) { try client.get($0).json }
        for question in ["since=2000-01-01", "since=30d", "since=2000-01-01&tool=codex"] {
            try check.check(question)
        }
        tell(check)
        print("compared \(check.compared) numbers")
    }
}
