import Core
import Platform
import Shipping
import TLS
import TestSupport
import Testing
import Wire

@testable import Receiver

@Suite("Who is let in")
struct EnrolmentTests {
    private let folder: ScratchFolder
    private let registry: Registry
    private let hub: Hub
    private let secret: [UInt8] = [1, 2, 3, 4]

    init() throws {
        folder = try ScratchFolder()
        registry = try Registry(path: folder.path.appending("receiver.db"))
        hub = try EnrolmentTests.hub(
            try Authority(disk: SimulatedDisk(), policy: AuthorityTests.policy())
        )
        try token(expires: Clock.wall() + .days(1))
    }

    static func hub(_ authority: Authority) throws -> Hub {
        Hub(
            queue: JournalQueue(Ledger()),
            directory: Directory(),
            clerk: Clerk(),
            archivist: Archivist(),
            authority: authority,
            admission: Admission(fullWindow: 1 << 20, minimumFree: 0, backlogLimit: .max)
        )
    }

    private func token(expires: WallTime) throws {
        try registry.run("DELETE FROM tokens")
        try registry.addToken(
            secretHash: SHA256.digest(of: secret),
            owner: "owner",
            created: Clock.wall(),
            expires: expires
        )
    }

    private func join(
        _ key: PrivateKey,
        secret: [UInt8]? = nil,
        name: String = "u@laptop"
    ) throws -> Message {
        try hub.decide(
            JoinRequest(
                secret: secret ?? self.secret,
                name: name,
                request: try CertificateRequest(key: key, name: name).der
            ),
            registry
        )
    }

    private func refusal(_ message: Message) -> String? {
        if case .error(let refusal) = message, refusal.code == .joinRefused {
            refusal.message
        } else {
            nil
        }
    }

    @Test(
        "A good token lets a machine in, with a certificate for its key and the authority to trust"
    )
    func new() throws {
        let key = try PrivateKey.generate()
        guard case .joined(let reply) = try join(key) else {
            Issue.record("not let in")
            return
        }
        #expect(reply.name == "u@laptop")
        let certificate = try #require(try Certificate.list(pem: reply.certificate).first)
        #expect(certificate.agentID == reply.agent)
        #expect(reply.authority == hub.authority.authorityPEM)
        #expect(hub.directory[reply.agent]?.owner == "owner")
        #expect(try registry.agents().map(\.id) == [reply.agent])
    }

    @Test("The same key may ask again with its token and is the same agent")
    func again() throws {
        let key = try PrivateKey.generate()
        guard case .joined(let first) = try join(key), case .joined(let second) = try join(key)
        else {
            Issue.record("not let in")
            return
        }
        #expect(first.agent == second.agent)
        #expect(first.name == second.name)
        #expect(try registry.agents().count == 1)
    }

    @Test("Another key is refused a token that was used")
    func used() throws {
        _ = try join(try PrivateKey.generate())
        #expect(refusal(try join(try PrivateKey.generate()))?.contains("used already") == true)
        #expect(try registry.agents().count == 1)
    }

    @Test("A token that nobody made, and one that has expired, let nobody in")
    func refused() throws {
        let key = try PrivateKey.generate()
        #expect(refusal(try join(key, secret: [9]))?.contains("did not make") == true)
        try token(expires: Clock.wall() + .seconds(-1))
        #expect(refusal(try join(key))?.contains("expired") == true)
        #expect(try registry.agents().isEmpty)
    }

    @Test(
        "A name is made fit for lists",
        arguments: [
            ("", "agent"), ("a\u{1B}[2Jb", "a?[2Jb"),
            (String(repeating: "x", count: 100), String(repeating: "x", count: 64)),
        ]
    )
    func names(_ given: String, _ shown: String) throws {
        guard case .joined(let reply) = try join(try PrivateKey.generate(), name: given) else {
            Issue.record("not let in")
            return
        }
        #expect(reply.name == shown)
    }
}
