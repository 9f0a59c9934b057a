import Foundation
import TestSupport
import Testing
import Web

/// Pages neither repeat nor hide anything while rows are added.
@Suite struct PagingTests {
    private func session(_ number: Int) -> String {
        "00000000-0000-4000-8000-\(String(format: "%012d", number))"
    }

    @Test(
        "Sessions come once each, while newer ones are added",
        arguments: ["recent", "oldest", "cost", "tokens", "errors"]
    )
    func sessions(_ order: String) throws {
        let stage = try WebStage()
        for number in 0..<9 {
            let name = session(number)
            try stage.ship(
                UInt64(number + 1),
                [
                    Lines.prompt("p", session: name, ago: 1000 - Double(number)),
                    Lines.answer(
                        [Lines.said("a")],
                        session: name,
                        ago: 900 - Double(number),
                        output: 20 + number % 3
                    ),
                ]
            )
        }
        var seen: [String] = []
        var cursor = ""
        var more = 100
        repeat {
            let page = try stage.client.get("/api/sessions?order=\(order)&limit=2\(cursor)")
            seen += page.list("sessions").compactMap { $0["session"] as? String }
            cursor = (page.json["next"] as? String).map { "&cursor=\($0)" } ?? ""
            // One more that comes before all, or where it does no harm.
            let name = session(more)
            try stage.ship(
                UInt64(more + 1),
                [Lines.prompt("new", session: name, ago: order == "oldest" ? 5000 : 1)]
            )
            more += 1
        } while !cursor.isEmpty && more < 140
        let old = seen.filter { !$0.hasSuffix("1\(String(format: "%02d", 0))") }
        #expect(Set(seen).count == seen.count)
        #expect(Set(old).isSuperset(of: (0..<9).map { session($0) }))
    }

    @Test("A transcript is read to both sides, while the session goes on")
    func transcript() throws {
        let stage = try WebStage()
        func add(_ range: Range<Int>) throws {
            try stage.ship(
                1,
                range.map { Lines.prompt("n\($0)", ago: 1000 - Double($0)) },
                settled: false
            )
        }
        try add(0..<20)
        let base = "/api/sessions/\(Lines.session)/transcript?limit=6"
        func texts(_ page: WebClient.Answer) -> [String] {
            page.list("items").compactMap { $0["text"] as? String }
        }
        var page = try stage.client.get("\(base)&index=-6")
        #expect(page.json["total"] as? Int == 20)
        #expect(page.json["index"] as? Int == 14)
        #expect(page.json["next"] is NSNull)
        var back = texts(page)
        var added = 20
        while let previous = page.json["previous"] as? String {
            try add(added..<added + 2)
            added += 2
            page = try stage.client.get("\(base)&cursor=\(previous)")
            back = texts(page) + back
        }
        #expect(back == (0..<20).map { "n\($0)" })
        page = try stage.client.get(base)
        var forward = texts(page)
        while let next = page.json["next"] as? String {
            if added < 40 { try add(added..<added + 1) }
            added += added < 40 ? 1 : 0
            page = try stage.client.get("\(base)&cursor=\(next)")
            forward += texts(page)
        }
        #expect(forward == (0..<added).map { "n\($0)" })
        let item = try stage.client.get(base).list("items")[4]["id"] as? String ?? ""
        let jumped = try stage.client.get("\(base)&item=\(item)")
        #expect(jumped.json["index"] as? Int == 4)
        #expect(texts(jumped).first == "n4")
    }

    @Test(
        "Every match of a search is reached, while more of them come",
        arguments: ["rank", "newest"]
    )
    func search(_ order: String) throws {
        let stage = try WebStage()
        for number in 0..<15 {
            let name = session(number % 4)
            try stage.ship(
                UInt64(number % 4 + 1),
                [Lines.prompt("needle number\(number)", session: name, ago: 500 - Double(number))]
            )
        }
        var seen: [String] = []
        var cursor = ""
        repeat {
            let page = try stage.client.get("/api/search?q=needle&limit=4&order=\(order)\(cursor)")
            seen += page.list("matches").compactMap { $0["snippet"] as? String }
            cursor = (page.json["next"] as? String).map { "&cursor=\($0)" } ?? ""
            if order == "newest" {
                try stage.ship(9, [Lines.prompt("needle again", session: session(9), ago: 1)])
            }
        } while !cursor.isEmpty
        #expect(Set(seen).isSuperset(of: (0..<15).map { "needle number\($0)" }))
        #expect(Set(seen).count == seen.count)
    }

    @Test("What arrived is paged back to the first record, filtered or not")
    func entries() throws {
        let stage = try WebStage()
        for number in 0..<30 {
            let text = number.isMultiple(of: 10) ? "rare" : "common"
            try stage.ship(1, [Lines.prompt("\(text) \(number)", ago: 400 - Double(number))])
        }
        for (query, count) in [("", 30), ("&q=rare", 3)] {
            var seen: [Int] = []
            var cursor = ""
            repeat {
                let page = try stage.client.get("/api/entries?limit=7\(query)\(cursor)")
                seen += page.list("entries").compactMap { $0["seq"] as? Int }
                cursor = (page.json["next"] as? String).map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(seen.count == count)
            #expect(seen == seen.sorted(by: >))
        }
        let after = try stage.client.get("/api/entries?after=25&limit=3")
        #expect(after.list("entries").compactMap { $0["seq"] as? Int } == [26, 27, 28])
    }

    @Test("A cursor of another list, or another order, is refused")
    func foreign() throws {
        let stage = try WebStage()
        try stage.ship(1, Lines.conversation)
        for target in [
            "/api/sessions?order=cost&cursor=r-1-2", "/api/entries?cursor=x",
            "/api/findings?cursor=i-1", "/api/search?q=a&cursor=zzz",
            "/api/sessions/\(Lines.session)/transcript?cursor=e-1",
        ] {
            #expect(try stage.client.get(target).status == 400, "\(target)")
        }
    }
}
