import Core
import SQL
import Testing

@testable import Catalog

@Suite("What words found before") struct MatchMemoryTests {
    @Test("It is known until the catalog changes")
    func changes() {
        var memory = MatchMemory()
        memory.changed(messages: 1000)
        memory.keep([1, 2, 3], of: "a")
        memory.keep(3, of: "a")
        #expect(memory.rows("a") == [1, 2, 3])
        #expect(memory.rows("b") == nil)
        memory.changed(messages: 1001)
        #expect(memory.rows("a") == nil)
    }

    @Test(
        "A phrase's count is good for a hundredth more of messages, and for none less",
        arguments: [(1010, true), (1011, false), (999, false)]
    )
    func counts(messages: Int, isKnown: Bool) {
        var memory = MatchMemory()
        memory.changed(messages: 1000)
        memory.keep(30, of: "a")
        memory.changed(messages: messages)
        #expect(memory.count("a") == (isKnown ? 30 : nil))
    }

    @Test("What was asked for longest ago goes first, and memory is bounded")
    func bounds() {
        var memory = MatchMemory()
        let many = [Int32](repeating: 1, count: 1 << 20)
        memory.keep(many, of: "a")
        memory.keep(many, of: "b")
        #expect(memory.rows("a") != nil)
        memory.keep([7], of: "c")
        #expect(memory.rows("b") == nil)
        #expect(memory.rows("a") != nil && memory.rows("c") == [7])
        memory.keep(many + many + many, of: "d")
        #expect(memory.rows("d") == nil && memory.rows("a") != nil)
    }

    @Test(
        "A match weighs what FTS5's own function says",
        arguments: [
            #""common""#, #""common" AND "rare""#, #"("rare" OR "often") AND "common""#,
            #"("common") NOT ("often")"#, #""common often""#, #""of"*"#,
        ]
    )
    func weight(expression: String) throws {
        let database = try Connection(path: ":memory:")
        try database.defineWeigh()
        try database.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
        for number in 0..<40 {
            let words =
                ["common"] + (number % 3 == 0 ? ["often", "common"] : [])
                + (number % 11 == 0 ? ["rare"] : [])
                + [String](repeating: "filler", count: number * 7 % 13)
            try database.prepare("INSERT INTO words VALUES (?)")
                .run(words.joined(separator: " "))
        }
        let phrases = expression.matches(of: /"[a-z ]+"\*?/).map { String($0.output) }
        let counts = try phrases.map {
            try database.prepare("SELECT count(*) FROM words WHERE words MATCH ?")
                .first($0) { SQLValue.integer($0.int(0)) } ?? .null
        }
        let marks = phrases.map { _ in ", ?" }.joined()
        let statement = try database.prepare(
            "SELECT bm25(words), weigh(words\(marks)) FROM words WHERE words MATCH ?"
        )
        try statement.bind(values: counts + [.text(expression)])
        var found = 0
        while try statement.step() {
            #expect(abs(statement.double(0) - statement.double(1)) < 1e-12)
            found += 1
        }
        #expect(found > 0)
    }
}
