import Core
import Foundation
import Testing
import Transcripts

@testable import Receiver

/// `search`.
struct SearchCommandTests {
    private func found(_ words: [String]) throws -> (total: Int?, matches: [[String: Any]]) {
        let lines = try QueryStage().lines(list: ["search", "--json", "--"] + words)
        #expect(lines.last?["type"] as? String == "page")
        return (lines.last?["total"] as? Int, lines.dropLast())
    }

    @Test(
        "Words are found as they are meant, and nothing that is typed is an operator of the index",
        arguments: [
            ("reader", 2), ("reader slow", 1), ("reader -waits", 1), ("\"the reader\"", 2),
            ("\"reader the\"", 0), ("rea*", 3), ("reader AND NOT", 0), ("reader \"unclosed", 0),
            ("text:reader", 0), ("reader !!", 2), ("line 20", 1), ("slow OR copies", 3),
            ("reader slow OR waits", 2), ("OR reader", 0), ("reader OR", 0),
            ("reader OR -slow", 0), ("\"OR\" reader", 0), ("NEAR(reader slow)", 0),
            ("reader^2 OR {text}:slow", 0), ("-reader kind:prompt", 0),
            ("-waits role:assistant", 2),
        ]
    )
    func words(_ query: String, _ count: Int) throws {
        let (total, matches) = try found([query])
        #expect(total == count)
        #expect(matches.count == count)
    }

    @Test(
        "Every column is a filter, alone or with words",
        arguments: [
            ("kind:prompt", 1), ("kind:*prompt", 2), ("role:assistant reader", 1),
            ("tool:Bash", 2), ("tool:claude-code reader", 2), ("-tool:Bash reader", 2),
            ("name:B* line", 1), ("has:error", 2), ("has:error reader", 0), ("is:subagent", 1),
            ("project:ship reader", 2), ("project:\"ship\" reader", 2), ("-project:ship", 1),
            ("agent:ann@laptop kind:text", 1), ("machine:bob", 0), ("owner:ann kind:text", 1),
            ("branch:main kind:text", 1), ("session:5a5a1111 reader", 2),
            ("title:fix kind:text", 1),
            ("model:nothing", 0), ("on:2026-11-05 reader", 2), ("since:2026-11-06 reader", 0),
            ("before:2026-11-05T23:51Z reader", 1), ("cost:>1 kind:text", 1), ("has:secret", 0),
            ("command:filter line", 1), ("path:ilter\\ Read", 0), ("file:x", 0),
        ]
    )
    func filters(_ query: String, _ count: Int) throws {
        #expect(try found([query]).total == count)
    }

    @Test("Filters are options as well, and both together")
    func options() throws {
        let stage = try QueryStage()
        func total(_ words: String...) throws -> Int? {
            try stage.lines(list: ["search", "--json"] + words).last?["total"] as? Int
        }
        #expect(try total("reader", "--kind", "prompt") == 1)
        #expect(try total("reader", "kind:prompt", "--project", "other") == 0)
        #expect(try total("--has", "error") == 2)
        #expect(try total("reader", "--since", "2026-11-06") == 0)
    }

    @Test("Paths, commands and patterns are found by any part of them")
    func fragments() throws {
        let stage = try QueryStage()
        #expect(try stage.run("search", "--path", "ilter Read").contains("1 match"))
        #expect(try stage.run("search", "path:\"ilter Read\"").contains("1 match"))
        #expect(try stage.run("search", "--path", "\" OR \"").contains("nothing found"))
        #expect(try stage.run("search", "--path", "st").contains("1 match"))
        let marked = try stage.run("search", "path:ReaderTests", terminal: true)
        #expect(marked.contains("\u{1b}[1;33mReaderTests\u{1b}[0m"))
    }

    @Test("A file is found by its folder")
    func globs() throws {
        var story = Story()
        story.tell(0, "s", [Story.prompt("go")])
        story.tell(
            1,
            "s",
            Story.file("r1", "Read", "/home/ann/ship/Sources/Core/Time.swift", .read)
        )
        story.tell(2, "s", Story.file("r2", "Read", "/home/ann/ship/Tests/T.swift", .read))
        let stage = try QueryStage(story)
        for (query, count) in [
            ("file:Sources/**", 1), ("file:*.swift", 2), ("path:/home/*", 2), ("file:ources", 1),
            ("file:Time.swift", 1), ("file:Tests/*", 1), ("-file:Tests/* name:Read", 1),
        ] {
            let total = try stage.lines("search", "--json", query).last?["total"] as? Int
            #expect(total == count, "\(query)")
        }
    }

    @Test(
        "All matches are reached by a cursor, in each order, each once",
        arguments: [
            "rank", "newest", "oldest",
        ]
    )
    func cursor(_ order: String) throws {
        var story = Story()
        for number in 0..<25 {
            // Several have the same time and the same words.
            story.tell(Int64(number / 3), "s", [Story.prompt("needle number \(number / 5)")])
        }
        let stage = try QueryStage(story)
        var seen: [String] = []
        var words = ["search", "needle", "--json", "--limit", "4", "--sort", order]
        var pages = 0
        while pages < 20 {
            let lines = try stage.lines(list: words)
            seen += lines.dropLast().compactMap { $0["id"] as? String }
            #expect(lines.last?["total"] as? Int == 25)
            pages += 1
            guard let next = lines.last?["next"] as? String else { break }
            words = ["search", "needle", "--json", "--limit", "4", "--after", next]
        }
        #expect(pages == 7 && seen.count == 25 && Set(seen).count == 25)
        let all = try stage.lines(list: [
            "search", "needle", "--json", "--sort", order, "--limit", "99",
        ])
        #expect(seen == all.dropLast().compactMap { $0["id"] as? String })
    }

    @Test("Pages show where what was found stands, for people and programs")
    func pages() throws {
        let stage = try QueryStage()
        let first = try stage.run("search", "reader", "--limit", "1", "--sort", "newest")
        #expect(first.contains("The reader waits"))
        #expect(first.contains("1 of 2 matches") && first.contains("--after n-"))
        #expect(!first.contains("\u{1b}"))
        let second = try stage.run("search", "reader", "--limit", "1", "--offset", "1")
        #expect(second.contains("1 of 2 matches"))
        let coloured = try stage.run("search", "slow", terminal: true)
        #expect(coloured.contains("\u{1b}[1;33mslow\u{1b}[0m"))
        #expect(!coloured.contains("\u{1b}[31mred"))
        let match = try #require(try stage.lines("search", "slow", "--json").first)
        let snippet = try #require(match["snippet"] as? String)
        #expect(snippet.contains("reader slow?") && !snippet.contains("\u{2}"))
        let marks = try #require(match["marks"] as? [[Int]])
        let scalars = Array(snippet.unicodeScalars)
        #expect(String(String.UnicodeScalarView(scalars[marks[0][0]..<marks[0][1]])) == "slow")
    }

    @Test("Matches are grouped by session on demand")
    func groups() throws {
        var story = Story()
        for number in 0..<5 { story.tell(Int64(number), "a", [Story.prompt("needle \(number)")]) }
        story.tell(10, "b", [Story.prompt("needle in b")])
        let stage = try QueryStage(story)
        let lines = try stage.lines("search", "needle", "--group", "--sort", "newest", "--json")
        #expect(lines.map { $0["session"] as? String } == ["b", "a", nil])
        #expect(lines[1]["count"] as? Int == 5)
        #expect((lines[1]["matches"] as? [Any])?.count == 3)
        #expect(lines[2]["sessions"] as? Int == 2 && lines[2]["total"] as? Int == 6)
        let text = try stage.run("search", "needle", "--group", "--limit", "1")
        #expect(text.contains("1 to 1 of 2 sessions with 6 matches; the next: --offset 1"))
    }

    @Test("Nothing found says what else may be tried")
    func hints() throws {
        let stage = try QueryStage()
        #expect(
            try stage.run("search", "reader", "project:no").contains(
                "without the filters there are 2"
            )
        )
        #expect(try stage.run("search", "projct:ship").contains("projct: is no filter"))
        #expect(try stage.run("search", "zebra").contains("word*"))
        #expect(try QueryStage(nil).run("search", "word").contains("nothing found"))
    }
}
