import Core
import Foundation
import Testing

@testable import Receiver

/// `cost`.
struct CostCommandTests {
    private func cells(_ text: String) -> [[String]] {
        text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test("Costs are summed by day, and what has no price is counted, never free")
    func days() throws {
        let stage = try QueryStage()
        let text = try stage.run("cost")
        let lines = cells(text)
        #expect(lines[1] == ["2026-11-05", "$17.00", "-", "2", "0", "17", "0", "0", "0", "-"])
        #expect(lines[2] == ["2026-11-06", "?", "1", "1", "0", "5", "0", "0", "0", "-"])
        #expect(lines[3] == ["total", "$17.00", "1", "3", "0", "22", "0", "0", "0", "-"])
        #expect(text.contains("1 response of models without a price"))
    }

    @Test("A day is one of the calendar here")
    func zone() throws {
        let stage = try QueryStage()
        let east = LocalZone { _ in LocalZone.Offset(seconds: 3600, name: "CET") }
        let lines = cells(try stage.run("cost", zone: east))
        #expect(lines[1].prefix(3) == ["2026-11-06", "$17.00", "1"])
        #expect(lines.count == 3)
        #expect(cells(try stage.run("cost", "--by", "week"))[1][0] == "2026-11-02")
        #expect(cells(try stage.run("cost", "--by", "month"))[1][0] == "2026-11")
    }

    @Test("Programs get null for an unknown price")
    func json() throws {
        let stage = try QueryStage()
        let json = try stage.object("cost", "--by", "model", "--json")
        let rows = try #require(json["rows"] as? [[String: Any]])
        #expect(rows.map { $0["key"] as? String } == ["m-large", "m-small", "unknown"])
        #expect(rows[2]["cost_microdollars"] is NSNull)
        #expect(json["zone"] as? String == "UTC")
    }

    @Test("A subagent's responses count for the session that called it")
    func sessions() throws {
        let stage = try QueryStage()
        let lines = cells(try stage.run("cost", "--by", "session"))
        #expect(lines[1].prefix(4) == ["5a5a1111", "$17.00", "1", "3"])
        #expect(lines.count == 3)
    }

    @Test(
        "Filters leave out what is of other sessions, models or times",
        arguments: [
            (["--until", "2026-11-05"], 2), (["--since", "2026-11-06"], 1),
            (["--project", "ship"], 2), (["--project", "other"], 0), (["--model", "m-*"], 2),
            (["--owner", "ann"], 3), (["--owner", "bob"], 0), (["--agent", "ann@*"], 3),
            (["--tool", "claude-code"], 3), (["--has", "subagent"], 1), (["--has", "error"], 2),
            (["--branch", "main"], 2),
        ]
    )
    func filters(_ options: [String], _ responses: Int) throws {
        let json = try QueryStage().object(list: ["cost", "--json"] + options)
        let total = try #require(json["total"] as? [String: Any])
        #expect(total["responses"] as? Int == responses)
    }

    @Test("Nothing found says what was asked, nothing yet that nothing came")
    func nothing() throws {
        #expect(try QueryStage().run("cost", "--project", "other").contains("nothing found"))
        #expect(try QueryStage(nil).run("cost").contains("nothing yet"))
    }
}
