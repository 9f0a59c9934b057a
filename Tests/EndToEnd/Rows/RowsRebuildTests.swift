import CatalogSupport
import Core
import TestSupport
import Testing

/// Rows that are made again by a receiver that goes on meanwhile.
@Suite struct RowsRebuildTests {
    private static let kills = 6

    @Test(
        "While rows are made again agents ship on, and a kill in the middle leaves the former rows"
    )
    func online() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, preset: "claude-code")
            var conversations = (0..<12).map { Conversation(16 + $0) }
            for index in conversations.indices {
                let text = conversations[index].text(250)
                try Files.write(Self.path(pair, conversations[index]), text)
            }
            try await pair.receiver.hasRows(Self.sums(conversations), within: .seconds(120))
            for kill in 0..<Self.kills {
                let entries = try CatalogRows(pair.receiver).sums().entries
                let command = try Self.rebuild(pair, "killed-\(kill)")
                try await Self.write(
                    &conversations,
                    pair,
                    for: .milliseconds(.random(in: 20...900))
                )
                try await pair.receiver.kill()
                _ = try await command.wait(within: .seconds(60), "rebuild")
                // One of both is in place, and whole.
                let rows = try CatalogRows(pair.receiver)
                #expect(try rows.sums().entries >= entries)
                #expect(try rows.texts("PRAGMA quick_check") == ["ok"])
                try await pair.receiver.start()
                for name: BytePath in ["catalog.db.new", "catalog.db.link"] {
                    #expect(!Files.exists(pair.receiver.storage.appending(name)))
                }
            }
            try await pair.agent.shows("is connected", within: .seconds(60)) {
                $0.first?.connected == true
            }
            for round in 0..<3 {
                let command = try Self.rebuild(pair, "whole-\(round)")
                try await Self.write(&conversations, pair, for: .milliseconds(1500))
                let end = try await command.wait(within: .seconds(60), "rebuild")
                #expect(end == .exit(0), "\(pair.receiver.log)")
            }
            try await pair.settles(within: .seconds(120))
            try await pair.receiver.hasRows(Self.sums(conversations), within: .seconds(120))
            try await pair.agent.stop()
            try await pair.receiver.rebuildsTheSame()
            #expect(try CatalogRows(pair.receiver).sums() == Self.sums(conversations))
        }
    }

    @Test(
        "Rows of another version are read on, and are made again by a start of the receiver itself"
    )
    func upgrade() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, preset: "claude-code")
            var conversation = Conversation(3)
            try Files.write(Self.path(pair, conversation), conversation.text(40))
            try await pair.receiver.hasRows(Conversation.turn * 40)
            try await pair.receiver.stop()
            let former = try CatalogRows(pair.receiver).number(
                "SELECT value FROM properties WHERE name = 'rev'"
            )
            let epoch = try CatalogRows(pair.receiver).texts(
                "SELECT value FROM properties WHERE name = 'epoch'"
            )
            try pair.receiver.changeCatalog(
                """
                UPDATE properties SET value = value - 1 WHERE name = 'parser_version';
                UPDATE messages SET role = 'wrong'
                """
            )
            try await pair.receiver.start()
            try await eventually("the rows are of this version") {
                try CatalogRows(pair.receiver).number(
                    "SELECT min(rev) FROM entries"
                ) > former
            }
            let rows = try CatalogRows(pair.receiver)
            #expect(try rows.texts("SELECT value FROM properties WHERE name = 'epoch'") == epoch)
            #expect(try rows.sums() == Conversation.turn * 40)
            #expect(try rows.number("SELECT count(*) FROM messages WHERE role = 'wrong'") == 0)
            #expect(pair.receiver.log.contains("another version made the ones that are there"))
            try await pair.agent.stop()
            try await pair.receiver.rebuildsTheSame()
        }
    }

    /// Begins `rebuild` while the receiver runs.
    private static func rebuild(_ pair: Pair, _ name: String) throws -> ChildProcess {
        try pair.receiver.stage.start(
            name,
            ReceiverNode.program,
            ["rebuild", "--config", pair.receiver.configuration.description]
        )
    }

    private static func sums(_ conversations: [Conversation]) -> Conversation.Sums {
        Conversation.turn * conversations.reduce(0) { $0 + $1.turns }
    }

    private static func path(_ pair: Pair, _ conversation: Conversation) -> BytePath {
        pair.at(BytePath("projects/-home-ada-ship/\(conversation.session).jsonl"))
    }

    private static func write(
        _ conversations: inout [Conversation],
        _ pair: Pair,
        for time: Duration
    ) async throws {
        let clock = ContinuousClock()
        let end = clock.now + time
        while clock.now < end {
            let index = Int.random(in: conversations.indices)
            for line in conversations[index].next() {
                try Files.append(path(pair, conversations[index]), line)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
