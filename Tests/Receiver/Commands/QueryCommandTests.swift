import Core
import Foundation
import Testing

@testable import Receiver

/// The commands that read the catalog.
struct QueryCommandTests {
    @Test("Costs are summed by day of UTC, and what has no price is counted, never free")
    func costs() throws {
        let stage = try QueryStage()
        let text = try stage.run("cost")
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines[1] == ["2026-11-05", "2", "0", "17", "0", "0", "0", "$17.00"])
        #expect(lines[2] == ["2026-11-06", "1", "0", "5", "0", "0", "0", "?", "1"])
        #expect(lines[3] == ["total", "3", "0", "22", "0", "0", "0", "$17.00", "1"])
        #expect(text.contains("1 responses are of models without a price"))
        let json = try object(stage.run("cost", "--by", "model", "--json"))
        let rows = try #require(json["rows"] as? [[String: Any]])
        #expect(rows.map { $0["key"] as? String } == ["m-large", "m-small", "unknown"])
        #expect(rows[2]["cost_microdollars"] is NSNull)
        #expect(try stage.run("cost", "--until", "2026-11-05").contains("2026-11-06") == false)
        #expect(try stage.run("cost", "--by", "machine").contains("ann@laptop"))
        #expect(try stage.run("cost", "--by", "project").contains("ship"))
        // The subagent's response counts for the session that called it.
        let bySession = try stage.run("cost", "--by", "session")
        #expect(bySession.contains("5a5a1111"))
        #expect(bySession.split(separator: "\n").count == 4)
    }

    @Test("Sessions are listed with what their subagents used, subagents only with --all")
    func sessions() throws {
        let stage = try QueryStage()
        let json = try object(stage.run("sessions", "--json"))
        let sessions = try #require(json["sessions"] as? [[String: Any]])
        #expect(sessions.count == 1)
        #expect(sessions[0]["short"] as? String == "5a5a1111")
        #expect(sessions[0]["tokens"] as? Int == 22)
        #expect(sessions[0]["cost_microdollars"] as? Int == 17_000_000)
        #expect(sessions[0]["unpriced_responses"] as? Int == 1)
        let all = try object(stage.run("sessions", "--all", "--json"))
        #expect(all["total"] as? Int == 2)
        #expect(try stage.run("sessions", "--project", "sh*").contains("5a5a1111"))
        #expect(try stage.run("sessions", "--project", "other").contains("nothing yet"))
    }

    @Test("A session is found by a unique beginning of its identifier or of its row's")
    func prefixes() throws {
        let stage = try QueryStage()
        let json = try object(stage.run("sessions", "--all", "--json"))
        let sessions = try #require(json["sessions"] as? [[String: Any]])
        let sub = try #require(sessions.first { $0["lineage"] as? String == "subagent" })
        let id = try #require(sub["id"] as? String)
        #expect(try stage.run("show", String(id.prefix(12))).contains("Look around, subagent"))
        #expect(try stage.run("show", id).contains("Look around, subagent"))
        #expect(try stage.run("show", "5a5a").contains("Why is the reader slow?"))
        #expect(throws: OperatorError.self) { try stage.run("show", "nothing") }
    }

    @Test("A conversation is shown folded, and its content cannot write to the terminal")
    func show() throws {
        let stage = try QueryStage()
        let plain = try stage.run("show", "5a5a1111")
        #expect(!plain.contains("\u{1b}"))
        #expect(plain.contains("evil \\x1b[31mred"))
        #expect(plain.contains("● Bash  swift test --filter ReaderTests  error 2.0 s"))
        #expect(plain.contains("… 14 lines"))
        #expect(plain.contains("(Explore)"))
        let coloured = try stage.run("show", "5a5a1111", terminal: true)
        #expect(coloured.contains("\u{1b}[2m"))
        #expect(!coloured.contains("\u{1b}[31mred"))
        #expect(try stage.run("show", "5a5a1111", "--all").contains("line 20"))
    }

    @Test(
        "Words are found as they are meant, and nothing that is typed is an operator",
        arguments: [
            (["reader"], 2), (["reader", "slow"], 1), (["reader", "-waits"], 1),
            (["\"the reader\""], 2), (["\"reader the\""], 0), (["rea*"], 2),
            (["reader", "AND", "NOT"], 0), (["reader", "\"unclosed"], 0), (["text:reader"], 0),
            (["reader", "!!"], 2), (["line", "20"], 1),
        ]
    )
    func search(_ words: [String], _ count: Int) throws {
        let stage = try QueryStage()
        let json = try object(stage.run(list: ["search", "--json", "--"] + words))
        #expect(json["total"] as? Int == count)
        #expect((json["matches"] as? [Any])?.count == count)
    }

    @Test("All matches are reached page by page, and a snippet shows where")
    func pages() throws {
        let stage = try QueryStage()
        let first = try stage.run("search", "reader", "--limit", "1", "--sort", "newest")
        let second = try stage.run(
            "search",
            "reader",
            "--limit",
            "1",
            "--offset",
            "1",
            "--sort",
            "newest"
        )
        #expect(first.contains("The reader waits") && first.contains("1 to 1 of 2 matches"))
        #expect(second.contains("Why is the reader slow") && second.contains("2 to 2 of 2"))
        #expect(!second.contains("\u{1b}"))
        let coloured = try stage.run("search", "slow", terminal: true)
        #expect(coloured.contains("\u{1b}[1;33mslow\u{1b}[0m"))
        #expect(!coloured.contains("\u{1b}[31mred"))
    }

    @Test("Commands and paths are found by any part of them")
    func fragments() throws {
        let stage = try QueryStage()
        #expect(try stage.run("search", "--path", "ilter Read").contains("1 to 1 of 1 matches"))
        #expect(try stage.run("search", "--path", "\" OR \"").contains("nothing found"))
        #expect(try stage.run("search", "reader", "--kind", "prompt").contains("of 1 matches"))
        #expect(try stage.run("search", "reader", "--since", "2026-11-06").contains("nothing"))
    }

    @Test("SQL reads, in three forms, and changes nothing")
    func sql() throws {
        let stage = try QueryStage()
        #expect(try stage.run("sql", "SELECT 1 AS a, NULL AS b;") == "a  b\n1  NULL\n")
        #expect(
            try stage.run("sql", "SELECT '=1+1' a, '-2' b, -2 c, 'x\"y' d", "--format", "csv")
                == "a,b,c,d\n'=1+1,'-2,-2,\"x\"\"y\"\n"
        )
        #expect(
            try stage.run("sql", "SELECT 9007199254740993 a, x'00ff' b", "--format", "json")
                == "[\n{\"a\":9007199254740993,\"b\":\"00ff\"}\n]\n"
        )
        let target = stage.folder + "/copy.db"
        for change in [
            "DELETE FROM messages", "VACUUM INTO '\(target)'", "PRAGMA journal_mode = DELETE",
            "CREATE TABLE t (a)", "SELECT 1; DELETE FROM messages", "SELECT nothing FROM nowhere",
        ] {
            #expect(throws: OperatorError.self) { try stage.run("sql", change) }
        }
        #expect(!FileManager.default.fileExists(atPath: target))
        #expect(try stage.run("sql", "SELECT COUNT(*) > 0 AS c FROM messages") == "c\n1\n")
    }

    @Test(
        "A wrong use names what is wrong",
        arguments: [
            ["cost", "--by", "week"], ["cost", "--since", "yesterday"], ["cost", "more"],
            ["cost", "--all"], ["sessions", "--limit", "0"], ["show"], ["show", "a", "b"],
            ["search"], ["search", "-word"], ["search", "--path", "ab"],
            ["search", "a", "--sort", "best"], ["sql", "SELECT 1", "--format", "xml"],
            ["cost", "--since", "2026-11-06", "--until", "2026-11-01"],
        ]
    )
    func usage(_ words: [String]) throws {
        let stage = try QueryStage()
        let error = #expect(throws: OperatorError.self) { try stage.run(list: words) }
        #expect(error?.code == .usage)
    }

    @Test(
        "Without a catalog there is nothing yet, and no error",
        arguments: [
            ["cost"], ["sessions"], ["search", "word"], ["sql", "SELECT * FROM sessions"],
        ]
    )
    func nothing(_ words: [String]) throws {
        let stage = try QueryStage(empty: true)
        let text = try stage.run(list: words)
        #expect(text.contains("nothing") || text.hasPrefix("id  rev"))
        #expect(!FileManager.default.fileExists(atPath: stage.folder + "/catalog.db"))
    }

    @Test("An export is a document in which nothing of the content is markup, or the rows")
    func export() throws {
        let stage = try QueryStage()
        let html = try stage.run("export", "5a5a1111", "--format", "html")
        #expect(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script"))
        #expect(html.contains("Fix the &lt;b&gt;reader") && !html.contains("\u{1b}"))
        #expect(!html.contains("http://") && !html.contains("https://"))
        #expect(try stage.run("export", "5a5a1111").hasPrefix("# Fix the \\<b\\>reader"))
        let rows = try object(stage.run("export", "5a5a1111", "--format", "json"))
        #expect((rows["sessions"] as? [Any])?.count == 1)
        #expect((rows["responses"] as? [Any])?.count == 2)
        #expect((rows["tool_usage"] as? [Any])?.count == 1)
    }

    @Test("The original is byte for byte the archive's, and no file is written over unasked")
    func original() throws {
        let stage = try QueryStage()
        let bytes = try stage.archive()
        let target = stage.folder + "/out.jsonl"
        let words = ["export", "5a5a1111", "--format", "original", "--to", target]
        try stage.run(list: words)
        #expect(FileManager.default.contents(atPath: target) == bytes)
        #expect(throws: OperatorError.self) { try stage.run(list: words) }
        try stage.run(list: words + ["--force"])
    }

    @Test("An agent's files come back where they were, and none that is there is lost")
    func restore() throws {
        let stage = try QueryStage()
        let bytes = try stage.archive()
        let target = stage.folder + "/back"
        let file = target + "/claude-code/projects/p/\(QueryStage.session).jsonl"
        #expect(
            try stage.run("restore", "ann@laptop", "--to", target).hasPrefix("1 files are written")
        )
        #expect(FileManager.default.contents(atPath: file) == bytes)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
        let again = try stage.run("restore", "ann@laptop", "--to", target)
        #expect(again.contains("0 files") && again.contains("1 were there already"))
        #expect(FileManager.default.contents(atPath: file) == Data("mine".utf8))
        try stage.run("restore", "ann@laptop", "--to", target, "--force")
        #expect(FileManager.default.contents(atPath: file) == bytes)
        #expect(throws: OperatorError.self) {
            try stage.run("restore", "bob@laptop", "--to", target)
        }
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}
