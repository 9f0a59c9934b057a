import Catalog
import CatalogSupport
import Core
import SQL
import Testing
import Transcripts

/// What stands in the rows.
struct RowTests {
    private func response(
        _ message: String,
        _ request: String?,
        output: Int64,
        model: String = "model-a",
        isCopy: Bool = false
    ) -> Fact {
        var usage = TokenUsage()
        usage.output = output
        let key = ResponseKey(messageID: message, requestID: request)
        var fact = ResponseFact(key: key, model: model, usage: usage)
        fact.isCopy = isCopy
        return .response(fact)
    }

    private func write(_ writer: CatalogWriter, _ files: SampleFile...) throws {
        try writer.begin()
        for file in files { while try file.feed(writer) {} }
        try writer.commit()
    }

    private func numbers(_ place: TemporaryCatalog, _ sql: String) throws -> [Int64] {
        try place.reader().prepare(sql).all { $0.int(0) }
    }

    @Test("The row of side conversations goes when the message is told outside them")
    func sidechain() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        var side = SampleFile(1)
        side.append(
            event: "a",
            session: "s/x",
            at: 5,
            sidechain: true,
            [response("m", "r1", output: 9)]
        )
        side.append(
            event: "b",
            session: "s/x",
            at: 6,
            sidechain: true,
            [response("m", "r2", output: 7)]
        )
        side.append(
            event: "c",
            session: "s/x",
            at: 7,
            [response("m", "r3", output: 3, isCopy: true)]
        )
        try write(writer, side)
        let sideID = try numbers(place, "SELECT id FROM responses")
        #expect(sideID.count == 1)
        #expect(try numbers(place, "SELECT output_tokens FROM responses") == [9])
        var main = SampleFile(2)
        main.append(event: "d", session: "s", at: 9, [response("m", "r1", output: 4)])
        main.append(event: "e", session: "s", at: 9, [response("m", "r1", output: 6)])
        main.append(event: "f", session: "s", at: 9, [response("m", nil, output: 1)])
        try write(writer, main)
        #expect(
            try numbers(place, "SELECT output_tokens FROM responses ORDER BY 1") == [1, 6]
        )
        #expect(try Tombstones.of("responses", place.reader()) == sideID)
        #expect(try SessionSums.differences(place.reader()) == [])
    }

    @Test("A result that comes before its call waits for it, and lasts as long as between them")
    func join() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        var results = SampleFile(1)
        results.append(
            event: "r",
            session: "s",
            at: 7,
            [.result(ToolResultFact(callID: "c", block: 0, outcome: .error, size: 3))]
        )
        try write(writer, results)
        #expect(try numbers(place, "SELECT name IS NULL FROM tool_usage") == [1])
        var calls = SampleFile(2)
        calls.append(
            event: "q",
            session: "s",
            at: 4,
            [.call(ToolCallFact(callID: "c", block: 0, name: "Bash", input: "{}"))]
        )
        try write(writer, calls)
        #expect(
            try numbers(
                place,
                "SELECT duration FROM tool_usage WHERE name = 'Bash' AND success = 0"
            )
                == [3_000_000_000]
        )
        #expect(try numbers(place, "SELECT tool_calls * 10 + tool_errors FROM sessions") == [11])
    }

    @Test(
        "A row that a repetition does not change keeps its rev, and each change takes a greater one"
    )
    func revisions() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        var file = SampleFile(1)
        file.append(event: "a", session: "s", at: 1, [response("m", "r", output: 1)])
        file.append(event: "b", session: "s", at: 2, [response("n", "r", output: 1)])
        try write(writer, file)
        let tables = ["entries", "responses", "sessions"]
        func revisions() throws -> [[Int64]] {
            try tables.map { try numbers(place, "SELECT rev FROM \($0) ORDER BY id") }
        }
        let before = try revisions()
        try writer.begin()
        _ = try writer.apply(file.batch(0..<2))
        try writer.commit()
        #expect(try revisions() == before)
        let last = writer.rev
        file.append(event: "c", session: "s", at: 3, [response("m", "r", output: 5)])
        try write(writer, file)
        let changed = try numbers(place, "SELECT rev FROM responses WHERE rev > \(last)")
        #expect(changed.count == 1)
        #expect(try revisions()[0].filter { $0 > last }.count == 1)
    }

    @Test("A transaction that was not committed leaves neither rows nor position")
    func crash() throws {
        let place = try TemporaryCatalog()
        var file = SampleFile(1)
        file.append(event: "a", session: "s", at: 1, [response("m", "r", output: 1)])
        do {
            let writer = try place.open()
            try writer.begin()
            _ = try file.feed(writer)
        }
        let writer = try place.open()
        #expect(try writer.position(of: file.stream) == nil)
        #expect(try numbers(place, "SELECT count(*) FROM entries") == [0])
        try write(writer, file)
        #expect(try numbers(place, "SELECT count(*) FROM entries") == [1])
    }

    @Test("A first timestamp that comes late lets the file be read again")
    func lateTimestamp() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        var file = SampleFile(1)
        file.append(event: "a", session: "s", at: nil, [])
        file.append(event: "b", session: "s", at: 9, [])
        try writer.begin()
        try writer.upsert(file.facts)
        #expect(try writer.apply(file.batch(0..<1)) == .applied)
        #expect(try writer.apply(file.batch(1..<2)) == .readAgain)
        #expect(try writer.position(of: file.stream)?.parsedOffset == 0)
        #expect(try writer.apply(file.batch(0..<2)) == .applied)
        try writer.commit()
        #expect(try numbers(place, "SELECT entries FROM files") == [2])
    }

    @Test(
        "A summary names the session of its leaf, whenever that comes; the source decides, then the latest"
    )
    func titles() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        func title(_ source: TitleSource, _ text: String, leaf: String? = nil) -> Fact {
            var fact = SessionFact()
            fact.title = SessionFact.Title(source: source, text: text, leaf: leaf)
            return .session(fact)
        }
        var summaries = SampleFile(1)
        summaries.append(event: nil, session: nil, at: nil, [title(.summary, "sum", leaf: "leaf")])
        try write(writer, summaries)
        var file = SampleFile(2)
        let prompt = MessageFact(block: 0, role: .user, kind: .prompt, text: "do\n  this")
        file.append(event: "p", session: "s", at: 1, [.message(prompt)])
        try write(writer, file)
        func current() throws -> [String] {
            try place.reader().prepare("SELECT title FROM sessions").all { $0.text(0) }
        }
        #expect(try current() == ["do this"])
        file.append(event: "leaf", session: "s", at: 2, [])
        try write(writer, file)
        #expect(try current() == ["sum"])
        file.append(event: nil, session: "s", at: nil, [title(.agent, "one")])
        file.append(event: nil, session: "s", at: nil, [title(.agent, "two")])
        try write(writer, file)
        #expect(try current() == ["two"])
    }

    @Test("A text beyond a MiB is cut between characters, and its length tells the whole")
    func longText() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        let text = "x" + String(repeating: "ä", count: 600_000)
        var file = SampleFile(1)
        let message = MessageFact(block: 0, role: .user, kind: .prompt, text: text)
        file.append(event: "a", session: "s", at: 1, [.message(message)])
        try write(writer, file)
        let sizes = "SELECT length(CAST(text AS BLOB)) * 10000000 + length FROM messages"
        #expect(try numbers(place, sizes) == [1_048_575 * 10_000_000 + 1_200_001])
    }
}
