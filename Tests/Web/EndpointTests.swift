import Core
import Foundation
import TestSupport
import Testing
import Web

/// Every endpoint on a catalog with a bit of everything.
@Suite struct EndpointTests {
    private func stage() throws -> WebStage {
        let stage = try WebStage()
        try stage.ship(1, Lines.conversation)
        stage.receiver.set(consumers: [
            ConsumerFacts(name: "prod", backend: "clickhouse", state: .ok)
        ])
        return stage
    }

    /// The schema's own words for an answer: what must be there.
    private func missing(
        _ answer: [String: Any],
        _ schema: [String: Any],
        _ components: [String: Any]
    ) -> [String] {
        if let reference = (schema["$ref"] as? String)?.components(separatedBy: "/").last {
            return missing(answer, components[reference] as? [String: Any] ?? [:], components)
        }
        var missing = (schema["required"] as? [String] ?? []).filter { answer[$0] == nil }
        for (name, property) in schema["properties"] as? [String: [String: Any]] ?? [:] {
            var inner = property
            if let one = (property["oneOf"] as? [[String: Any]])?.first { inner = one }
            if let object = answer[name] as? [String: Any] {
                missing += self.missing(object, inner, components).map { "\(name).\($0)" }
            }
            let element = property["items"] as? [String: Any] ?? [:]
            for object in answer[name] as? [[String: Any]] ?? [] {
                missing += self.missing(object, element, components).map { "\(name)[].\($0)" }
            }
        }
        return missing
    }

    @Test("Every question is answered with what is documented of it")
    func all() throws {
        let stage = try stage()
        let document = try DocumentationTests.document()
        let components = document["components"] as? [String: Any] ?? [:]
        let schemas = components["schemas"] as? [String: Any] ?? [:]
        let places = try Places(stage.client)
        for (path, methods) in document["paths"] as? [String: [String: [String: Any]]] ?? [:] {
            guard let operation = methods["get"], path != "/api/stream",
                path != "/api/openapi.json"
            else { continue }
            let answer = try stage.client.get(places.target(path))
            #expect(answer.status == 200, "\(path): \(answer.text.prefix(300))")
            let responses = operation["responses"] as? [String: [String: Any]] ?? [:]
            let content = responses["200"]?["content"] as? [String: [String: Any]] ?? [:]
            guard let schema = content["application/json"]?["schema"] as? [String: Any] else {
                continue
            }
            #expect(missing(answer.json, schema, schemas) == [], "\(path)")
        }
    }

    @Test("The numbers of today are those of the lines")
    func numbers() throws {
        let live = try stage().client.get("/api/live?zone=0").json
        let today = try #require(live["today"] as? [String: Any])
        // Shortly after midnight some lines are yesterday's.
        guard Lines.time(80).prefix(10) == Lines.time(0).prefix(10) else { return }
        #expect(today["responses"] as? Int == 4)
        #expect(today["tokens"] as? Int == 4 * 130)
        #expect(today["cost"] as? Int == 4 * 130)
        // The picture is one.
        #expect(today["prompts"] as? Int == 2)
        #expect(today["tool_calls"] as? Int == 3)
        #expect(today["tool_errors"] as? Int == 1)
        #expect(live["active_sessions"] as? Int == 1)
    }

    @Test("The latency is that of what arrived, from its own time to its receipt")
    func latency() async throws {
        let client = try stage().client
        try await eventually("it is measured") {
            let latency = try client.get("/api/live").json["latency"] as? [String: Any]
            return latency?["count"] as? Int == 9
        }
        let latency = try #require(try client.get("/api/live").json["latency"] as? [String: Any])
        let median = try #require(latency["p50_ms"] as? Int)
        let most = try #require(latency["p99_ms"] as? Int)
        #expect((30_000..<60_000).contains(median))
        #expect((70_000..<100_000).contains(most))
    }

    @Test("A session is found by its row, its identifier, and the beginning of that")
    func names() throws {
        let client = try stage().client
        let first = try client.get("/api/sessions").list("sessions")[0]
        let row = try #require(first["id"] as? String)
        for name in [row, Lines.session, "5a5a1111"] {
            let session = try client.get("/api/sessions/\(name)").json
            #expect((session["session"] as? [String: Any])?["id"] as? String == row)
        }
        let resume = try client.get("/api/sessions/\(row)").json["resume"] as? String
        #expect(resume == "cd '/home/ann/ship' && claude --resume \(Lines.session)")
        #expect(try client.get("/api/sessions/ffff").status == 404)
    }

    @Test("A record is shown with where it is from, and its bytes are those of the archive")
    func provenance() throws {
        let client = try stage().client
        let entries = try client.get("/api/entries").list("entries")
        #expect(entries.count == Lines.conversation.count)
        let unparsed = try #require(entries.first { $0["icon"] as? String == "unparsed" })
        let seq = try #require(unparsed["seq"] as? Int)
        let entry = try client.get("/api/entries/\(seq)").json
        #expect(entry["raw"] as? String == "this is no record")
        let place = try #require(entry["provenance"] as? [String: Any])
        #expect(place["machine"] as? String == "ann@laptop")
        #expect(place["path"] as? String == "projects/p/1.jsonl")
        #expect(place["length"] as? Int == 17)
        // printf 'this is no record' | sha256sum
        #expect((place["sha256"] as? String)?.count == 64)
        let bytes = try client.get("/api/entries/\(seq)/raw")
        #expect(bytes.text == "this is no record")
        #expect(bytes.headers["content-disposition"]?.hasPrefix("attachment") == true)
    }

    @Test("A picture comes back as it was, and nothing in it can run")
    func attachment() throws {
        let client = try stage().client
        let list = try client.get("/api/sessions/\(Lines.session)/attachments")
        let id = try #require(list.list("attachments").first?["id"] as? String)
        let picture = try client.get("/api/attachments/\(id)")
        #expect(picture.body == Data((0..<200).map { UInt8($0) }))
        #expect(picture.headers["content-type"] == "image/png")
        #expect(picture.headers["content-security-policy"]?.contains("sandbox") == true)
        #expect(picture.headers["x-content-type-options"] == "nosniff")
    }

    @Test("A call tells what it changed, with the lines' own numbers")
    func diff() throws {
        let client = try stage().client
        let calls = try client.get("/api/sessions/\(Lines.session)/calls").list("calls")
        let edit = try #require(calls.first { $0["name"] as? String == "Edit" })
        let call = try client.get("/api/calls/\(edit["id"] as? String ?? "")").json
        let diff = try #require((call["diffs"] as? [[String: Any]])?.first)
        #expect(diff["path"] as? String == "/home/ann/ship/a.swift")
        let hunk = try #require((diff["hunks"] as? [[String: Any]])?.first)
        #expect(hunk["old_start"] as? Int == 41)
        #expect(hunk["lines"] as? [String] == [" let b = 0", "-let a = 1", "+let a = 2"])
    }

    @Test("What somebody said in HTML stays text in JSON")
    func hostile() throws {
        let answer = try stage().client.get("/api/search?q=reader")
        #expect(answer.headers["content-type"] == "application/json")
        let snippet = answer.list("matches").first?["snippet"] as? String
        #expect(snippet?.contains("<script>alert(1)</script>") == true)
    }

    @Test("Findings are decided of, and the decision is kept")
    func triage() throws {
        let stage = try stage()
        let client = stage.client
        let all = try client.get("/api/findings").list("findings")
        #expect(Set(all.compactMap { $0["kind"] as? String }) == ["danger", "secret"])
        let ids = all.compactMap { $0["id"] as? String }
        let first = try #require(ids.first)
        let body = "{\"ids\":[\"\(first)\"],\"state\":\"false_positive\",\"note\":\"a test key\"}"
        let changed = try client.send(
            "POST",
            "/api/findings/state",
            ["X-Tailship": "1"],
            body: body
        )
        #expect(changed.json["changed"] as? Int == 1)
        let open = try client.get("/api/findings?state=new")
        #expect(open.json["total"] as? Int == ids.count - 1)
        let wrong = try client.get("/api/findings?state=false_positive").list("findings")
        #expect(wrong.first?["note"] as? String == "a test key")
    }

    @Test("Budgets are set as a whole, and tell how they stand")
    func budgets() throws {
        let client = try stage().client
        let body = "{\"budgets\":[{\"name\":\"all\",\"period\":\"month\",\"limit\":100}]}"
        let set = try client.send(
            "PUT",
            "/api/settings/budgets",
            ["X-Tailship": "1"],
            body: body
        )
        #expect(set.list("budgets").first?["name"] as? String == "all")
        let burn = try client.get("/api/analytics/burn?zone=0")
        #expect(burn.list("budgets").first?["state"] as? String == "critical")
        let alerts = try client.get("/api/alerts").list("alerts")
        #expect(alerts.contains { $0["kind"] as? String == "budget" })
        let bad = try client.send(
            "PUT",
            "/api/settings/budgets",
            ["X-Tailship": "1"],
            body: "{\"budgets\":[{\"name\":\"\"}]}"
        )
        #expect(bad.status == 400)
    }

    @Test("Consumers do what they are told, and a dry run does nothing")
    func consumers() throws {
        let stage = try stage()
        func post(_ action: String, _ body: String) throws -> WebClient.Answer {
            try stage.client.send(
                "POST",
                "/api/consumers/prod/\(action)",
                ["X-Tailship": "1"],
                body: body
            )
        }
        #expect(
            try post("rewind", "{\"dry_run\":true,\"to\":\"beginning\"}").json["rows"] as? Int == 12
        )
        #expect(stage.receiver.actions == [])
        #expect(try post("rewind", "{\"to\":{\"rev\":5}}").status == 200)
        #expect(try post("pause", "{}").status == 200)
        #expect(stage.receiver.actions == [.rewind(.rev(5)), .pause])
        #expect(try post("rewind", "{\"to\":{\"day\":5}}").status == 400)
        let first = try stage.client.get("/api/consumers/prod/dead-letters?limit=2")
        #expect(first.list("rows").count == 2)
        let next = try #require(first.json["next"] as? String)
        let second = try stage.client.get("/api/consumers/prod/dead-letters?limit=3&cursor=\(next)")
        #expect(second.list("rows").count == 3)
        #expect(second.json["next"] is NSNull)
    }

    @Test("Health fails when nothing moves although something waits, and says so")
    func health() throws {
        let stage = try stage()
        #expect(try stage.client.get("/health").json["status"] as? String == "ok")
        stage.receiver.set { facts in
            facts.unread = 5000
            facts.pendingSince = WallTime(nanoseconds: 1)
        }
        let stalled = try stage.client.get("/health")
        #expect(stalled.status == 503)
        #expect(stalled.json["status"] as? String == "failing")
        #expect(stalled.json["pending"] as? Int == 5000)
        stage.receiver.set { $0.pendingSince = nil }
        stage.receiver.set { $0.window.bytes = 0 }
        #expect(try stage.client.get("/health").status == 503)
    }
}
