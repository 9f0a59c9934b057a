import Core
import Foundation
import TestSupport
import Testing
import Web

/// Each route as each role: what is documented, and nothing of others.
@Suite struct RoleTests {
    private static let bob = "66661111-2222-4333-8444-555566667777"

    /// The conversation as another person's, with a word of its own in all that it holds.
    private static var zebra: [String] {
        Lines.conversation.map { line in
            var line = line
            for (old, new) in [
                (Lines.session, bob), ("/home/ann/ship", "/home/bob/zebra"),
                ("\"gitBranch\":\"main\"", "\"gitBranch\":\"zebra\""),
                ("claude-opus-4-1", "claude-zebra-9"), ("Please fix", "Zebra, fix"),
                ("a.swift", "zebra.swift"), ("I will edit", "Zebra will edit"),
                ("no-preserve-root", "no-zebra-root"), ("2.0.1", "9.9.9-zebra"),
                ("this is no record", "this is no zebra"), ("\"Edit\"", "\"ZebraEdit\""),
            ] {
                line = line.replacingOccurrences(of: old, with: new)
            }
            for id in ["c1", "c2", "c3", "m1", "m2", "m3", "m4"] {
                line = line.replacingOccurrences(of: "\"\(id)\"", with: "\"z\(id)\"")
            }
            return line
        }
    }

    private func stage() throws -> WebStage {
        let stage = try WebStage(isOpen: false)
        try stage.ship(1, Lines.conversation)
        try stage.ship(2, agent: WebStage.desktop, Self.zebra)
        stage.receiver.set(consumers: [
            ConsumerFacts(name: "prod", backend: "clickhouse", state: .ok)
        ])
        return stage
    }

    /// What is asked of a route that changes something, so that it can be done.
    private func body(_ pattern: String, _ stage: WebStage, _ finding: String) -> String {
        switch pattern {
        case "/api/access": #"{"kind":"bearer","role":"viewer","name":"x","valid_seconds":60}"#
        case "/api/findings/state": #"{"ids":["\#(finding)"],"state":"triaged"}"#
        case "/api/fleet/tokens": #"{"owner":"ann","valid_seconds":60}"#
        case "/api/settings/budgets": #"{"budgets":[]}"#
        case "/api/settings/alerts": #"{"alerts":[]}"#
        case "/api/consumers/{name}/rewind": #"{"dry_run":true,"to":"beginning"}"#
        case "/api/consumers/{name}/skip":
            #"{"dry_run":true,"id":"0000000000000001"}"#
        default: "{}"
        }
    }

    @Test("Each route gives each role the status that is documented", arguments: Role.allCases)
    func table(_ role: Role) throws {
        let stage = try stage()
        let admin = try stage.client(.admin)
        let client = try stage.client(role, owner: role == .viewerOwn ? "ann" : nil)
        let places = try Places(admin)
        let finding = try admin.get("/api/findings").list("findings").first?["id"] as? String ?? ""
        for operation in try DocumentationTests.operations().keys.sorted() {
            let words = operation.split(separator: " ").map { String($0) }
            let (method, pattern) = (words[0], words[1])
            // These end what the others need; the last is a file that the stage does not have.
            let others = ["/api/login", "/api/logout", "/api/openapi.json"]
            guard !others.contains(pattern), method != "DELETE" else { continue }
            let isAllowed = try words[2] == "none" || role >= #require(Role(rawValue: words[2]))
            let status: Int
            if pattern == "/api/stream" {
                status = try EventStream(client, pattern).status
            } else {
                status = try client.send(
                    method,
                    places.target(pattern),
                    ["X-Tailship": "1"],
                    body: method == "GET" ? nil : body(pattern, stage, finding)
                ).status
            }
            #expect(status == (isAllowed ? 200 : 403), "\(role.rawValue) \(operation)")
        }
    }

    @Test("Who sees their own gets nothing of others, from any route")
    func own() throws {
        let stage = try stage()
        let all = try Places(try stage.client(.admin), session: Self.bob)
        let ann = try stage.client(.viewerOwn, owner: "ann")
        for route in Router.table where route.method == "GET" && route.role != "admin" {
            guard !["/api/stream", "/api/openapi.json"].contains(route.pattern) else { continue }
            let target = all.target(route.pattern, agent: WebStage.desktop)
            let answer = try ann.get(target)
            if route.pattern.contains("{") {
                #expect(answer.status == 404, "\(target)")
            } else {
                #expect(answer.status == 200, "\(target)")
            }
            let text = answer.text.lowercased()
            #expect(!text.contains("zebra") && !text.contains("bob"), "\(target)")
        }
    }

    @Test(
        "No filter reaches what others own",
        arguments: [
            "owner=b*b", "agent=b*", "q=-owner:ann", "q=-agent:nobody", "project=z*",
            "model=claude-z*", "session=66661111", "branch=z*", "path=*z*", "q=owner:*",
        ]
    )
    func filtered(_ filter: String) throws {
        let stage = try stage()
        let ann = try stage.client(.viewerOwn, owner: "ann")
        let name = String(filter.prefix { $0 != "=" })
        for route in Router.table where route.method == "GET" && route.parameters.contains(name) {
            guard !route.pattern.contains("{"), route.pattern != "/api/stream" else { continue }
            let answer = try ann.get("\(route.pattern)?\(filter)")
            #expect(
                [200, 400, 403, 404].contains(answer.status),
                "\(route.pattern) \(answer.status)"
            )
            let text = answer.text.lowercased()
            #expect(!text.contains("zebra") && !text.contains("bob@"), "\(route.pattern)")
        }
    }

    @Test("A stream of one's own has no record, number or machine of others")
    func stream() throws {
        let stage = try WebStage(isOpen: false)
        let ann = try stage.client(.viewerOwn, owner: "ann")
        let stream = try EventStream(ann, "/api/stream?after=0&zone=0")
        try stage.ship(2, agent: WebStage.desktop, Self.zebra)
        try stage.ship(1, [Lines.prompt("mine", ago: 0)])
        let entry = try #require(stream.next("entry"))
        #expect(entry.data["machine"] as? String == "ann@laptop")
        #expect(stream.next("entry", within: 1) == nil)
        let numbers = try EventStream(ann, "/api/stream?zone=0")
        let today = try #require(numbers.next("numbers")?.data["today"] as? [String: Any])
        #expect(today["prompts"] as? Int == 1)
        #expect(today["tokens"] as? Int == 0)
        #expect(
            try EventStream(ann, "/api/stream?owner=bob&after=0").next("entry", within: 1) == nil
        )
    }
}
