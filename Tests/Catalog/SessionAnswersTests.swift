import Catalog
import Core
import Platform
import SQL
import TestSupport
import Testing
import Transcripts

/// What is found in sessions and kept in the catalog.
struct SessionAnswersTests {
    /// So many millionths for a token of any model.
    private struct Prices: Pricing {
        var rate: Int64

        func price(
            model: String,
            usage: TokenUsage,
            speed: String?,
            geography: String?,
            at: WallTime?
        ) -> (microdollars: Int64, version: String)? { (usage.total * rate, "v\(rate)") }

        func window(of model: String, at: WallTime?) -> Int64? { nil }

        var fingerprint: UInt64 { UInt64(rate) }
    }

    /// What reports say of three spans of time.
    private func answers(_ reader: CatalogReader) throws -> [String] {
        let spans = [
            TimeSpan(since: WallTime(nanoseconds: 0)),
            TimeSpan(since: WallTime(nanoseconds: 80_000_000_000)),
            TimeSpan(
                since: WallTime(nanoseconds: 30_000_000_000),
                until: WallTime(nanoseconds: 200_000_000_000)
            ),
        ]
        var told: [String] = []
        for span in spans {
            let filter = RowFilter(span: span)
            for grouping in CostGrouping.allCases {
                told.append("\(grouping): \(try reader.costs(by: grouping, filter))")
            }
            told.append("numbers \(try reader.numbers(filter))")
            told.append("tools \(try reader.tools(filter))")
            told.append("errors \(try reader.errors(filter))")
            told.append("said \(try reader.conversations(filter))")
            told.append("quality \(try reader.quality(filter))")
        }
        return told
    }

    private func memo() -> SessionMemo { SessionMemo(CatalogReader.questions) }

    /// Makes and keeps answers as the page does; true when none is lacking.
    @discardableResult
    private func keep(
        _ writer: CatalogWriter,
        _ path: BytePath,
        batches: Int = .max
    ) throws -> Bool {
        let reader = try CatalogReader(path: path)
        reader.memo = memo()
        var batches = batches
        while batches > 0 {
            let found = try reader.unstoredAnswers()
            guard !found.isEmpty else { return true }
            try writer.begin()
            try writer.keep(found)
            try writer.commit()
            batches -= 1
        }
        return false
    }

    /// A reader that was just started tells the same as one that keeps and remembers nothing.
    private func check(_ path: BytePath, _ comment: Comment) throws {
        let fresh = try answers(CatalogReader(path: path))
        let reader = try CatalogReader(path: path)
        reader.memo = memo()
        #expect(try answers(reader) == fresh, comment)
        let stale = try reader.rows(
            """
            SELECT session FROM session_answers EXCEPT
            SELECT t.session FROM session_answers t JOIN session_changes c
                ON c.session = t.session AND c.rev = t.stamp
            """
        ) { $0.int(0) }
        #expect(stale == [], comment)
    }

    @Test(
        "What is kept is what would be found anew, after any order of changes",
        arguments: 0..<16
    )
    func sameAnswers(seed: UInt64) throws {
        let files = History(seed: seed + 300).files
        var random = SeededRandom(seed: seed)
        let place = try TemporaryCatalog()
        let writer = try place.open(pricing: Prices(rate: 2))
        var rate: Int64 = 2
        for step in 0..<12 {
            try writer.begin()
            switch Int.random(in: 0..<6, using: &random) {
            case 0: try writer.settleAll()
            case 1:
                let file = files[Int.random(in: 0..<files.count, using: &random)]
                _ = try writer.forget([file.stream])
            case 2:
                rate += 1
                writer.use(Prices(rate: rate))
                let now = WallTime(nanoseconds: Int64(step))
                _ = try writer.reprice(after: nil, limit: .max, now: now)
            default:
                for file in files.shuffled(using: &random) where !random.oneIn(3) {
                    try writer.upsert(file.facts)
                    _ = try file.feed(writer, count: Int.random(in: 1...12, using: &random))
                }
            }
            if random.oneIn(2) { try writer.settleAll() }
            try writer.commit()
            if random.oneIn(2) { try keep(writer, place.path, batches: 1) }
            try check(place.path, "step \(step)")
        }
        try erase(writer, place)
        try check(place.path, "erased")
        #expect(try keep(writer, place.path))
        try check(place.path, "kept")
        try rebuild(files, place)
    }

    private func erase(_ writer: CatalogWriter, _ place: TemporaryCatalog) throws {
        let names: Set = [SessionName(owner: "ann", tool: "claude-code", session: "s1")]
        writer.setErased(names)
        var isDone = false
        while !isDone {
            try writer.begin()
            isDone = try writer.erase(names, until: Clock.monotonic() + .seconds(100)).isDone
            try writer.commit()
        }
        let left = try place.reader().prepare(
            "SELECT count(*) FROM session_answers WHERE session NOT IN (SELECT id FROM sessions)"
        ).first { $0.int(0) }
        #expect(left == 0)
    }

    /// A catalog that is made anew has none, and gets its own.
    private func rebuild(_ files: [SampleFile], _ place: TemporaryCatalog) throws {
        let next = try TemporaryCatalog()
        let writer = try next.open(.rebuild)
        try writer.inherit(from: place.path)
        try writer.begin()
        for file in files { while try file.feed(writer) {} }
        try writer.settleAll()
        try writer.commit()
        try writer.compare(with: place.path)
        try writer.gather()
        #expect(try writer.complete(from: place.path))
        try writer.finish()
        try check(next.path, "rebuilt")
        let live = try next.open()
        #expect(try keep(live, next.path))
        try check(next.path, "rebuilt and kept")
    }

    @Test("What is kept is not asked again after a start")
    func start() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try writer.begin()
        for file in History(seed: 11).files { while try file.feed(writer) {} }
        try writer.settleAll()
        try writer.commit()
        let asked = Asked()
        let question = SessionQuestion("m.id", of: "messages m") { session, rows in
            asked.note(session)
            return rows.map { [.integer($0.int(0))] }
        }
        func ask(_ memo: SessionMemo) throws -> [Int64] {
            let reader = try CatalogReader(path: place.path)
            reader.memo = memo
            let filter = RowFilter(span: TimeSpan(since: WallTime(nanoseconds: 0)))
            var found: [Int64] = []
            try reader.forEach(question, filter) { found.append($0.int(0)) }
            return found.sorted()
        }
        let reader = try CatalogReader(path: place.path)
        reader.memo = SessionMemo([question])
        let found = try reader.unstoredAnswers()
        try writer.begin()
        try writer.keep(found)
        try writer.commit()
        #expect(try reader.unstoredAnswers() == [])
        let first = asked.count
        let kept = try ask(SessionMemo([question]))
        #expect(first > 0 && asked.count == first)
        #expect(try kept == ask(SessionMemo()))
        #expect(asked.count > first)
    }

    @Test("A session that changed, or is written to, is not kept")
    func changed() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        let files = History(seed: 12).files
        try writer.begin()
        _ = try files[0].feed(writer, count: 5)
        try writer.commit()
        let reader = try CatalogReader(path: place.path)
        reader.memo = memo()
        #expect(try reader.unstoredAnswers() == [])
        try writer.begin()
        try writer.settleAll()
        try writer.commit()
        let found = try reader.unstoredAnswers()
        #expect(!found.isEmpty)
        try writer.begin()
        while try files[0].feed(writer) {}
        try writer.keep(found)
        try writer.commit()
        try check(place.path, "changed")
    }

    @Test("Who may not ask for long is told what is known, and how much is not")
    func bounded() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try writer.begin()
        for file in History(seed: 13).files { while try file.feed(writer) {} }
        try writer.settleAll()
        try writer.commit()
        let filter = RowFilter(span: TimeSpan(since: WallTime(nanoseconds: 0)))
        let reader = try CatalogReader(path: place.path)
        reader.memo = memo()
        reader.learning = Learning(until: Clock.monotonic() + .seconds(-1))
        #expect(try reader.tools(filter) == [])
        let sessions = try reader.rows("SELECT id FROM sessions") { $0.int(0) }
        #expect(reader.learning?.pending == Set(sessions))
        reader.learning = Learning(until: Clock.monotonic() + .seconds(100))
        let all = try reader.tools(filter)
        #expect(reader.learning?.pending == [])
        #expect(try !all.isEmpty && all == CatalogReader(path: place.path).tools(filter))
        // What is remembered needs no time.
        reader.learning = Learning(until: Clock.monotonic() + .seconds(-1))
        #expect(try reader.tools(filter) == all)
        #expect(reader.learning?.pending == [])
    }
}
