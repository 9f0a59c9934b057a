import Core
import Foundation
import Testing

@testable import Receiver

/// `sessions` and `show`.
struct SessionsCommandTests {
    @Test("Sessions are listed with what their subagents used, subagents only with --all")
    func sessions() throws {
        let stage = try QueryStage()
        let json = try stage.object("sessions", "--json")
        let sessions = try #require(json["sessions"] as? [[String: Any]])
        #expect(sessions.count == 1)
        #expect(sessions[0]["short"] as? String == "5a5a1111")
        #expect(sessions[0]["tokens"] as? Int == 22)
        #expect(sessions[0]["cost_microdollars"] as? Int == 17_000_000)
        #expect(sessions[0]["unpriced_responses"] as? Int == 1)
        #expect(sessions[0]["owner"] as? String == "ann")
        #expect(try stage.object("sessions", "--all", "--json")["total"] as? Int == 2)
    }

    @Test(
        "A query is words of the title and filters",
        arguments: [
            ("project:sh*", 1), ("project:other", 0), ("READER", 1), ("reader has:error", 1),
            ("tool:Bash", 1), ("tool:Read", 0), ("-tool:Read", 1), ("has:danger", 0),
            ("cost:>9", 1), ("cost:>11", 0), ("branch:main model:m-large", 1),
            ("after:2026-11-06", 0), ("before:2026-11-07", 1), ("command:filter", 1),
            ("session:5a5a", 1), ("since:today", 1), ("owner:bob", 0), ("fix writer", 0),
        ]
    )
    func query(_ query: String, _ count: Int) throws {
        let json = try QueryStage().object("sessions", "--json", query)
        #expect(json["total"] as? Int == count)
    }

    @Test("A narrow terminal gets the columns that matter, and none is cut elsewhere")
    func widths() throws {
        let stage = try QueryStage()
        let narrow = try stage.run("sessions", terminal: true, width: 60)
        let plain = narrow.replacing("\u{1b}[2m", with: "").replacing("\u{1b}[0m", with: "")
        let lines = plain.split(separator: "\n")
        #expect(lines.dropLast().allSatisfy { $0.count <= 60 }, "\(plain)")
        #expect(lines[0].hasPrefix("SESSION") && lines[0].contains("TITLE"))
        #expect(!lines[0].contains("MACHINE"))
        #expect(try stage.run("sessions").contains("MACHINE"))
        #expect(!(try stage.run("sessions").contains("\u{1b}")))
    }

    @Test("Times are those of the zone, which is named")
    func zone() throws {
        let west = LocalZone { _ in LocalZone.Offset(seconds: -18_000, name: "EST") }
        let text = try QueryStage().run("sessions", zone: west)
        #expect(text.contains("2026-11-05 19:05") && text.contains("times in EST"))
    }

    @Test(
        "A session is found by a unique beginning of its identifier or of its row's, or as the last"
    )
    func prefixes() throws {
        let stage = try QueryStage()
        let json = try stage.object("sessions", "--all", "--json")
        let sessions = try #require(json["sessions"] as? [[String: Any]])
        let sub = try #require(sessions.first { $0["lineage"] as? String == "subagent" })
        let id = try #require(sub["id"] as? String)
        #expect(try stage.run("show", String(id.prefix(12))).contains("Look around, subagent"))
        #expect(try stage.run("show", id).contains("Look around, subagent"))
        #expect(try stage.run("show", "5a5a").contains("Why is the reader slow?"))
        #expect(try stage.run("show", "last").contains("Why is the reader slow?"))
        #expect(throws: OperatorError.self) { try stage.run("show", "nothing") }
    }

    @Test("A conversation is shown folded, and its content cannot write to the terminal")
    func show() throws {
        let stage = try QueryStage()
        let plain = try stage.run("show", "5a5a1111")
        #expect(!plain.contains("\u{1b}"))
        #expect(plain.contains("evil \\x1b[31mred"))
        #expect(plain.contains("● Bash  swift test --filter ReaderTests  error 2.0 s"))
        #expect(plain.contains("… 14 more lines"))
        #expect(plain.contains("(Explore)"))
        #expect(plain.contains("2026-11-05 23:50 to 2026-11-06 00:05 UTC"))
        let coloured = try stage.run("show", "5a5a1111", terminal: true)
        #expect(coloured.contains("\u{1b}[2m"))
        #expect(!coloured.contains("\u{1b}[31mred"))
        #expect(try stage.run("show", "5a5a1111", "--all").contains("line 20"))
    }

    @Test("A part of a conversation, or that of its subagents too")
    func parts() throws {
        let stage = try QueryStage()
        let end = try stage.run("show", "5a5a1111", "--last", "1")
        #expect(end.contains("line 1") && !end.contains("slow?"))
        #expect(end.contains("4 earlier blocks"))
        #expect(try stage.run("show", "5a5a", "--subagents").contains("Look around, subagent"))
    }

    @Test("A text is broken between words where the terminal ends")
    func wrapping() throws {
        let text = try QueryStage().run("show", "5a5a", width: 30)
        #expect(text.contains("Because it copies. The reader\nwaits.\n"))
    }
}
