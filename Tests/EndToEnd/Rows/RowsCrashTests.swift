import CatalogSupport
import Core
import TestSupport
import Testing

/// Rows of a receiver that ends without a chance to do anything, at moments that nobody chose.
@Suite struct RowsCrashTests {
    private static let kills = 20

    @Test("A receiver that is killed 20 times leaves neither gap nor double in the rows")
    func killed() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, preset: "claude-code")
            var conversations = (0..<12).map { Conversation(16 + $0) }
            // History that is being brought in meanwhile.
            for index in 0..<6 {
                let text = conversations[index].text(300)
                try Files.write(Self.path(pair, conversations[index]), text)
            }
            for kill in 0..<Self.kills {
                let clock = ContinuousClock()
                let end = clock.now + .milliseconds(Int.random(in: 30...700))
                while clock.now < end {
                    try Self.write(&conversations, pair)
                    try await Task.sleep(for: .milliseconds(4))
                }
                try await pair.receiver.kill()
                try Self.write(&conversations, pair)
                try await pair.receiver.start()
                guard kill.isMultiple(of: 3) else { continue }
                try await pair.agent.shows("is connected", within: .seconds(60)) {
                    $0.first?.connected == true
                }
            }
            try await pair.settles(within: .seconds(120))
            let turns = conversations.reduce(0) { $0 + $1.turns }
            try await pair.receiver.hasRows(Conversation.turn * turns, within: .seconds(120))
            try await pair.agent.stop()
            try await pair.receiver.rebuildsTheSame()
            let rows = try CatalogRows(pair.receiver)
            #expect(try rows.sums() == Conversation.turn * turns)
            let found = try rows.number(
                "SELECT count(*) FROM words WHERE words MATCH '\"make it work\"'"
            )
            #expect(found == turns)
        }
    }

    private static func path(_ pair: Pair, _ conversation: Conversation) -> BytePath {
        pair.at(BytePath("projects/-home-ada-ship/\(conversation.session).jsonl"))
    }

    /// A turn of some conversation, a part of which may be there only at the next.
    private static func write(_ conversations: inout [Conversation], _ pair: Pair) throws {
        let index = Int.random(in: conversations.indices)
        for line in conversations[index].next() {
            try Files.append(path(pair, conversations[index]), line)
        }
    }
}
