import Core
import Testing
import Transcripts

@Suite("Documents are read as a whole")
struct DocumentTests {
    private func read(_ text: [UInt8], _ path: BytePath) throws -> (Bool, [Entry]) {
        var reading = try Reading()
        reading.path = path
        let context = try reading.context()
        var entries: [Entry] = []
        let isRead = text.padded {
            TranscriptReader.readDocument($0, context: context, parser: reading.parser) {
                entries.append($0)
            }
        }
        return (isRead, entries)
    }

    @Test("A session of Gemini is known in any folder")
    func gemini() throws {
        let text =
            #"{"sessionId":"s","projectHash":"h","startTime":"2026-01-02T03:04:05Z","messages":[{"id":"1","type":"user","content":"hello"}]}"#
        let (isRead, entries) = try read(Array(text.utf8), "backup/session.json")
        #expect(isRead)
        #expect(entries.contains { $0.session == "s" })
        #expect(entries.map(\.position.ordinal) == Array(0..<entries.count))
    }

    @Test("One that simdjson refuses is repaired, and says so")
    func repaired() throws {
        let (isRead, entries) = try read(Array(#"{"title":"\ud83d"}"#.utf8), "a.json")
        #expect(isRead)
        #expect(entries.map(\.status) == [.recovered])
    }

    @Test("One that is no JSON is one malformed entry", arguments: [#"{"a":"#, "x", #"{"a":1}{"#])
    func malformed(_ text: String) throws {
        let (isRead, entries) = try read(Array(text.utf8), "a.json")
        #expect(!isRead)
        #expect(entries.map(\.status) == [.malformed])
        #expect(entries.first?.position.length == UInt64(text.utf8.count))
    }

    @Test("Values that stand on a line each are records, at their offsets")
    func lines() throws {
        let first =
            #"{"info":{"id":"m1","sessionID":"s","role":"user"},"parts":[{"type":"text","text":"Go"}]}"#
        let second =
            #"{"info":{"id":"m2","sessionID":"s","role":"assistant","modelID":"m","tokens":{"input":1,"output":2}},"parts":[{"type":"text","text":"Ok"}]}"#
        let (isRead, entries) = try read(
            Array((first + "\n" + second + "\n").utf8),
            "opencode/a.json"
        )
        #expect(isRead)
        #expect(entries.map(\.position.offset) == [0, UInt64(first.utf8.count) + 1])
        #expect(entries.map(\.session) == ["s", "s"])
        #expect(entries.texts(.prompt) == ["Go"])
        #expect(entries.responses.map(\.usage.total) == [3])
        #expect(entries.responses.map(\.model) == ["m"])
    }

    @Test("One that is too long is one entry that says so")
    func tooLong() throws {
        let entry = TranscriptReader.tooLong(65 << 20)
        #expect(entry.status == .malformed)
        #expect(entry.reason?.hasPrefix("a document longer than 64.0 MiB has no rows") == true)
        #expect(entry.position.length == 65 << 20)
    }

    @Test("An empty one has no entries", arguments: ["", " \n", "\u{feff}"])
    func empty(_ text: String) throws {
        let (isRead, entries) = try read(Array(text.utf8), "a.json")
        #expect(isRead)
        #expect(entries.isEmpty)
    }
}
