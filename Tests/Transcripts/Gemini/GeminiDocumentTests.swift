import Core
import Testing
import Transcripts

@Suite struct GeminiDocumentTests {
    private func document(_ messages: [String], updated: String) -> String {
        #"{"sessionId":"s1","projectHash":"h","startTime":"2026-01-10T20:00:21.501Z","lastUpdated":"2026-01-10T20:00:\#(updated).660Z","summary":"A talk","messages":[\#(messages.joined(separator: ","))]}"#
    }

    private func user(_ id: String, _ text: String) -> String {
        #"{"id":"\#(id)","timestamp":"2026-01-10T20:00:21.501Z","type":"user","content":"\#(text)"}"#
    }

    @Test func `A document has an entry for itself and one for each message`() throws {
        let entries = try Feeding.documents(
            document([user("u", "Hi"), GeminiFixture.answer], updated: "32"),
            source: "gemini"
        )
        #expect(entries.map(\.kind) == ["header", "user", "gemini"])
        #expect(entries.map(\.position.ordinal) == [0, 1, 2])
        #expect(entries.allSatisfy { $0.session == "s1" })
        #expect(entries.texts(.prompt) == ["Hi"])
        #expect(entries.responses.map(\.key?.messageID) == ["s1/g"])
        #expect(entries.sessionFacts.first?.title?.text == "A talk")
    }

    @Test func `A newer generation supersedes an older one in whichever order they come`() throws {
        let old = document([user("a", "One"), user("b", "Two")], updated: "32")
        let new = document([user("a", "One!"), user("c", "Three")], updated: "40")
        let older = try Feeding.documents(old, source: "gemini", generation: 1)
        let newer = try Feeding.documents(new, source: "gemini", generation: 2)
        #expect((older + newer).texts(.prompt) == ["One!", "Three"])
        let texts = (newer + older).messages.filter { $0.version == newer.messages.first?.version }
        #expect(texts.map(\.text) == ["One!", "Three"])
        #expect(older.messages.allSatisfy { $0.version < newer.messages.first?.version ?? 0 })
    }

    @Test func `The time of the last change decides, not the number of the generation`() throws {
        let old = document([user("a", "One"), user("b", "Two")], updated: "32")
        let new = document([user("a", "One!")], updated: "33")
        let older = try Feeding.documents(old, source: "gemini", generation: 9)
        let newer = try Feeding.documents(new, source: "gemini", generation: 1)
        #expect((older + newer).texts(.prompt) == ["One!"])
        #expect(newer.messages.map(\.version) == [1_768_075_233_660 << 20 | 1])
    }

    @Test func `A session that was made into lines is later than its document`() throws {
        let document = try Feeding.documents(
            document([user("a", "One")], updated: "32"),
            source: "gemini",
            generation: 900
        )
        let lines = try Feeding.gemini([
            #"{"sessionId":"s1","startTime":"2026-01-10T20:00:21.501Z","lastUpdated":"2026-01-10T20:00:32.660Z"}"#,
            user("a", "One"),
        ])
        let mine = try #require(document.messages.first)
        let theirs = try #require(lines.messages.first)
        #expect(mine.key == theirs.key)
        #expect(mine.version < theirs.version)
        #expect((lines + document).texts(.prompt) == ["One"])
    }

    @Test func `Logs and checkpoints have entries only`() throws {
        let logs = try Feeding.documents(
            #"[{"sessionId":"s1","messageId":0,"type":"user","message":"Hi","timestamp":"2026-01-10T20:00:21.501Z"},{"sessionId":"s2"}]"#,
            source: "gemini",
            path: "p/logs.json"
        )
        #expect(logs.map(\.session) == ["s1", "s2"])
        #expect(logs.facts.isEmpty)
        let checkpoint = try Feeding.documents(
            #"{"history":[{"role":"user","parts":[{"text":"Hi"}]}]}"#,
            source: "gemini",
            path: "p/checkpoints/a.json"
        )
        #expect(checkpoint.count == 1)
        #expect(checkpoint.facts.isEmpty)
    }

    @Test func `A document of an older form has its history`() throws {
        let entries = try Feeding.documents(
            #"{"history":[{"role":"user","parts":[{"text":"Describe"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}],"ts":1695000000},{"role":"gemini","parts":[{"text":"It is"}],"ts":1695000005}],"start_time":"2025-12-16T23:47:00.000Z"}"#,
            source: "gemini"
        )
        #expect(entries.texts(.prompt) == ["Describe"])
        #expect(entries.texts(.text) == ["It is"])
        #expect(entries.attachments.map(\.size) == [3])
        #expect(
            entries.compactMap(\.timestamp).map(\.seconds) == [
                1_765_928_820, 1_695_000_000, 1_695_000_005,
            ]
        )
    }
}
