import Foundation
import Glibc
import TestSupport
import Testing
import Web

/// Requests that no browser sends.
@Suite struct HostileTests {
    @Test(
        "Odd addresses are refused or not found, and nothing else is served",
        arguments: [
            "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd",
            "/vendor/../../etc/passwd", "/vendor/passwd", "/.git/config", "/a%00.js", "/%zz",
            "/%ff%fe", "//etc/passwd", "/catalog.db", "/pages/../catalog.db", "/api", "/api/",
            "/api/nothing", "/api/sessions/%00", "/api/sessions/..%2f",
        ]
    )
    func paths(_ path: String) throws {
        let stage = try WebStage()
        let answer = try stage.client.get(path)
        #expect([400, 404].contains(answer.status), "\(answer.status)")
        #expect(!answer.text.contains("root:"))
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.errorCode != nil)
    }

    @Test("A link in the folder of the page's files leads nowhere")
    func link() throws {
        let stage = try WebStage()
        try FileManager.default.createSymbolicLink(
            atPath: stage.folder + "/pages/passwd.txt",
            withDestinationPath: "/etc/passwd"
        )
        #expect(try stage.client.get("/passwd.txt").status == 404)
    }

    @Test("Every view of the page is its first file, with a policy that runs nothing else")
    func files() throws {
        let stage = try WebStage()
        #expect(try stage.client.get("/").status == 404)
        try stage.page("index.html", "<!doctype html>page")
        try stage.page("app.js", "export {}")
        for path in ["/", "/sessions", "/sessions/5a5a/x", "/index.html"] {
            let answer = try stage.client.get(path)
            #expect(answer.text == "<!doctype html>page", "\(path)")
            let policy = try #require(answer.headers["content-security-policy"])
            #expect(policy.contains("default-src 'none'"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["referrer-policy"] == "no-referrer")
        }
        let script = try stage.client.get("/app.js")
        #expect(script.headers["content-type"] == "text/javascript; charset=utf-8")
        let tag = try #require(script.headers["etag"])
        #expect(try stage.client.get("/app.js", ["If-None-Match": tag]).status == 304)
        try stage.page("app.js", "export { changed }")
        #expect(try stage.client.get("/app.js", ["If-None-Match": tag]).status == 200)
        #expect(try stage.client.send("POST", "/app.js", body: "x").status == 405)
    }

    @Test(
        "Parameters that are unknown, twice, or impossible are refused",
        arguments: [
            "/api/sessions?projct=x", "/api/sessions?limit=0", "/api/sessions?limit=501",
            "/api/sessions?limit=1&limit=2", "/api/sessions?order=price",
            "/api/sessions?since=soon",
            "/api/sessions?since=2026-02-02&until=2026-01-01", "/api/live?zone=9999",
            "/api/sessions?subagents=yes", "/api/sessions?cost=many", "/api/sessions?kind=prompt",
            "/api/search", "/api/search?q=%20", "/api/analytics/cost?by=hour",
            "/api/analytics/cost?q=words", "/api/entries?after=-1",
        ]
    )
    func parameters(_ target: String) throws {
        let answer = try WebStage().client.get(target)
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.errorCode == "usage")
    }

    @Test("What was typed is a value, and never a part of a statement")
    func injection() throws {
        let stage = try WebStage()
        try stage.ship(1, Lines.conversation)
        for text in [
            "' OR 1=1 --", "\"; DROP TABLE sessions; --", "x) OR (1=1", "\" OR \"\"", "NEAR(a b)",
            "text:a AND b", "*", "\u{0}", "^a", "a*b",
        ] {
            let word = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            for target in [
                "/api/search?q=\(word)", "/api/sessions?project=\(word)",
                "/api/sessions?title=\(word)",
                "/api/findings?rule=\(word)", "/api/sessions/\(word)", "/api/sessions?q=\(word)",
                "/api/analytics/files/history?path=\(word)",
            ] {
                let answer = try stage.client.get(target)
                #expect([200, 400, 404, 409].contains(answer.status), "\(target) \(answer.text)")
            }
        }
        #expect(try stage.client.get("/api/sessions").json["total"] as? Int == 1)
    }

    @Test("Large headers, bodies and addresses are refused, and the server goes on")
    func sizes() throws {
        let client = try WebStage().client
        let long = String(repeating: "a", count: 100_000)
        _ = try? client.get("/api/me", ["X-Long": long])
        _ = try? client.get("/api/me?\(long)")
        let body = "{\"token\":\"\(long)\"}"
        let answer = try client.send("POST", "/api/login", ["X-Tailship": "1"], body: body)
        #expect(answer.status == 413)
        for text in ["", "\r\n\r\n", "GET", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}", "GET /"] {
            let socket = try client.connect()
            client.send(Data(text.utf8), to: socket)
            close(socket)
        }
        #expect(try client.get("/api/me").status == 200)
    }

    @Test("Bodies that are no objects, or deep ones, are refused")
    func bodies() throws {
        let client = try WebStage().client
        let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        for body in ["", "[]", "x", "{", "{\"ids\":1}", "{\"ids\":\(deep)}", "{\"ids\":[{}]}"] {
            let answer = try client.send(
                "POST",
                "/api/findings/state",
                ["X-Tailship": "1"],
                body: body
            )
            #expect(answer.status == 400, "\(body.prefix(20)) \(answer.text)")
        }
    }

    @Test("A question without its body is answered alike, and a wrong method says which are right")
    func methods() throws {
        let client = try WebStage().client
        let head = try client.send("HEAD", "/api/me")
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        let wrong = try client.send("PUT", "/api/live", ["X-Tailship": "1"], body: "{}")
        #expect(wrong.status == 405)
        #expect(wrong.errorCode == "method")
    }

    @Test("What did not change is not sent again, and what is sent is packed for who takes that")
    func tags() throws {
        let stage = try WebStage()
        try stage.ship(1, Lines.conversation)
        // Not over the end of a minute, when everything is of another time.
        let client = stage.client
        let first = try client.get("/api/sessions")
        let tag = try #require(first.headers["etag"])
        let again = try client.get("/api/sessions", ["If-None-Match": tag])
        #expect(again.status == 304 || again.headers["etag"] != tag)
        try stage.ship(1, [Lines.prompt("more")])
        #expect(try client.get("/api/sessions", ["If-None-Match": tag]).status == 200)
        let packed = try client.get("/api/entries", ["Accept-Encoding": "gzip"])
        #expect(packed.headers["content-encoding"] == "gzip")
        #expect(packed.body.starts(with: [0x1f, 0x8b]))
        let refused = try client.get("/api/entries", ["Accept-Encoding": "gzip;q=0"])
        #expect(refused.headers["content-encoding"] == nil)
    }
}
