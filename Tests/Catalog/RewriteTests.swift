import Catalog
import CatalogSupport
import Core
import SQL
import TestSupport
import Testing
import Transcripts

/// Sessions that their tool writes whole again and again.
struct RewriteTests {
    /// A session of Gemini CLI as it stands after each of its changes.
    private struct Talk {
        private var messages: [String] = []
        private(set) var contents: [String] = []
        private var random: SeededRandom

        init(seed: UInt64) {
            random = SeededRandom(seed: seed)
            for step in 0..<Int.random(in: 3...9, using: &random) { change(step) }
        }

        private mutating func change(_ step: Int) {
            if random.oneIn(6), messages.count > 1 { messages.removeLast() }
            if random.oneIn(3), !messages.isEmpty {
                // Tokens and results arrive later.
                messages[messages.count - 1] = answer(messages.count, step, isDone: true)
            } else {
                messages.append(
                    messages.count % 2 == 0
                        ? #"{"id":"m\#(messages.count + 1)","timestamp":"\#(time(step))","type":"user","content":"ask \#(step)"}"#
                        : answer(messages.count + 1, step, isDone: random.oneIn(2))
                )
            }
            contents.append(
                #"{"sessionId":"s1","projectHash":"h","startTime":"\#(time(0))","lastUpdated":"\#(time(step))","messages":[\#(messages.joined(separator: ","))]}"#
            )
        }

        private func time(_ step: Int) -> String { "2026-01-10T20:00:1\(step).000Z" }

        private func answer(_ number: Int, _ step: Int, isDone: Bool) -> String {
            let tokens =
                #","tokens":{"input":\#(100 + step),"output":5,"cached":40,"thoughts":2,"tool":0,"total":\#(107 + step)}"#
            let result =
                #","status":"success","result":[{"functionResponse":{"id":"call_1","response":{"output":"out \#(step)"}}}]"#
            return
                #"{"id":"m\#(number)","timestamp":"\#(time(number % 10))","type":"gemini","model":"gemini-2.5-pro","content":"\#(isDone ? "done \(step)" : "")","toolCalls":[{"id":"read-\#(number)","name":"read_file","args":{"file_path":"/a"}\#(isDone ? result : "")}]\#(isDone ? tokens : "")}"#
        }
    }

    private func file(_ number: Int, _ text: String) throws -> (FileFacts, FileBatch) {
        var facts = SampleFile(1, generation: Generation(number)).facts
        facts.source = "gemini"
        facts.path = "p/chats/session-1.json"
        facts.tool = .gemini
        facts.held = UInt64(text.utf8.count)
        let context = FileContext(
            source: facts.source,
            path: BytePath(facts.path),
            stream: facts.stream
        )
        let parser = try #require(JSONParser())
        var bytes = Array(text.utf8)
        let count = bytes.count
        bytes += [UInt8](repeating: 0, count: JSONParser.padding)
        var items: [FileBatch.Item] = []
        let isRead = bytes.withUnsafeBytes { padded in
            TranscriptReader.readDocument(
                UnsafeRawBufferPointer(rebasing: padded[..<count]),
                context: context,
                parser: parser
            ) { items.append(FileBatch.Item($0)) }
        }
        #expect(isRead)
        let batch = FileBatch(
            stream: facts.stream,
            items: items,
            parsedOffset: facts.held,
            lines: 1,
            readerState: [],
            received: WallTime(nanoseconds: 1_000)
        )
        return (facts, batch)
    }

    /// What a person sees of the session.
    private func shown(_ contents: [(Int, String)]) throws -> [String] {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try writer.begin()
        for (number, text) in contents {
            let (facts, batch) = try file(number, text)
            try writer.upsert(facts)
            _ = try writer.apply(batch)
        }
        try writer.commit()
        let reader = try place.reader()
        #expect(try SessionSums.differences(reader) == [])
        return try [
            "SELECT 'message ' || kind || ' ' || text FROM messages WHERE retracted = 0 ORDER BY 1",
            "SELECT 'response ' || message_id || ' ' || input_tokens || ' ' || output_tokens FROM responses ORDER BY 1",
            "SELECT 'session ' || prompts || ' ' || input_tokens || ' ' || cache_read_tokens FROM sessions",
        ].flatMap { sql in try reader.prepare(sql).all { $0.text(0) } }
    }

    @Test(
        "A rewritten document updates its rows and adds none, in whatever order its contents come",
        arguments: 0..<25 as Range<UInt64>
    )
    func rewritten(seed: UInt64) throws {
        let contents = Array(Talk(seed: seed).contents.enumerated()).map {
            ($0.offset + 1, $0.element)
        }
        let inOrder = try shown(contents)
        var random = SeededRandom(seed: seed)
        for _ in 0..<3 {
            #expect(try shown(contents.shuffled(using: &random)) == inOrder)
            #expect(try shown(contents + contents) == inOrder)
        }
        let last = try shown(Array(contents.suffix(1))).filter { $0.hasPrefix("message") }
        #expect(inOrder.filter { $0.hasPrefix("message") } == last)
    }
}
