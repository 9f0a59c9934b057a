import Core
import Foundation
import TestSupport
import Testing
import Web

/// What arrives is told at once, each record once.
@Suite struct StreamTests {
    private func texts(_ event: EventStream.Event) -> [String] {
        (event.data["items"] as? [[String: Any]] ?? []).compactMap { $0["text"] as? String }
    }

    @Test("A line that is shipped is on the stream")
    func live() throws {
        let stage = try WebStage()
        let stream = try EventStream(stage.client, "/api/stream?numbers=0")
        #expect(stream.status == 200)
        #expect(stream.headers["content-type"] == "text/event-stream")
        #expect(stream.headers["cache-control"] == "no-store")
        // The stream has begun when it tells that something changed.
        try stage.ship(1, [Lines.prompt("first", ago: 1)], settled: false)
        let event = try #require(stream.next("entry"))
        #expect(texts(event) == ["first"])
        #expect(event.data["icon"] as? String == "human")
        #expect(event.data["machine"] as? String == "ann@laptop")
        #expect(event.seq == event.data["seq"] as? Int)
        #expect((event.data["latency_ms"] as? Int ?? -1) >= 900)
    }

    @Test("Two lines of the same millisecond both come")
    func same() throws {
        let stage = try WebStage()
        let stream = try EventStream(stage.client, "/api/stream?after=0&numbers=0")
        let first = Lines.prompt("one", ago: 5, uuid: "a-1")
        let second = first.replacingOccurrences(of: "one", with: "two")
            .replacingOccurrences(of: "a-1", with: "a-2")
        try stage.ship(1, [first, second])
        let events = [stream.next("entry"), stream.next("entry")].compactMap { $0 }
        #expect(events.flatMap { texts($0) } == ["one", "two"])
    }

    @Test("A stream that begins again goes on behind its last event, without a gap or a double")
    func resume() throws {
        let stage = try WebStage()
        var seen: [String] = []
        var last = "0"
        for round in 0..<5 {
            let stream = try EventStream(
                stage.client,
                "/api/stream?numbers=0",
                ["Last-Event-ID": last]
            )
            for number in 0..<7 {
                try stage.ship(
                    1,
                    [Lines.prompt("\(round * 7 + number)", ago: 100 - Double(round * 7 + number))],
                    settled: false
                )
            }
            // Not all of it is read before the connection is lost.
            for _ in 0..<(round == 4 ? 35 - seen.count : 5) {
                let event = try #require(stream.next("entry"))
                seen += texts(event)
                last = try #require(event.position)
            }
        }
        #expect(seen == (0..<35).map { String($0) })
    }

    @Test("Filters are the server's: what they do not let through does not come")
    func filtered() throws {
        let stage = try WebStage()
        let kinds = try EventStream(stage.client, "/api/stream?kind=text&numbers=0&after=0")
        let words = try EventStream(stage.client, "/api/stream?q=refused&numbers=0&after=0")
        try stage.ship(1, Lines.conversation)
        let answers = [kinds.next("entry"), kinds.next("entry")].compactMap { $0 }
        let said = answers.flatMap { texts($0) }
        #expect(said.map { String($0.prefix(10)) } == ["I will edi", "The key is"])
        #expect(kinds.next("entry", within: 1) == nil)
        #expect(words.next("entry").map { texts($0) } == ["refused"])
        #expect(words.next("entry", within: 1) == nil)
        #expect(try stage.client.get("/api/stream?kind=nonsense").status == 400)
        #expect(try stage.client.get("/api/stream?projct=x").status == 400)
    }

    @Test("The numbers go up as lines arrive")
    func numbers() throws {
        let stage = try WebStage()
        let stream = try EventStream(stage.client, "/api/stream?zone=0")
        func prompts() throws -> Int {
            let event = try #require(stream.next("numbers"))
            let today = try #require(event.data["today"] as? [String: Any])
            return try #require(today["prompts"] as? Int)
        }
        #expect(try prompts() == 0)
        try stage.ship(1, [Lines.prompt("one", ago: 0)], settled: false)
        while try prompts() < 1 {}
        try stage.ship(1, [Lines.prompt("two", ago: 0)], settled: false)
        while try prompts() < 2 {}
    }

    @Test("Who was away for long is told what is skipped, and sees what is new")
    func skipped() throws {
        let stage = try WebStage()
        let lines = (0..<5600).map { Lines.prompt("line \($0)", ago: 6000 - Double($0)) }
        try stage.ship(1, lines, settled: false)
        let stream = try EventStream(stage.client, "/api/stream?after=1&numbers=0")
        let skipped = try #require(stream.next("skipped"))
        #expect(skipped.data["to"] as? Int == skipped.seq)
        #expect(skipped.data["count"] as? Int == (skipped.seq ?? 0) - 1)
        let next = try #require(stream.next("entry"))
        #expect(next.seq == (skipped.seq ?? 0) + 1)
    }

    @Test("A client that does not read holds nobody up, and misses nothing")
    func slow() throws {
        let stage = try WebStage()
        let slow = try EventStream(stage.client, "/api/stream?after=0&numbers=0")
        let quick = try EventStream(stage.client, "/api/stream?after=0&numbers=0")
        let text = String(repeating: "x", count: 400)
        for round in 0..<8 {
            let lines = (0..<500).map {
                Lines.prompt("\(round * 500 + $0) \(text)", ago: 5000 - Double(round * 500 + $0))
            }
            try stage.ship(1, lines, settled: false)
        }
        for stream in [quick, slow] {
            var numbers: [Int] = []
            while numbers.count < 4000, let event = stream.next("entry") {
                numbers += texts(event).compactMap { Int($0.prefix { $0 != " " }) }
            }
            #expect(numbers == Array(0..<4000))
        }
    }

    @Test("Nothing is read while nothing changes")
    func idle() throws {
        let stage = try WebStage()
        let stream = try EventStream(stage.client, "/api/stream")
        #expect(stream.next("numbers") != nil)
        // What follows at once belongs to the beginning.
        while stream.next("numbers", within: 1) != nil {}
        #expect(stream.next("numbers", within: 3) == nil)
    }

    @Test("Who comes with a place in a catalog that was made anew since begins anew")
    func renumbered() throws {
        let stage = try WebStage()
        for number in 1...3 {
            let lines = (0..<5).map { Lines.prompt("\(number) \($0)", ago: 90 - Double($0)) }
            try stage.ship(UInt64(number), lines)
        }
        let stream = try EventStream(stage.client, "/api/stream?after=0&numbers=0")
        var last = ""
        for _ in 0..<15 { last = try #require(stream.next("entry")?.position) }
        let page = try stage.client.get("/api/entries?limit=2").json
        #expect(page["position"] as? String == last)
        try stage.rebuild()
        // Who watches is told at once, and goes on behind what there is.
        let told = try #require(stream.next("reset"))
        #expect(told.position != last && told.seq == told.data["to"] as? Int)
        let resumed = try EventStream(
            stage.client,
            "/api/stream?numbers=0",
            ["Last-Event-ID": last]
        )
        #expect(resumed.next("reset")?.position == told.position)
        try stage.ship(9, [Lines.prompt("new", ago: 1)], settled: false)
        for stream in [stream, resumed] {
            #expect(stream.next("entry").map { texts($0) } == ["new"])
        }
        let behind = try stage.client.get("/api/entries?after=\(last)").json
        #expect(behind["reset"] as? Bool == true)
        #expect((behind["entries"] as? [Any])?.isEmpty == true)
        let place = try #require(told.position)
        let answer = try stage.client.get("/api/entries?after=\(place)")
        #expect(answer.json["reset"] as? Bool == false)
        #expect(answer.list("entries").count == 1)
        let cursor = try #require(page["next"] as? String)
        #expect(try stage.client.get("/api/entries?cursor=\(cursor)").status == 400)
    }
}
