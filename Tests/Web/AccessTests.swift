import Core
import Foundation
import Platform
import TestSupport
import Testing
import Web

/// Who may do what.
@Suite struct AccessTests {
    /// Each route with the role that it needs; streams and what changes are asked with nothing in them.
    private func request(
        _ route: (method: String, pattern: String),
        _ client: WebClient
    ) throws -> Int {
        let target = route.pattern.replacingOccurrences(of: "{agent}", with: "x")
            .replacingOccurrences(of: "{name}", with: "x").replacingOccurrences(
                of: "{id}",
                with: "x"
            )
            .replacingOccurrences(of: "{seq}", with: "x")
        return try client.send(
            route.method,
            target,
            body: route.method == "GET" ? nil : "[]"
        ).status
    }

    @Test("Without a login only what is for everybody is answered")
    func nobody() throws {
        let stage = try WebStage(isOpen: false)
        for route in Router.table where route.role != nil {
            let status = try request((route.method, route.pattern), stage.client)
            let expected = route.method == "GET" ? [401] : [401, 403]
            #expect(expected.contains(status), "\(route.method) \(route.pattern)")
        }
        let me = try stage.client.get("/api/me")
        #expect(me.status == 200)
        #expect(me.json["role"] is NSNull)
        #expect(try stage.client.get("/health").status == 200)
    }

    @Test("A role may what it may, and nothing above it", arguments: Role.allCases)
    func roles(_ role: Role) throws {
        let stage = try WebStage(isOpen: false)
        let client = try stage.client(role, owner: role == .viewerOwn ? "ann" : nil)
        for route in Router.table where !["/api/stream", "/api/logout"].contains(route.pattern) {
            let needed = try route.role.map { try #require(Role(rawValue: $0)) }
            let status = try request((route.method, route.pattern), client)
            if let needed, role < needed {
                #expect(status == 403, "\(role) \(route.method) \(route.pattern)")
            } else {
                #expect(![401, 403].contains(status), "\(role) \(route.method) \(route.pattern)")
            }
        }
    }

    @Test("One's own are one's own: other owners' rows are as if they were not there")
    func own() throws {
        let stage = try WebStage(isOpen: false)
        let other = "66661111-2222-4333-8444-555566667777"
        try stage.ship(1, Lines.conversation)
        try stage.ship(
            2,
            agent: WebStage.desktop,
            [
                Lines.prompt("bob's secret plan", session: other),
                Lines.answer([Lines.said("bob's answer")], session: other),
            ]
        )
        let bob = try stage.client(.viewerOwn, owner: "bob")
        let all = try stage.client(.viewer)
        #expect(try all.get("/api/sessions").json["total"] as? Int == 2)
        #expect(try bob.get("/api/sessions").json["total"] as? Int == 1)
        for target in [
            "/api/sessions/\(Lines.session)", "/api/sessions/\(Lines.session)/transcript",
            "/api/sessions/5a5a1111/export?format=md", "/api/search?q=x&session=5a5a1111",
        ] {
            #expect(try all.get(target).status == 200, "\(target)")
            let answer = try bob.get(target)
            #expect(answer.status == 404, "\(target)")
            #expect(!answer.text.contains("script"))
        }
        // Rows by their identifiers.
        let places = try Places(all)
        for path in [
            "/api/entries/{seq}", "/api/entries/{seq}/raw", "/api/items/{id}", "/api/calls/{id}",
            "/api/attachments/{id}",
        ] {
            #expect(try all.get(places.target(path)).status == 200, "\(path)")
            #expect(try bob.get(places.target(path)).status == 404, "\(path)")
        }
        // Everything that adds up.
        for target in [
            "/api/search?q=edit", "/api/search/sessions?q=edit", "/api/findings",
            "/api/analytics/files", "/api/claude-tool-usage", "/api/claude-file-access",
        ] {
            let answer = try bob.get(target)
            #expect(!answer.text.contains("a.swift"), "\(target)")
            #expect(!answer.text.contains("ann@laptop"), "\(target)")
        }
        let cost = try bob.get("/api/analytics/cost?by=model").json["total"] as? [String: Any]
        #expect(cost?["responses"] as? Int == 1)
        #expect(try bob.get("/api/live?owner=ann").status == 403)
        #expect(
            try bob.get("/api/live?zone=0").text.contains(
                "\"machines\":{\"online\":0,\"enrolled\":1}"
            )
        )
        #expect(try bob.get("/api/fleet").list("agents").count == 1)
        // A filter cannot reach beyond.
        #expect(try bob.get("/api/sessions?owner=ann").json["total"] as? Int == 0)
        #expect(try bob.get("/api/sessions?q=-owner:bob").json["total"] as? Int == 0)
    }

    @Test("An owner whose name is a pattern sees nobody else's")
    func pattern() throws {
        let stage = try WebStage(isOpen: false)
        try stage.ship(1, Lines.conversation)
        for owner in ["*", "a*", "an?", "[a]nn", "ann*"] {
            let client = try stage.client(.viewerOwn, owner: owner)
            #expect(try client.get("/api/sessions").json["total"] as? Int == 0, "\(owner)")
            #expect(try client.get("/api/entries").list("entries").isEmpty, "\(owner)")
        }
    }

    @Test("Numbers hold no content for who may see numbers only")
    func aggregate() throws {
        let stage = try WebStage(isOpen: false)
        try stage.ship(1, Lines.conversation)
        let client = try stage.client(.viewerAggregate)
        for route in Router.table where route.method == "GET" && route.role == "viewer-aggregate" {
            guard route.pattern != "/api/stream" else { continue }
            let text = try client.get(route.pattern).text
            for content in ["a.swift", "no-preserve-root", "Please fix", "AKIA", "git commit"] {
                #expect(!text.contains(content), "\(route.pattern) tells \(content)")
            }
        }
        #expect(try client.get("/api/analytics/cost?by=session").status == 403)
    }

    @Test("A link is good once, and the cookie that it gives is for browsers only")
    func link() throws {
        let stage = try WebStage(isOpen: false)
        let book = try #require(stage.book)
        let link = try book.make(
            .link,
            role: .viewer,
            owner: nil,
            name: "ann",
            valid: .seconds(3600),
            now: Clock.wall()
        )
        // The secret itself is nowhere stored.
        #expect(stage.receiver.stored.allSatisfy { !"\($0)".contains(link.token.text) })
        let body = "{\"token\":\"\(link.token.text)\"}"
        let own = ["X-Tailship": "1"]
        #expect(try stage.client.send("POST", "/api/login", body: body).status == 403)
        let first = try stage.client.send("POST", "/api/login", own, body: body)
        #expect(first.status == 200)
        let cookie = try #require(first.headers["set-cookie"])
        for flag in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(flag)) }
        let again = try stage.client.send("POST", "/api/login", own, body: body)
        #expect(again.status == 401)
        let pair = String(cookie.prefix { $0 != ";" })
        let client = WebClient(port: stage.client.port, headers: ["Cookie": "a=b; \(pair)"])
        #expect(try client.get("/api/me").json["role"] as? String == "viewer")
        #expect(try client.get("/api/sessions").status == 200)
        // As a token for programs the cookie is worth nothing.
        let secret = String(pair.drop { $0 != "=" }.dropFirst())
        let bearer = WebClient(
            port: client.port,
            headers: ["Authorization": "Bearer \(secret)"]
        )
        #expect(try bearer.get("/api/sessions").status == 401)
        #expect(try client.send("POST", "/api/logout", own, body: "{}").status == 200)
        #expect(try client.get("/api/sessions").status == 401)
    }

    @Test("A change needs the page's own header, origin and site")
    func origin() throws {
        let stage = try WebStage()
        let target = "/api/findings/state"
        let body = "{\"ids\":[\"0000000000000000\"],\"state\":\"new\"}"
        func status(_ headers: [String: String]) throws -> Int {
            try stage.client.send("POST", target, headers, body: body).status
        }
        let host = "http://127.0.0.1:\(stage.client.port)"
        #expect(try status([:]) == 403)
        #expect(try status(["X-Tailship": "1"]) == 404)
        #expect(try status(["X-Tailship": "1", "Origin": host]) == 404)
        #expect(try status(["X-Tailship": "1", "Origin": "http://evil.example"]) == 403)
        #expect(try status(["X-Tailship": "1", "Origin": "null"]) == 403)
        #expect(try status(["X-Tailship": "1", "Sec-Fetch-Site": "cross-site"]) == 403)
    }

    @Test("Another host's name is refused, an address and the names of the configuration are not")
    func hosts() throws {
        let client = try WebStage().client
        func status(_ host: String) throws -> Int {
            try client.get("/api/me", ["Host": host]).status
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a b"] {
            #expect([400, 421].contains(try status(host)), "\(host)")
        }
        for host in ["localhost", "LOCALHOST:80", "page.example", "10.1.2.3:7626", "[::1]:7626"] {
            #expect(try status(host) == 200, "\(host)")
        }
    }

    @Test("After ten failed logins in a minute an address waits")
    func rate() throws {
        let stage = try WebStage(isOpen: false)
        let book = try #require(stage.book)
        func login(_ token: String) throws -> Int {
            try stage.client.send(
                "POST",
                "/api/login",
                ["X-Tailship": "1"],
                body: "{\"token\":\"\(token)\"}"
            ).status
        }
        for number in 0..<10 { #expect(try login("wrong-token-number-\(number)-xxx") == 401) }
        let good = try book.make(
            .link,
            role: .admin,
            owner: nil,
            name: "ann",
            valid: .seconds(60),
            now: Clock.wall()
        )
        #expect(try login(good.token.text) == 429)
    }

    @Test("A login of one's own needs an owner, and none lasts for ever")
    func impossible() throws {
        let book = try #require(try WebStage(isOpen: false).book)
        for (role, owner, valid) in [
            (Role.viewerOwn, String?.none, Duration.seconds(60)), (.viewerOwn, "", .seconds(60)),
            (.viewer, nil, .zero), (.viewer, nil, .days(400)),
        ] {
            #expect(throws: OperatorError.self) {
                try book.make(
                    .link,
                    role: role,
                    owner: owner,
                    name: "x",
                    valid: valid,
                    now: Clock.wall()
                )
            }
        }
    }

    @Test("What is taken back is good no more, and its streams end")
    func revoked() throws {
        let stage = try WebStage(isOpen: false)
        let viewer = try stage.client(.viewer)
        let admin = try stage.client(.admin)
        let stream = try EventStream(viewer, "/api/stream")
        #expect(stream.next("numbers") != nil)
        let list = try admin.get("/api/access").list("access")
        let id = try #require(list.first { $0["role"] as? String == "viewer" }?["id"] as? String)
        #expect(try admin.send("DELETE", "/api/access/\(id)").status == 200)
        #expect(try viewer.get("/api/me").status == 401)
        #expect(stream.hasEnded(within: 10))
        #expect(try admin.send("DELETE", "/api/access/\(id)").status == 404)
    }
}
