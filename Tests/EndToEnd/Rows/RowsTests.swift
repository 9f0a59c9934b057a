import CatalogSupport
import Core
import TestSupport
import Testing

/// What an agent ships becomes rows, each once.
@Suite struct RowsTests {
    @Test("Lines that are appended are rows a moment later, and rows made anew are the same")
    func appended() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, preset: "claude-code")
            var conversation = Conversation(1)
            let path = pair.at(BytePath("projects/-home-ada-ship/\(conversation.session).jsonl"))
            try Files.write(path, conversation.next("find the needle").joined())
            try await pair.receiver.hasRows(Conversation.turn)
            for _ in 0..<5 {
                for line in conversation.next() {
                    // A tool flushes where it likes.
                    let bytes = Array(line.utf8)
                    try Files.append(path, bytes[..<(bytes.count / 3)])
                    try await Task.sleep(for: .milliseconds(5))
                    try Files.append(path, bytes[(bytes.count / 3)...])
                }
            }
            try await pair.receiver.hasRows(Conversation.turn * 6)
            let rows = try CatalogRows(pair.receiver)
            let session = try rows.texts(
                "SELECT session, project, git_branch, prompts, responses, tool_calls FROM sessions"
            )
            #expect(session == ["\(conversation.session)|ship|main|6|12|6"])
            let calls = try rows.texts("SELECT DISTINCT name, outcome FROM tool_usage")
            #expect(calls == ["Bash|success"])
            let found = try rows.texts(
                """
                SELECT m.kind, m.text FROM words JOIN messages m ON m.row = words.rowid
                WHERE words MATCH 'needle'
                """
            )
            #expect(found == ["prompt|find the needle 0001-1"])
            try await pair.receiver.rebuildsTheSame()
        }
    }

    @Test("A fork that repeats its parent's lines, on another machine of the owner, counts once")
    func fork() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, preset: "claude-code")
            let laptop = try AgentNode(
                stage,
                "laptop",
                ports: [("main", pair.receiver.port)],
                preset: "claude-code"
            )
            try await laptop.join(pair.receiver)
            try await laptop.start()
            var parent = Conversation(2)
            let shared = parent.text(7)
            var fork = parent.forked(4)
            let copied = shared.replacing(parent.session, with: fork.session)
            let folder: BytePath = "projects/-home-ada-ship"
            // The fork comes first, so that its copies are known before what they are copies of.
            try Files.write(
                laptop.files.appending(folder).appending(BytePath("\(fork.session).jsonl")),
                copied + fork.text(2)
            )
            try await pair.receiver.hasRows(Conversation.turn * 9)
            let before = try CatalogRows(pair.receiver).number("SELECT sum(cost) FROM responses")
            try Files.write(
                pair.at(folder).appending(BytePath("\(parent.session).jsonl")),
                shared + parent.text(1)
            )
            try await pair.receiver.hasEntries(6 * 9 + 6 * 8)
            try await pair.receiver.hasRows(Conversation.turn * 10)
            let after = try CatalogRows(pair.receiver).number("SELECT sum(cost) FROM responses")
            #expect(before > 0 && after == before / 9 * 10)
            try await laptop.stop()
            try await pair.agent.stop()
            try await pair.receiver.rebuildsTheSame()
        }
    }

    @Test("The same lines of two owners are two people's")
    func owners() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage, preset: "claude-code")
            let other = try AgentNode(
                stage,
                "other",
                ports: [("main", pair.receiver.port)],
                preset: "claude-code"
            )
            try await other.join(pair.receiver, owner: "bob")
            try await other.start()
            var conversation = Conversation(3)
            let text = conversation.text(3)
            let name = BytePath("projects/p/\(conversation.session).jsonl")
            try Files.write(pair.at(name), text)
            try Files.write(other.files.appending(name), text)
            try await pair.receiver.hasRows(Conversation.turn * 6)
            try await other.stop()
            try await pair.receiver.rebuildsTheSame()
        }
    }
}
