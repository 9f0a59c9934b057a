import CatalogSupport
import Core
import TestSupport
import Testing

/// Files that do not only grow: what was said counts once, however often it was written.
@Suite struct RowsRewriteTests {
    /// What happens to a file of 8 turns.
    enum Change: CaseIterable {
        case rewrittenAlike
        case rewrittenShorter
        case truncatedAndRegrown
        case replacedByLonger
        case rotated
        case renamed
        case deleted
    }

    @Test("A file that changes leaves each turn once", arguments: Change.allCases)
    func changed(_ change: Change) async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, preset: "claude-code")
            var conversation = Conversation(64)
            let path = pair.at("projects/p/a.jsonl")
            let half = conversation.text(4)
            let text = half + conversation.text(4)
            try Files.write(path, text)
            try Files.write(pair.at("projects/p/keep.jsonl"), "")
            try await pair.receiver.hasRows(Conversation.turn * 8)
            try await Self.apply(change, path, (half, text), &conversation)
            try await pair.receiver.hasRows(
                Conversation.turn * conversation.turns,
                within: .seconds(90)
            )
            try await pair.agent.shipped()
            try await pair.agent.stop()
            try await pair.receiver.rebuildsTheSame()
            let sums = try CatalogRows(pair.receiver).sums()
            #expect(sums == Conversation.turn * conversation.turns)
        }
    }

    private static func apply(
        _ change: Change,
        _ path: BytePath,
        _ former: (half: String, whole: String),
        _ conversation: inout Conversation
    ) async throws {
        switch change {
        case .rewrittenAlike:
            // As some tools save: another file takes the place of the one that is there.
            try Files.write(BytePath("\(path).tmp"), former.whole)
            try Files.rename(BytePath("\(path).tmp"), path)
            try Files.append(path, conversation.text(1))
        case .rewrittenShorter:
            try Files.write(path, former.half)
        case .truncatedAndRegrown:
            try Files.truncate(path)
            try await Task.sleep(for: .milliseconds(300))
            try Files.append(path, conversation.text(3))
        case .replacedByLonger:
            try Files.write(BytePath("\(path).tmp"), former.whole + conversation.text(4))
            try Files.rename(BytePath("\(path).tmp"), path)
        case .rotated:
            try Files.append(path, conversation.text(1))
            try Files.rename(path, BytePath("\(path).1"))
            try Files.write(path, conversation.text(2))
        case .renamed:
            try Files.rename(path, path.parent.appending("b.jsonl"))
            try Files.append(path.parent.appending("b.jsonl"), conversation.text(1))
        case .deleted:
            try Files.append(path, conversation.text(1))
            try Files.remove(path)
        }
    }
}
