import CatalogSupport
import Core
import TestSupport
import Testing

/// Consumers of the real programs: nobody waits for anybody.
@Suite struct ConsumersTests {
    private static let tables = ["messages", "responses", "entries", "sessions", "tool_usage"]

    private static func section(_ name: String, _ lines: String...) -> String {
        "[consumer.\(name)]\n" + lines.joined(separator: "\n") + "\nbatch_age = \"50ms\"\n"
    }

    private static func folder(_ name: String, _ path: BytePath) -> String {
        section(name, "backend = \"jsonl\"", "directory = \"\(path)\"")
    }

    /// Ships some sessions, and says how long it took until all was acknowledged, and until a folder had all rows.
    private static func ship(
        _ pair: Pair,
        _ numbers: Range<Int>,
        to folder: BytePath
    ) async throws -> (acks: Duration, rows: Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        for number in numbers {
            var conversation = Conversation(number)
            let name = BytePath("projects/-home-ada-ship/\(conversation.session).jsonl")
            try Files.write(pair.at(name), conversation.text(20))
        }
        try await pair.agent.shipped()
        let acks = clock.now - start
        let count = Conversation.turn.entries * 20 * numbers.upperBound
        try await pair.receiver.hasEntries(count)
        try await pair.receiver.consumer("dev", "has everything") { $0.hasEverything }
        return (acks, clock.now - start)
    }

    @Test("A consumer whose server never answers delays neither acks nor other consumers (case 12)")
    func independence() async throws {
        try await Stage.with { stage in
            let port = Ports.free()
            // It takes connections, and says nothing.
            let listener = try Sockets.listen(port)
            stage.atEnd { Sockets.end(listener) }
            let (dev, idle) = (stage.folder.appending("dev"), stage.folder.appending("idle"))
            let stuck = ConsumersTests.section(
                "stuck",
                "backend = \"webhook\"",
                "url = \"http://127.0.0.1:\(port)/\"",
                "timeout = \"10m\""
            )
            let alone = ConsumersTests.folder("dev", dev)
            let receiver = try ReceiverNode(stage, extra: alone)
            try await receiver.start()
            let agent = try AgentNode(
                stage,
                ports: [("main", receiver.port)],
                preset: "claude-code"
            )
            try await agent.join(receiver)
            try await agent.start()
            let pair = Pair(receiver: receiver, agent: agent)
            let calm = try await ConsumersTests.ship(pair, 0..<10, to: dev)

            try await receiver.stop()
            try Files.write(
                receiver.configuration,
                Files.text(receiver.configuration) + stuck + ConsumersTests.folder("idle", idle)
            )
            try await receiver.start()
            let paused = try await receiver.command("consumers", "pause", "idle")
            #expect(paused.end == .exit(0), "\(paused.all)")
            try await receiver.consumer("idle", "is paused") { $0.state == "paused" }
            let beside = try await ConsumersTests.ship(pair, 10..<20, to: dev)

            // Other programs of the machine take their share too; a consumer that is waited for takes minutes.
            #expect(beside.acks < calm.acks * 4 + .seconds(10), "\(beside.acks), \(calm.acks)")
            #expect(beside.rows < calm.rows * 4 + .seconds(15), "\(beside.rows), \(calm.rows)")
            let views = try await receiver.consumers()
            #expect((views["stuck"]?.lag ?? 0) > 0 && views["stuck"]?.rows == 0)
            #expect(
                (views["idle"]?.lag ?? 0) > 0 && !Files.exists(idle.appending("2026-01-02.jsonl"))
            )
            let wanted = try receiver.rows(of: ConsumersTests.tables)
            let has = try receiver.lines(dev)
            #expect(wanted.allSatisfy { has[$0.key] == $0.value })
            // It ends at once all the same, and goes on where it was.
            try await receiver.stop()
            try await receiver.start()
            _ = try await receiver.command("consumers", "resume", "idle")
            try await receiver.consumer("idle", "has everything") { $0.hasEverything }
            let late = try receiver.lines(idle)
            // A verified file changes its row once more.
            let latest = try receiver.rows(of: ConsumersTests.tables)
            #expect(latest.allSatisfy { late[$0.key] == $0.value })
        }
    }

    @Test(
        "Two receivers that one agent feeds deliver to different consumers, each with its own rows"
    )
    func twoReceivers() async throws {
        try await Stage.with { stage in
            let (prod, dev) = (stage.folder.appending("prod"), stage.folder.appending("dev"))
            let one = try ReceiverNode(stage, "one", extra: ConsumersTests.folder("prod", prod))
            let two = try ReceiverNode(
                stage,
                "two",
                extra: ConsumersTests.section(
                    "dev",
                    "backend = \"jsonl\"",
                    "directory = \"\(dev)\"",
                    "only = { tables = [\"messages\"] }",
                    "redact = \"texts\""
                )
            )
            try await one.start()
            try await two.start()
            let agent = try AgentNode(
                stage,
                ports: [("one", one.port), ("two", two.port)],
                preset: "claude-code"
            )
            try await agent.join(one, as: "one")
            try await agent.join(two, as: "two")
            try await agent.start()
            var conversation = Conversation(1)
            let name = BytePath("projects/-home-ada-ship/\(conversation.session).jsonl")
            try Files.write(agent.files.appending(name), conversation.text(10))
            for receiver in [one, two] {
                try await receiver.hasEntries(Conversation.turn.entries * 10)
            }
            try await one.consumer("prod", "has everything") { $0.hasEverything }
            try await two.consumer("dev", "has everything") { $0.hasEverything }
            // One is down for a while; what grows meanwhile reaches both.
            try await two.stop()
            try Files.append(agent.files.appending(name), conversation.text(5).utf8)
            try await one.hasEntries(Conversation.turn.entries * 15)
            try await one.consumer("prod", "has everything") { $0.hasEverything }
            try await two.start()
            try await two.hasEntries(Conversation.turn.entries * 15)
            try await two.consumer("dev", "has everything") { $0.hasEverything }

            let all = try one.lines(prod)
            #expect(
                try one.rows(of: ConsumersTests.tables).allSatisfy { all[$0.key] == $0.value }
            )
            let messages = try two.lines(dev)
            #expect(try messages == two.rows(of: ["messages"]))
            #expect(Files.text(prod.appending("2026-01-02.jsonl")).contains("make it work"))
            #expect(!Files.text(dev.appending("2026-01-02.jsonl")).contains("make it work"))
        }
    }

    @Test(
        "Shown by: ClickHouse stops, work goes on, it starts again and catches up",
        .enabled(if: ClickHouseNode.isInstalled, "make test-servers installs chdb")
    )
    func shown() async throws {
        try await Stage.with { stage in
            let dev = stage.folder.appending("dev")
            let clickhouse = ClickHouseNode(stage)
            try await clickhouse.start()
            let prod = ConsumersTests.section(
                "prod",
                "backend = \"clickhouse\"",
                "url = \"http://127.0.0.1:\(clickhouse.port)\"",
                "user = \"default\"",
                "password = \"secret\"",
                "retry_max = \"2s\""
            )
            let receiver = try ReceiverNode(stage, extra: prod + ConsumersTests.folder("dev", dev))
            let checked = try await receiver.command("check")
            #expect(checked.end == .exit(0), "\(checked.all)")
            try await receiver.start()
            let agent = try AgentNode(
                stage,
                ports: [("main", receiver.port)],
                preset: "claude-code"
            )
            try await agent.join(receiver)
            try await agent.start()
            let pair = Pair(receiver: receiver, agent: agent)
            _ = try await ConsumersTests.ship(pair, 0..<3, to: dev)
            try await receiver.consumer("prod", "has everything") { $0.hasEverything }

            try await clickhouse.kill()
            _ = try await ConsumersTests.ship(pair, 3..<6, to: dev)
            let down = try await receiver.consumer("prod", "is tried again") {
                $0.state == "retrying" && ($0.lag ?? 0) > 0
            }
            #expect(down.trouble?.contains("127.0.0.1:\(clickhouse.port)") == true)
            let table = try await receiver.command("consumers").output
            #expect(table.contains("retrying") && table.contains("current"), "\(table)")

            try await clickhouse.start()
            try await receiver.consumer("prod", "has caught up") { $0.hasEverything }
            for name in ConsumersTests.tables {
                let text = try await clickhouse.ask(
                    "SELECT '\(name)/' || toString(id), rev FROM tailship.claude_\(name) FINAL "
                        + "FORMAT TabSeparated"
                )
                var has: [String: Int64] = [:]
                for line in text.split(separator: "\n") {
                    let words = line.split(separator: "\t")
                    has[String(words[0])] = Int64(words[1])
                }
                #expect(try has == receiver.rows(of: [name]), "\(name)")
            }
        }
    }
}
