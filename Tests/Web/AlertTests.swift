import Core
import Foundation
import TestSupport
import Testing

@testable import Web

/// Who is told, of what, and how often.
@Suite struct AlertTests {
    private func rule(
        _ kind: String,
        threshold: Double = 0,
        scope: [String: String] = [:],
        cooldown: Int = 0,
        webhook: String? = "https://hook.example/secret",
        command: String? = nil
    ) -> [String: Any] {
        var rule: [String: Any] = [
            "name": "watch", "kind": kind, "threshold": threshold, "scope": scope,
            "cooldown_seconds": cooldown,
        ]
        rule["webhook"] = webhook
        rule["command"] = command
        return rule
    }

    private func set(_ rules: [[String: Any]], _ client: WebClient) throws -> WebClient.Answer {
        let data = try JSONSerialization.data(withJSONObject: ["alerts": rules])
        return try client.send(
            "PUT",
            "/api/settings/alerts",
            ["X-Tailship": "1"],
            body: String(decoding: data, as: UTF8.self)
        )
    }

    private func messages(_ stage: WebStage) -> [[String: Any]] {
        stage.receiver.sent.compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.message)) as? [String: Any]
        }
    }

    private func states(_ stage: WebStage) -> [String] {
        messages(stage).compactMap { $0["state"] as? String }
    }

    private func budget(_ stage: WebStage) throws {
        let body = """
            {"budgets":[{"name":"small","period":"month","limit":100,"scope":{}}]}
            """
        let answer = try stage.client.send(
            "PUT",
            "/api/settings/budgets",
            ["X-Tailship": "1"],
            body: body
        )
        #expect(answer.status == 200)
    }

    private func prepare(_ kind: String, _ stage: WebStage) throws {
        switch kind {
        case "silence":
            stage.receiver.set { $0.agents[1].seen = WallTime(nanoseconds: 1) }
        case "lag":
            var consumer = ConsumerFacts(name: "prod", backend: "clickhouse", state: .warn)
            consumer.lagSeconds = 500
            stage.receiver.set(consumers: [consumer])
        case "disk": stage.receiver.set { $0.diskAvailable = 1000 }
        case "budget":
            try budget(stage)
            try stage.ship(1, Lines.conversation)
        default: try stage.ship(1, Lines.conversation)
        }
    }

    @Test(
        "Each kind of rule is told of by webhook and by command when it holds",
        arguments: [
            ("cost", 0.0001, [:], "dollars"), ("budget", 0.9, [:], "small is used to"),
            ("silence", 10, [:], "bob@desktop"),
            ("lag", 60, ["consumer": "prod"], "prod is behind"),
            ("finding", 1, ["severity": "medium"], "findings in 24 hours"),
            ("parse_failures", 0.05, [:], "1 of 10 records"),
            ("tool_version", 0, [:], "2.0.1"), ("disk", 2000, [:], "free on the disk"),
        ] as [(String, Double, [String: String], String)]
    )
    func kinds(
        _ kind: String,
        _ threshold: Double,
        _ scope: [String: String],
        _ words: String
    ) async throws {
        let stage = try WebStage()
        try prepare(kind, stage)
        let rule = rule(kind, threshold: threshold, scope: scope, command: "pager")
        #expect(try set([rule], stage.client).status == 200)
        try await eventually("the alert is sent") { stage.receiver.sent.count == 2 }
        #expect(stage.receiver.sent.map(\.target) == ["https://hook.example/secret", "pager"])
        let message = try #require(messages(stage).first)
        let text = try #require(message["text"] as? String)
        #expect(text.hasPrefix("Tailship on test: watch: "))
        #expect(text.contains(words), "\(text)")
        #expect(message["state"] as? String == "firing")
        #expect((message["alert"] as? [String: Any])?["kind"] as? String == kind)
        // The page tells the same, and since when.
        if kind != "budget" {
            let shown = try stage.client.get("/api/alerts").list("alerts")
            let alert = try #require(
                shown.first { ($0["text"] as? String)?.contains(words) == true }
            )
            #expect(alert["since"] is String)
            #expect(alert["link"] is String)
        }
    }

    @Test("Nothing is told while a rule does not hold, is off, or is taken away")
    func quiet() async throws {
        let stage = try WebStage()
        try stage.ship(1, Lines.conversation)
        var off = rule("tool_version")
        off["enabled"] = false
        let rules = [
            off, rule("cost", threshold: 1000), rule("silence", threshold: 1e9),
            rule("finding", threshold: 1000), rule("disk", threshold: 1),
            rule("parse_failures", threshold: 0.5), rule("lag", threshold: 1), rule("budget"),
        ]
        #expect(try set(rules, stage.client).status == 200)
        try await Task.sleep(for: .milliseconds(500))
        #expect(stage.receiver.sent.isEmpty)
    }

    @Test("It is told once that a rule holds, and once that it holds no more")
    func once() async throws {
        let stage = try WebStage()
        stage.receiver.set { $0.diskAvailable = 1000 }
        _ = try set([rule("disk", threshold: 2000)], stage.client)
        try await eventually("it is told") { states(stage) == ["firing"] }
        try await Task.sleep(for: .milliseconds(400))
        #expect(states(stage) == ["firing"])
        stage.receiver.set { $0.diskAvailable = 1 << 40 }
        try await eventually("it is over") { states(stage) == ["firing", "resolved"] }
        try await Task.sleep(for: .milliseconds(400))
        #expect(states(stage) == ["firing", "resolved"])
        stage.receiver.set { $0.diskAvailable = 1000 }
        try await eventually("it holds again") { states(stage).count == 3 }
    }

    @Test("In a rule's cooldown it is told once, however often it begins to hold")
    func cooldown() async throws {
        let stage = try WebStage()
        _ = try set([rule("disk", threshold: 2000, cooldown: 3600)], stage.client)
        for _ in 0..<3 {
            stage.receiver.set { $0.diskAvailable = 1000 }
            try await Task.sleep(for: .milliseconds(200))
            stage.receiver.set { $0.diskAvailable = 1 << 40 }
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(states(stage) == ["firing", "resolved"])
    }

    @Test("Another agent that falls silent is news, the same one is not")
    func more() async throws {
        let stage = try WebStage()
        stage.receiver.set { $0.agents[1].seen = WallTime(nanoseconds: 1) }
        _ = try set([rule("silence", threshold: 10)], stage.client)
        try await eventually("the first is told") { states(stage).count == 1 }
        stage.receiver.set { facts in
            facts.agents[0].isConnected = false
            facts.agents[0].seen = WallTime(nanoseconds: 1)
        }
        try await eventually("the second is told") { states(stage).count == 2 }
        let text = messages(stage).last?["text"] as? String
        #expect(text?.contains("ann@laptop") == true)
    }

    @Test("What could not be sent is sent later, and what was sent is not sent again by a restart")
    func again() throws {
        let tree = try #require(JSONTree(Array(#"{"name":"n","kind":"disk","id":"r"}"#.utf8)))
        let rule = try #require(AlertRule(tree))
        let cause = AlertCause("little is free")
        var tracker = AlertTracker()
        func at(_ seconds: Int64) -> WallTime { WallTime(nanoseconds: seconds * 1_000_000_000) }
        let first = try #require(tracker.observe([(rule, cause)], now: at(0)).first)
        tracker.told(first, isDelivered: false, now: at(0))
        #expect(tracker.observe([(rule, cause)], now: at(10)).isEmpty)
        let second = try #require(tracker.observe([(rule, cause)], now: at(31)).first)
        tracker.told(second, isDelivered: false, now: at(31))
        #expect(tracker.observe([(rule, cause)], now: at(80)).isEmpty)
        let third = try #require(tracker.observe([(rule, cause)], now: at(92)).first)
        tracker.told(third, isDelivered: true, now: at(92))
        #expect(third.since == at(0))
        var restarted = AlertTracker(tracker.text)
        #expect(restarted == tracker)
        #expect(restarted.observe([(rule, cause)], now: at(100)).isEmpty)
        let over = try #require(restarted.observe([(rule, nil)], now: at(110)).first)
        #expect(over.cause == nil)
    }

    @Test("A webhook that is none and a command that the configuration does not name are refused")
    func refused() throws {
        let stage = try WebStage(isOpen: false)
        let admin = try stage.client(.admin)
        #expect(try set([rule("disk", webhook: "ftp://x")], admin).status == 400)
        #expect(try set([rule("disk", webhook: "file:///etc/passwd")], admin).status == 400)
        #expect(try set([rule("disk", webhook: nil, command: "rm -rf /")], admin).status == 400)
        #expect(try set([rule("disk", webhook: nil, command: "pager")], admin).status == 200)
        #expect(try set([rule("disk")], stage.client(.viewer)).status == 403)
        // Only an admin sees where alerts go.
        _ = try set([rule("disk", command: "pager")], admin)
        #expect(try admin.get("/api/settings").text.contains("hook.example"))
        let viewer = try stage.client(.viewer).get("/api/settings").text
        #expect(!viewer.contains("hook.example"))
        #expect(!viewer.contains("pager"))
    }

    @Test("Alerts and settings of other owners are not told to who sees their own")
    func own() throws {
        let stage = try WebStage(isOpen: false)
        stage.receiver.set { $0.agents[1].seen = WallTime(nanoseconds: 1) }
        stage.receiver.set { $0.agents[1].cloned = WallTime(nanoseconds: 1) }
        let admin = try stage.client(.admin)
        _ = try set(
            [rule("silence", threshold: 10), rule("cost", scope: ["owner": "bob"])],
            admin
        )
        let ann = try stage.client(.viewerOwn, owner: "ann")
        #expect(try admin.get("/api/alerts").text.contains("bob"))
        #expect(try !ann.get("/api/alerts").text.contains("bob"))
        #expect(try !ann.get("/api/settings").text.contains("bob"))
    }
}
