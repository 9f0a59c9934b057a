import Testing
import Transcripts

@Suite struct GenericDocumentTests {
    private func export(_ messages: String, updated: Int) -> String {
        #"{"info":{"id":"ses_1","slug":"a","directory":"/w","title":"T","version":"1.2","parentID":"ses_0","time":{"created":1771135200000,"updated":\#(updated)}},"messages":[\#(messages)]}"#
    }

    private let answer =
        #"{"info":{"role":"assistant","id":"msg_2","sessionID":"ses_1","time":{"created":1771135208453},"modelID":"m","cost":0.25,"tokens":{"input":10,"output":5,"reasoning":2,"cache":{"read":3,"write":1},"total":21}},"parts":[{"type":"step-start"},{"type":"reasoning","text":"Hm"},{"type":"tool","callID":"c","tool":"bash","state":{"status":"completed","input":{"command":"ls"},"output":"a","metadata":{"exit":1},"time":{"start":10,"end":30}}},{"type":"text","text":"Done"},{"type":"patch","files":["/w/a"]}]}"#

    @Test func `OpenCode's export is a session and its messages`() throws {
        let user =
            #"{"info":{"role":"user","id":"msg_1","sessionID":"ses_1","time":{"created":1771135208448}},"parts":[{"type":"text","text":"Go"}]}"#
        let entries = try Feeding.documents(
            export(user + "," + answer, updated: 1_771_135_210_000),
            source: "opencode"
        )
        #expect(entries.count == 3)
        #expect(entries.allSatisfy { $0.session == "ses_1" })
        #expect(entries.map(\.position.ordinal) == [0, 1, 2])
        let session = try #require(entries.sessionFacts.first)
        #expect(session.title?.text == "T")
        #expect(session.workingDirectory == "/w")
        #expect(session.parent == "ses_0")
        #expect(entries.texts(.prompt) == ["Go"])
        #expect(entries.texts(.text) == ["Done"])
        #expect(entries.texts(.thinking) == ["Hm"])
        #expect(entries.results.map(\.durationMilliseconds) == [20])
        #expect(entries.accesses.map(\.path) == ["/w/a"])
        let fact = try #require(entries.responses.first)
        #expect(fact.usage.total == 21)
        #expect(fact.usage.output == 7)
        #expect(fact.toolMicrodollars == 250_000)
        #expect(fact.model == "m")
    }

    @Test func `Reasoning inside the output is not added again`() throws {
        let entries = try Feeding.documents(
            export(answer.replacing("\"total\":21", with: "\"total\":19"), updated: 1),
            source: "opencode"
        )
        #expect(entries.responses.map(\.usage.output) == [5])
        #expect(entries.responses.map(\.usage.reasoning) == [2])
    }

    @Test func `A newer generation withdraws what it does not have`() throws {
        let old = try Feeding.documents(
            export(answer, updated: 1_771_135_210_000),
            source: "opencode"
        )
        let new = try Feeding.documents(
            export(answer.replacing("Done", with: "Better"), updated: 1_771_135_220_000),
            source: "opencode",
            generation: 2
        )
        #expect((old + new).texts(.text) == ["Better"])
        let empty = try Feeding.documents(
            export("", updated: 1_771_135_230_000),
            source: "opencode",
            generation: 3
        )
        #expect((old + new + empty).messages.isEmpty)
    }

    @Test func `A message or a part that is a file is one entry`() throws {
        let message = try Feeding.documents(
            #"{"id":"m1","sessionID":"s","role":"assistant","time":{"created":1730000102000},"modelID":"m","tokens":{"input":120,"output":16}}"#,
            source: "opencode",
            path: "storage/message/s/m1.json"
        )
        #expect(message.count == 1)
        #expect(message.responses.map(\.usage.total) == [136])
        let part = try Feeding.documents(
            #"{"id":"p1","sessionID":"s","messageID":"m1","type":"tool","callID":"c","tool":"bash","state":{"status":"error","input":{"command":"ls"},"error":"no"}}"#,
            source: "opencode",
            path: "storage/part/m1/p1.json"
        )
        #expect(part.map(\.session) == ["s"])
        #expect(part.results.map(\.errorText) == ["no"])
    }

    @Test(arguments: ["[]", "{}", "1", "\"x\"", "[1,{}]"])
    func `Any document has entries`(text: String) throws {
        #expect(!(try Feeding.documents(text, source: "x")).isEmpty)
    }
}
