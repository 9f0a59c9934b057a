import Catalog
import CatalogSupport
import Core
import Platform
import SQL
import TestSupport
import Testing
import Transcripts

/// Rows go by their age, and what is gone for its age does not come back.
struct RetirementTests {
    private func write(_ writer: CatalogWriter, _ files: [SampleFile]) throws {
        try writer.begin()
        for file in files { while try file.feed(writer) {} }
        try writer.settleAll()
        try writer.commit()
    }

    private func plan(_ seconds: [AgingTable: Int64]) -> RetentionPlan {
        RetentionPlan(seconds.mapValues { WallTime(nanoseconds: $0 * 1_000_000_000) })
    }

    private func retire(
        _ writer: CatalogWriter,
        _ plan: RetentionPlan,
        step: Duration = .seconds(100)
    ) throws -> Int64 {
        var pass = CatalogWriter.RetirementPass()
        while !pass.isDone {
            try writer.begin()
            try writer.retire(plan, &pass, until: Clock.monotonic() + step)
            try writer.commit()
        }
        return pass.rows
    }

    private static let tables = AgingTable.allCases.filter { $0 != .entries }

    private func check(_ place: TemporaryCatalog, _ writer: CatalogWriter) throws -> CatalogDump {
        #expect(writer.searchFaults == [])
        let reader = try place.reader()
        #expect(try SessionSums.differences(reader) == [])
        #expect(try Tombstones.ofLivingRows(reader) == [])
        return try CatalogDump(reader)
    }

    @Test(
        "Totals stay the sums of the rows, in steps of any size, and a second pass finds nothing",
        arguments: 0..<40
    )
    func sums(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try write(writer, History(seed: seed).files.shuffled(using: &random))
        var ages: [AgingTable: Int64] = [:]
        for table in RetirementTests.tables where random.oneIn(2) {
            ages[table] = Int64.random(in: 0...300, using: &random)
        }
        if random.oneIn(3) {
            for table in RetirementTests.tables { ages[table] = ages[table] ?? 150 }
            ages[.entries] = 0...150 ~= Int64(seed) ? Int64(seed) : 0
        }
        let plan = plan(ages)
        _ = try retire(writer, plan, step: random.oneIn(2) ? .microseconds(1) : .seconds(9))
        let once = try check(place, writer)
        #expect(try retire(writer, plan) == 0)
        #expect(try check(place, writer).differences(from: once) == [])
    }

    @Test("What was retired does not come back when everything is read again", arguments: 0..<40)
    func again(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let files = History(seed: seed).files
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try write(writer, files)
        let plan = plan([
            .messages: 150, .toolUsage: 100, .responses: 120, .findings: 90, .turns: 80,
        ])
        _ = try retire(writer, plan)
        func retired() throws -> [String] {
            try place.reader().prepare("SELECT table_name, id FROM retired ORDER BY 1, 2").all {
                "\($0.text(0)) \($0.int(1))"
            }
        }
        let gone = try retired()
        try writer.begin()
        for file in files.shuffled(using: &random) {
            _ = try writer.apply(file.batch(0..<file.items.count))
        }
        try writer.commit()
        let living = try place.reader().prepare(
            """
            SELECT 'messages', id FROM messages UNION ALL SELECT 'responses', id FROM responses
            UNION ALL SELECT 'tool_usage', id FROM tool_usage
            UNION ALL SELECT 'findings', id FROM findings UNION ALL SELECT 'turns', id FROM turns
            """
        ).all { "\($0.text(0)) \($0.int(1))" }
        #expect(Set(gone).isDisjoint(with: living), "seed \(seed)")
        _ = try check(place, writer)
    }

    @Test("Costs stay when only what was said goes")
    func costs() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try write(writer, History(seed: 3).files)
        let sums = "SELECT session, cost, input_tokens, responses FROM sessions ORDER BY session"
        func text() throws -> [String] {
            try place.reader().prepare(sums).all {
                "\($0.text(0)) \($0.int(1)) \($0.int(2)) \($0.int(3))"
            }
        }
        let before = try text()
        #expect(try retire(writer, plan([.messages: 1_000_000, .toolUsage: 1_000_000])) > 0)
        #expect(try text() == before)
        let left = try place.reader().prepare("SELECT count(*) FROM messages").first { $0.int(0) }
        #expect(left == 0)
    }

    @Test("A held session and its subagents keep everything; released, they do not")
    func held() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        var file = SampleFile(1)
        for (event, session) in [("a", "s1"), ("b", "s1/x"), ("c", "s2")] {
            let prompt = MessageFact(block: 0, role: .user, kind: .prompt, text: session)
            file.append(event: event, session: session, at: 1, [.message(prompt)])
        }
        try write(writer, [file])
        let name = SessionName(owner: "ann", tool: "claude-code", session: "s1")
        func hold(_ names: Set<SessionName>) throws {
            try writer.begin()
            try writer.setHeld(names)
            try writer.commit()
        }
        func texts() throws -> [String] {
            try place.reader().prepare("SELECT text FROM messages ORDER BY text").all { $0.text(0) }
        }
        try hold([name])
        let everything = plan([.messages: 100])
        #expect(try retire(writer, everything) == 1)
        #expect(try texts() == ["s1", "s1/x"])
        #expect(try writer.expirable(before: WallTime(nanoseconds: .max), limit: 9) == [])
        try hold([])
        #expect(
            try writer.expirable(before: WallTime(nanoseconds: .max), limit: 9) == [file.stream]
        )
        #expect(try retire(writer, everything) == 2)
        #expect(try texts() == [])
    }

    @Test("A session goes with its last record")
    func sessions() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        try write(writer, History(seed: 5).files)
        let all = Dictionary(
            uniqueKeysWithValues: AgingTable.allCases.map { ($0, Int64(1_000_000)) }
        )
        _ = try retire(writer, plan(all))
        for table in [
            "sessions", "entries", "messages", "titles", "context_analysis", "session_claims",
        ] {
            let count = try place.reader().prepare("SELECT count(*) FROM \(table) ").first {
                $0.int(0)
            }
            // Titles of sessions that are in no file wait for them.
            #expect(count == 0 || table == "titles", "\(table)")
        }
    }

    @Test("Space comes back: the words leave the index, the pages the file")
    func space() throws {
        let place = try TemporaryCatalog()
        let writer = try place.open()
        var file = SampleFile(1)
        for number in 0..<2_000 {
            let text =
                "word\(number) "
                + (0..<60).map { "w\(number * 61 % 977 + $0)" }.joined(separator: " ")
            let prompt = MessageFact(block: 0, role: .user, kind: .prompt, text: text)
            file.append(event: "e\(number)", session: "s", at: Int64(number), [.message(prompt)])
        }
        try write(writer, [file])
        func indexed() throws -> Int64? {
            try place.reader().prepare("SELECT sum(length(block)) FROM words_data").first {
                $0.int(0)
            }
        }
        writer.emptyLog()
        let before = place.size
        #expect(try indexed() ?? 0 > 300_000)
        _ = try retire(writer, plan([.messages: 1_000_000]))
        try writer.begin()
        var begins = true
        while try writer.mergeSearch(pages: 64, begins: begins) || begins { begins = false }
        try writer.commit()
        while try writer.freePages > 0 { try writer.giveBack(pages: 16) }
        writer.emptyLog()
        #expect(try indexed() ?? 0 < 10_000)
        #expect(place.size < before * 6 / 10, "\(before) to \(place.size) bytes")
        #expect(writer.searchFaults == [])
    }
}
