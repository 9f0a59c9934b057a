import Core
import Foundation
import Glibc
import TestSupport
import Testing

/// Enrolment, certificates, and clients that are no agents (cases 17, 23).
@Suite struct IdentityTests {
    @Test("A token that is wrong, mistyped, used or expired enrols nobody and says which it is")
    func tokens() async throws {
        try await Stage.with { stage in
            let receiver = try ReceiverNode(stage)
            let other = try ReceiverNode(stage, "other")
            try await receiver.start()
            try await other.start()
            let agent = try AgentNode(stage, at: receiver)
            let address = "127.0.0.1:\(receiver.port)"
            let good = try await receiver.token()

            var letters = Array(good)
            letters[letters.count / 2] = letters[letters.count / 2] == "A" ? "B" : "A"
            let mistyped = try await agent.command("join", address, String(letters))
            #expect(mistyped.end == .exit(2), "\(mistyped.all)")
            #expect(mistyped.errors.contains("Copy the whole line"), "\(mistyped.all)")

            let foreign = try await agent.command("join", address, try await other.token())
            #expect(foreign.end == .exit(1) && foreign.errors.contains("→"), "\(foreign.all)")

            let short = try await receiver.token("--valid", "1s")
            try await Task.sleep(for: .seconds(1.2))
            let expired = try await agent.command("join", address, short)
            #expect(
                expired.end == .exit(1) && expired.errors.contains("has expired"),
                "\(expired.all)"
            )

            let joined = try await agent.command("join", address, good)
            #expect(
                joined.end == .exit(0) && joined.output.contains("enrolled at"),
                "\(joined.all)"
            )
            let second = try AgentNode(stage, "second", at: receiver)
            let used = try await second.command("join", address, good)
            #expect(used.end == .exit(1) && used.errors.contains("used already"), "\(used.all)")

            let status = try await receiver.status()
            #expect(status.agents.count == 1)
        }
    }

    @Test(
        "A token that root makes leaves nothing of root's in the storage of another user",
        .enabled(if: geteuid() == 0),
        arguments: [true, false]
    )
    func rootsToken(_ exists: Bool) async throws {
        try await Stage.with { stage in
            let home = stage.folder.appending("home-of-another")
            let storage = home.appending("storage")
            let nobody: uid_t = 65_534
            try Files.makeFolder(exists ? storage : home)
            try Files.setOwner(home, nobody)
            if exists { try Files.setOwner(storage, nobody) }
            let receiver = try ReceiverNode(stage, storage: storage)
            _ = try await receiver.token()
            let agents = try await receiver.command("agents")
            #expect(agents.end == .exit(0), "\(agents.all)")
            #expect(Files.exists(storage.appending("receiver.db")))
            #expect(Files.exists(storage.appending("authority/ca.key")))
            let others = try await stage.run("find", [home.description, "!", "-uid", "\(nobody)"])
            #expect(others.end == .exit(0) && others.output.isEmpty, "\(others.all)")
        }
    }

    @Test("A revoked agent is cut while it is connected, says why, and does not knock on")
    func revoked() async throws {
        try await Stage.with { stage in
            let receiver = try ReceiverNode(stage)
            try await receiver.start()
            let proxy = try Proxy(to: receiver.port)
            stage.atEnd { proxy.stop() }
            let agent = try AgentNode(stage, ports: [("main", proxy.port)])
            try await agent.join(receiver, port: proxy.port)
            try await agent.start()
            try Files.write(agent.files.appending("a.jsonl"), "{}\n")
            try await agent.shipped()
            let revoke = try await receiver.command("agents", "revoke", "agent")
            #expect(revoke.end == .exit(0), "\(revoke.all)")
            try await agent.shows("says that it was revoked") {
                $0.first?.failure?.contains("revoked") == true
            }
            let attempts = proxy.connections
            try Files.append(agent.files.appending("a.jsonl"), "{}\n")
            try await Task.sleep(for: .seconds(5))
            #expect(proxy.connections <= attempts + 1, "no hot loop")
            #expect(IdentityTests.lines(agent.log, "revoked") <= 2, "\(agent.log)")
            let durable = try await receiver.status().durableBytes
            #expect(durable == 3)
        }
    }

    @Test("A certificate that ends soon is renewed by itself")
    func renewal() async throws {
        try await Stage.with { stage in
            let receiver = try ReceiverNode(
                stage,
                extra: "[security]\ncertificate_validity = \"1h\"\nrenew_before = \"1m\"\n"
            )
            try await receiver.start()
            let agent = try AgentNode(stage, at: receiver)
            try await agent.join(receiver)
            try await receiver.stop()
            let longer = Files.text(receiver.configuration)
                .replacingOccurrences(of: "\"1h\"", with: "\"90d\"")
                .replacingOccurrences(of: "\"1m\"", with: "\"30d\"")
            try Files.write(receiver.configuration, longer)
            try await receiver.start()
            try await agent.start()
            try await eventually("the renewal") { agent.log.contains("certificate was renewed") }
            try await agent.stop()
            try await agent.start()
            try Files.write(agent.files.appending("a.jsonl"), "{}\n")
            try await agent.shipped()
            #expect(IdentityTests.lines(agent.log, "was renewed") == 1, "\(agent.log)")
        }
    }

    @Test("A certificate that has ended renews by itself, and then the agent ships (case 23)")
    func expired() async throws {
        try await Stage.with { stage in
            let receiver = try ReceiverNode(stage)
            try await receiver.start()
            let agent = try AgentNode(stage, at: receiver)
            try await agent.join(receiver)
            let identity = agent.state.appending("receivers/main/identity.pem").description
            let authority = receiver.storage.appending("authority").description
            let script = """
                set -e
                openssl x509 -x509toreq -in "$1" -signkey "$1" -copy_extensions copyall -out r.csr
                openssl x509 -req -in r.csr -CA "$2/ca.pem" -CAkey "$2/ca.key" -days -1 \\
                    -copy_extensions copyall -set_serial 77 -out new.pem
                openssl pkey -in "$1" -out key.pem
                cat key.pem new.pem > "$1"
                """
            let made = try await stage.run(
                "sh",
                ["-c", "cd \(stage.folder); " + script, "-", identity, authority]
            )
            try #require(made.end == .exit(0), "\(made.all)")
            try await agent.start()
            try Files.write(agent.files.appending("a.jsonl"), "{}\n")
            try await agent.shipped()
            try await receiver.settles(on: agent.files)
            #expect(agent.log.contains("certificate was renewed"), "\(agent.log)")
        }
    }

    @Test("HTTP, garbage and silence on the agents' port cost a line and no more (case 17)")
    func strangers() async throws {
        try await Stage.with { stage in
            let receiver = try ReceiverNode(stage, listenKeys: "handshake_timeout = \"1s\"")
            try await receiver.start()
            var sockets: [Int32] = []
            defer { for socket in sockets { close(socket) } }
            for opening in ["GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n", "\0\u{1}garbage\n"] {
                let socket = Sockets.connect(receiver.port)
                #expect(socket >= 0)
                _ = Sockets.send(socket, opening.utf8)
                sockets.append(socket)
            }
            for _ in 0..<100 { sockets.append(Sockets.connect(receiver.port)) }
            // The first half of a TLS hello, and then nothing.
            let half = Sockets.connect(receiver.port)
            _ = Sockets.send(half, [22, 3, 1, 2, 0, 1, 0, 1])
            sockets.append(half)
            try await eventually("all strangers are shown out", within: .seconds(10)) {
                sockets.allSatisfy { Sockets.isClosed($0) }
            }
            #expect(receiver.log.contains("plain HTTP"), "\(receiver.log)")
            #expect(receiver.log.contains("SSH"), "\(receiver.log)")
            let agent = try AgentNode(stage, at: receiver)
            try await agent.join(receiver)
            try await agent.start()
            try Files.write(agent.files.appending("a.jsonl"), "{}\n")
            try await agent.shipped()
        }
    }

    @Test("A receiver of another authority is refused with a hint, and not knocked at all the time")
    func wrongAuthority() async throws {
        try await Stage.with { stage in
            let receiver = try ReceiverNode(stage)
            let other = try ReceiverNode(stage, "other")
            try await receiver.start()
            try await other.start()
            let proxy = try Proxy(to: other.port)
            stage.atEnd { proxy.stop() }
            let agent = try AgentNode(stage, ports: [("main", proxy.port)])
            try await agent.join(receiver)
            try await agent.start()
            let status = try await agent.shows("says what is wrong") { $0.first?.failure != nil }
            let failure = status.first?.failure ?? ""
            #expect(failure.contains("authority") || failure.contains("certificate"), "\(failure)")
            #expect(failure.contains("tailship-agent join"), "\(failure)")
            let attempts = proxy.connections
            try await Task.sleep(for: .seconds(5))
            #expect(proxy.connections <= attempts + 1)
            #expect(agent.log.split(separator: "\n").count < 8, "\(agent.log)")
        }
    }

    @Test("Nobody at the address: one line, and waits that grow")
    func nobody() async throws {
        try await Stage.with { stage in
            let pair = try await Pair.make(stage)
            try await pair.agent.shipped()
            try await pair.receiver.stop()
            let closing = try Proxy(to: nil)
            stage.atEnd { closing.stop() }
            let agent = try AgentNode(
                stage,
                "second",
                ports: [("main", closing.port)],
                state: stage.folder.appending("second-state")
            )
            try await pair.receiver.start()
            try await agent.join(pair.receiver)
            try await agent.start()
            try await Task.sleep(for: .seconds(6))
            #expect(closing.connections >= 2 && closing.connections <= 8, "\(closing.connections)")
            #expect(agent.log.split(separator: "\n").count <= 4, "\(agent.log)")
        }
    }

    private static func lines(_ log: String, _ word: String) -> Int {
        log.split(separator: "\n").filter { $0.contains(word) }.count
    }
}
