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

    @Test("An empty one has no entries", arguments: ["", " \n", "\u{feff}"])
    func empty(_ text: String) throws {
        let (isRead, entries) = try read(Array(text.utf8), "a.json")
        #expect(isRead)
        #expect(entries.isEmpty)
    }
}
