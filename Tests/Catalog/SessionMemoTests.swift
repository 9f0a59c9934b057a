import Catalog
import Core
import SQL
import TestSupport
import Testing
import Transcripts

/// Readers that remember what they found in sessions.
struct SessionMemoTests {
    /// All that is made of sessions' answers, in words.
    private func answers(_ reader: CatalogReader) throws -> [String] {
        var told: [String] = []
        let spans = [
            TimeSpan(), TimeSpan(since: WallTime(nanoseconds: 80_000_000_000)),
            TimeSpan(
                since: WallTime(nanoseconds: 30_000_000_000),
                until: WallTime(nanoseconds: 200_000_000_000)
            ),
        ]
        let terms: [[FilterTerm]] = [
            [], [FilterTerm(.model, "model-*")], [FilterTerm(.model, "other", isNegated: true)],
            [FilterTerm(.branch, "branch1")],
        ]
        for span in spans {
            for terms in terms {
                let filter = RowFilter(terms, span: span)
                told.append("usage \(try reader.usage(filter))")
                for grouping in CostGrouping.allCases {
                    told.append("\(grouping): \(try reader.costs(by: grouping, filter))")
                }
                told.append("numbers \(try reader.numbers(filter))")
                told.append("tools \(try reader.tools(filter))")
                told.append("errors \(try reader.errors(filter))")
                told.append("said \(try reader.conversations(filter))")
                told.append("quality \(try reader.quality(filter))")
            }
        }
        return told
    }

    @Test("What is remembered is what would be found anew, whatever is written", arguments: 0..<12)
    func sameAnswers(seed: UInt64) throws {
        let files = History(seed: seed).files
        var random = SeededRandom(seed: seed)
        let place = try TemporaryCatalog()
        let writer = try place.open()
        let remembering = try CatalogReader(path: place.path)
        remembering.memo = SessionMemo()
        var isMore = true
        while isMore {
            isMore = false
            try writer.begin()
            for file in files.shuffled(using: &random) where !random.oneIn(3) {
                let count = Int.random(in: 1...9, using: &random)
                if try file.feed(writer, count: count) { isMore = true }
            }
            if random.oneIn(3) { try writer.settleAll() }
            try writer.commit()
            let anew = try answers(CatalogReader(path: place.path))
            #expect(try answers(remembering) == anew)
            #expect(try answers(remembering) == anew)
        }
    }

    @Test("A session is asked once, and again after it changed")
    func changes() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        var file = SampleFile(1)
        func say(_ text: String, in session: String) {
            let fact = MessageFact(block: 0, role: .user, kind: .prompt, text: text)
            let number = file.items.count
            file.append(event: "e\(number)", session: session, at: Int64(number), [.message(fact)])
        }
        func write() throws {
            try writer.begin()
            while try file.feed(writer) {}
            try writer.commit()
        }
        say("one", in: "a")
        say("two", in: "b")
        try write()
        let reader = try CatalogReader(path: place.path)
        reader.memo = SessionMemo()
        let asked = Asked()
        let question = SessionQuestion("m.text", of: "messages m") { session, rows in
            asked.note(session)
            return rows.map { [.text($0.text(0))] }
        }
        func ask() throws -> [String] {
            var found: [String] = []
            try reader.forEach(question, RowFilter()) { found.append($0.text(0)) }
            return found.sorted()
        }
        #expect(try ask() == ["one", "two"])
        #expect(try ask() == ["one", "two"])
        #expect(asked.count == 2)
        say("three", in: "b")
        try write()
        #expect(try ask() == ["one", "three", "two"])
        #expect(asked.count == 3)
    }

    @Test("The nearest rank is found without sorting", arguments: 0..<50)
    func ranks(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let count = Int.random(in: 1...60, using: &random)
        let values = (0..<count).map { _ in Int.random(in: 0..<20, using: &random) }
        var ranks = Ranks(values)
        for percent in [50, 1, 95, 100, 10] {
            let place = max(0, (count * percent + 99) / 100 - 1)
            #expect(ranks.percentile(percent) == values.sorted()[place])
        }
        var none = Ranks([Int]())
        #expect(none.percentile(50) == nil)
    }
}
