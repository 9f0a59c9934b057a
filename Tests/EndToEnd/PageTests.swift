import Core
import Foundation
import Glibc
import TestSupport
import Testing

/// The page of a real receiver: who reaches it, and what it tells by itself.
@Suite struct PageTests {
    /// What curl says of a request: the status in the last line.
    private func curl(_ stage: Stage, _ words: String...) async throws -> (Int, String) {
        let outcome = try await stage.run(
            "curl",
            ["-s", "--max-time", "20", "-w", "\n%{http_code}"] + words
        )
        var lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        let status = lines.popLast().flatMap { Int($0) } ?? 0
        return (status, lines.joined(separator: "\n"))
    }

    @Test(
        "Beyond loopback nothing is served without TLS, or without a login",
        arguments: [
            ("0.0.0.0", ""), ("[::]", ""), ("0.0.0.0", "web_https = true\nweb_open = true"),
        ]
    )
    func refused(_ host: String, _ keys: String) async throws {
        try await Stage.with { stage in
            let node = try ReceiverNode(stage, listenKeys: keys, webHost: host)
            for command in ["check", "run"] {
                let outcome = try await node.command(command)
                #expect(outcome.end == .exit(78), "\(outcome.all)")
                #expect(outcome.all.contains("other machines can reach"), "\(outcome.all)")
                #expect(outcome.all.contains(keys.isEmpty ? "web_https" : "a login"))
            }
        }
    }

    @Test("Beyond loopback it is served over HTTPS, to who logs in, with a cookie for HTTPS only")
    func secure() async throws {
        try await Stage.with { stage in
            let node = try ReceiverNode(stage, listenKeys: "web_https = true", webHost: "0.0.0.0")
            try await node.start()
            let address = "https://127.0.0.1:\(node.web)"
            #expect(try await curl(stage, "http://127.0.0.1:\(node.web)/health").0 != 200)
            let authority = node.storage.appending("authority/ca.pem").description
            #expect(try await curl(stage, "--cacert", authority, "\(address)/health").0 == 200)
            #expect(try await curl(stage, "-k", "\(address)/api/sessions").0 == 401)
            // TLS 1.1 and older are not spoken.
            #expect(
                try await curl(stage, "-k", "--tls-max", "1.1", "\(address)/health").0 == 0
            )
            let link = try await node.command("login", "--role", "viewer").output
            #expect(link.hasPrefix("https://"), "\(link)")
            let token = try #require(link.split(separator: "#").last).trimmingCharacters(
                in: .whitespacesAndNewlines
            )
            let (status, answer) = try await curl(
                stage,
                "-k",
                "-i",
                "-H",
                "X-Tailship: 1",
                "-d",
                "{\"token\":\"\(token)\"}",
                "\(address)/api/login"
            )
            #expect(status == 200)
            let headers = answer.lowercased()
            for word in ["; secure", "httponly", "samesite=strict", "strict-transport-security"] {
                #expect(headers.contains(word), "\(word)")
            }
        }
    }

    @Test("An alert reaches a webhook and a command, and its end too")
    func alert() async throws {
        try await Stage.with { stage in
            let told = stage.folder.appending("told")
            let node = try ReceiverNode(
                stage,
                listenKeys: "web_open = true",
                extra: """
                    [alerts]
                    every = "1s"
                    [command.note]
                    run = ["/bin/sh", "-c", "cat >> \(told); echo >> \(told)"]
                    [command.broken]
                    run = ["/bin/sh", "-c", "exit 3"]
                    """
            )
            try await node.start()
            let hook = try Hook()
            stage.atEnd { hook.stop() }
            try await set(stage, node, threshold: 1e18, hook.port, "note")
            try await eventually("both are told") {
                Files.text(told).contains("firing") && hook.received.contains("\"firing\"")
            }
            #expect(hook.received.hasPrefix("POST /path/secret HTTP/1.1"))
            #expect(hook.received.contains("Content-Type: application/json"))
            #expect(Files.text(told).contains("are free on the disk"))
            try await set(stage, node, threshold: 1, hook.port, "note")
            try await eventually("both are told that it is over") {
                Files.text(told).contains("resolved") && hook.received.contains("\"resolved\"")
            }
            // What fails is said, without the address, and tried again.
            hook.stop()
            try await set(stage, node, threshold: 1e18, hook.port, "broken")
            try await eventually("the log says it") {
                node.log.contains("the alert low could not be sent: http://127.0.0.1")
            }
            #expect(!node.log.contains("secret"))
        }
    }

    private func set(
        _ stage: Stage,
        _ node: ReceiverNode,
        threshold: Double,
        _ port: UInt16,
        _ command: String
    ) async throws {
        let rule = """
            {"alerts":[{"id":"a","name":"low","kind":"disk","threshold":\(threshold),"scope":{},
            "webhook":"http://127.0.0.1:\(port)/path/secret","command":"\(command)",
            "cooldown_seconds":0}]}
            """
        let (status, answer) = try await curl(
            stage,
            "-X",
            "PUT",
            "-H",
            "X-Tailship: 1",
            "-d",
            rule,
            "http://127.0.0.1:\(node.web)/api/settings/alerts"
        )
        #expect(status == 200, "\(answer)")
    }
}
